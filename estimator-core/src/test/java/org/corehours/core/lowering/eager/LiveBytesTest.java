package org.corehours.core.lowering.eager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.core.lowering.eager.LiveBytes.Region;
import org.corehours.core.lowering.eager.Storage.Role;
import org.junit.jupiter.api.Test;

class LiveBytesTest {
    private static final Copies ONE = new Copies(null, 1);

    private static Storage storage(long bytes, Copies copies, int first, int last) {
        Storage storage = new Storage(Role.ACTIVATION, bytes, copies);
        storage.write(first);
        storage.read(last);
        return storage;
    }

    private static Region region(String phase, int from, int end) {
        Region region = new Region(phase, from, 1);
        region.end(end);
        return region;
    }

    @Test
    void tensorsLiveFromTheirFirstKernelToTheirLast() {
        List<Storage> storages = List.of(storage(100, ONE, 0, 1), storage(10, ONE, 1, 2), storage(50, ONE, 2, 2));
        assertThat(LiveBytes.of(List.of(region("forward", 0, 3)), storages, 3))
                .isEqualTo(new LiveBytes(110, "forward"));
    }

    @Test
    void whatARepeatedBlockKeepsGrowsWithEachRunAndShrinksOnTheWayBack() {
        Copies five = new Copies(ONE, 5);
        Region forward = new Region("forward", 0, 1);
        Region block = forward.inner(1, 5);
        block.end(3);
        forward.end(3);
        Region backward = new Region("backward", 3, 1);
        Region back = backward.inner(3, 5);
        back.end(5);
        backward.end(5);
        List<Storage> storages = List.of(
                storage(7, ONE, 0, 0), // before the block
                storage(100, five, 1, 4), // kept by each of its runs
                storage(30, five, 2, 2), // within a run
                storage(60, five, 3, 3)); // within a run of the way back
        assertThat(LiveBytes.of(List.of(forward, backward), storages, 5)).isEqualTo(new LiveBytes(560, "backward"));
    }

    @Test
    void aVariableOutsideTheModelKeepsItsTensorToTheEnd() {
        Storage output = storage(100, ONE, 0, 0);
        output.hold();
        List<Storage> storages = List.of(output, storage(10, ONE, 1, 1));
        assertThat(LiveBytes.of(List.of(region("forward", 0, 2)), storages, 2).peak())
                .isEqualTo(110);
    }
}
