package org.corehours.core.lowering.eager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.core.lowering.eager.Storage.Role;
import org.corehours.core.memory.AllocationTrace;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.memory.Nesting;
import org.corehours.core.memory.Nesting.Region;
import org.junit.jupiter.api.Test;

class StorageLivesTest {
    private static final Copies ONE = new Copies(null, 1);

    private static Storage storage(long bytes, Copies copies, int first, int... touches) {
        Storage storage = new Storage(Role.ACTIVATION, bytes, copies);
        storage.write(first);
        for (int touch : touches) {
            storage.read(touch);
        }
        return storage;
    }

    private static Region region(String phase, int from, int end) {
        Region region = Region.phase(phase, from);
        region.end(end);
        return region;
    }

    private static MemoryCurve curve(List<Region> phases, List<Storage> storages, int kernels) {
        Nesting nesting = new Nesting(phases, kernels);
        AllocationTrace.Builder trace = new AllocationTrace.Builder(new AllocationTrace.Names() {
            @Override
            public String operator(int kernel) {
                return "operator" + kernel;
            }

            @Override
            public String module(int kernel) {
                return "module" + kernel;
            }
        });
        nesting.trace(trace);
        storages.forEach(each -> each.trace(trace, nesting));
        return MemoryCurve.of(trace.build(kernels), false);
    }

    @Test
    void tensorsLiveFromTheirFirstKernelToTheirLast() {
        MemoryCurve curve = curve(
                List.of(region("forward", 0, 3)),
                List.of(storage(100, ONE, 0, 1), storage(10, ONE, 1, 2), storage(50, ONE, 2, 2)),
                3);
        assertThat(curve.points()).containsExactly(100, 110, 60);
        assertThat(curve.bytesAtEnd()).isZero();
        assertThat(curve.peak().operator()).isEqualTo("operator1");
        assertThat(curve.holders()).extracting(MemoryCurve.Holder::bytes).containsExactly(100L, 10L);
    }

    @Test
    void whatARepeatedBlockKeepsGrowsWithEachRunAndShrinksOnTheWayBack() {
        Copies three = new Copies(ONE, 3);
        Region forward = Region.phase("forward", 0);
        Region block = forward.inner(1, 3);
        block.end(3);
        forward.end(3);
        Region backward = Region.phase("backward", 3);
        Region back = backward.inner(3, 3);
        back.end(5);
        backward.end(5);
        List<Storage> storages = List.of(
                storage(7, ONE, 0, 0), // before the block
                storage(100, three, 1, 4), // kept by each of its runs
                storage(30, three, 2, 2), // within a run
                storage(60, three, 3, 3)); // within a run of the way back
        MemoryCurve curve = curve(List.of(forward, backward), storages, 5);
        assertThat(curve.points()).containsExactly(7, 100, 130, 200, 230, 300, 330, 360, 300, 260, 200, 160, 100);
        assertThat(curve.bytesAtEnd()).isZero();
        assertThat(curve.phases()).extracting(MemoryCurve.Peak::bytes).containsExactly(330L, 360L);
    }

    /** The way back treats the last block by itself, as when gradients arrive in another layout. */
    @Test
    void theWayBackMayVisitTheCopiesInSeveralSequences() {
        Copies three = new Copies(ONE, 3);
        Region forward = Region.phase("forward", 0);
        forward.inner(0, 3).end(1);
        forward.end(1);
        Region backward = Region.phase("backward", 1);
        backward.inner(1, 1).end(2);
        backward.inner(2, 2).end(3);
        backward.end(3);
        MemoryCurve curve = curve(List.of(forward, backward), List.of(storage(100, three, 0, 1, 2)), 3);
        assertThat(curve.points()).containsExactly(100, 200, 300, 300, 200, 100);
        assertThat(curve.bytesAtEnd()).isZero();
    }

    @Test
    void aVariableOutsideTheModelKeepsItsTensorToTheEnd() {
        Storage output = storage(100, ONE, 0, 0);
        output.hold();
        MemoryCurve curve = curve(List.of(region("forward", 0, 2)), List.of(output, storage(10, ONE, 1, 1)), 2);
        assertThat(curve.peak().bytes()).isEqualTo(110);
        assertThat(curve.bytesAtEnd()).isEqualTo(100);
    }

    @Test
    void whatABlockSharesWithAllItsRunsIsFreedAfterTheLast() {
        Region forward = Region.phase("forward", 0);
        forward.inner(1, 3).end(2);
        forward.end(3);
        MemoryCurve curve =
                curve(List.of(forward), List.of(storage(5, ONE, 0, 1), storage(100, new Copies(ONE, 3), 1, 1)), 3);
        assertThat(curve.points()).containsExactly(5, 105, 105, 105, 0);
    }
}
