package org.corehours.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.corehours.core.memory.AllocationTrace.Runs;
import org.corehours.core.memory.Nesting.Region;
import org.junit.jupiter.api.Test;

class CachingAllocatorTest {
    private static final long MIB = 1L << 20;
    private static final long PLENTY = 1L << 50;

    /** A tensor: bytes, the kernel that makes it, the kernel after which it is freed. */
    private record Lives(long bytes, int made, int freed) {}

    private static AllocationTrace trace(int kernels, List<Lives> tensors) {
        AllocationTrace.Builder trace = new AllocationTrace.Builder(new AllocationTrace.Names() {
            @Override
            public String operator(int kernel) {
                return "";
            }

            @Override
            public String module(int kernel) {
                return "";
            }
        });
        Region phase = Region.phase("forward", 0);
        phase.end(kernels);
        new Nesting(List.of(phase), kernels).trace(trace);
        for (Lives each : tensors) {
            int tensor = trace.tensor(MemoryKind.TEMPORARIES, each.bytes, each.made, Runs.EACH, 0);
            trace.free(tensor, each.freed, Runs.EACH, 0);
        }
        return trace.build(kernels);
    }

    private static long reserved(int kernels, Lives... tensors) {
        return CachingAllocator.reservedBytes(trace(kernels, List.of(tensors)), false, PLENTY);
    }

    @Test
    void smallTensorsShareASegmentOfTwoMebibytes() {
        assertThat(reserved(1, new Lives(1, 0, 0), new Lives(MIB, 0, 0))).isEqualTo(2 * MIB);
        assertThat(reserved(1, new Lives(MIB, 0, 0), new Lives(MIB, 0, 0), new Lives(1, 0, 0)))
                .isEqualTo(4 * MIB);
    }

    @Test
    void tensorsBelowTenMebibytesShareSegmentsOfTwenty() {
        assertThat(reserved(1, new Lives(MIB + 1, 0, 0))).isEqualTo(20 * MIB);
        assertThat(reserved(1, new Lives(9 * MIB, 0, 0), new Lives(9 * MIB, 0, 0)))
                .isEqualTo(20 * MIB);
        assertThat(reserved(1, new Lives(9 * MIB, 0, 0), new Lives(9 * MIB, 0, 0), new Lives(3 * MIB, 0, 0)))
                .isEqualTo(40 * MIB);
    }

    @Test
    void largeTensorsGetSegmentsOfTheirOwn() {
        assertThat(reserved(1, new Lives(10 * MIB, 0, 0))).isEqualTo(10 * MIB);
        assertThat(reserved(1, new Lives(101 * MIB, 0, 0))).isEqualTo(102 * MIB);
    }

    /** 60 MiB fit into the 100 that are free; the 50 that follow do not fit into the 40 that are left. */
    @Test
    void whatIsLeftOfABlockServesOnlyWhatFitsIntoIt() {
        Lives first = new Lives(100 * MIB, 0, 0);
        Lives second = new Lives(60 * MIB, 1, 2);
        assertThat(reserved(3, first, second, new Lives(40 * MIB, 2, 2))).isEqualTo(100 * MIB);
        assertThat(reserved(3, first, second, new Lives(50 * MIB, 2, 2))).isEqualTo(150 * MIB);
    }

    @Test
    void freedNeighboursJoin() {
        assertThat(reserved(
                        4,
                        new Lives(100 * MIB, 0, 0),
                        new Lives(60 * MIB, 1, 1),
                        new Lives(40 * MIB, 1, 2),
                        new Lives(100 * MIB, 3, 3)))
                .isEqualTo(100 * MIB);
    }

    @Test
    void freeSegmentsGoBackToTheDriverWhenItHasNoMore() {
        AllocationTrace trace = trace(2, List.of(new Lives(100 * MIB, 0, 0), new Lives(150 * MIB, 1, 1)));
        assertThat(CachingAllocator.reservedBytes(trace, false, PLENTY)).isEqualTo(250 * MIB);
        assertThat(CachingAllocator.reservedBytes(trace, false, 160 * MIB)).isEqualTo(150 * MIB);
        assertThat(CachingAllocator.reservedBytes(trace, false, 149 * MIB)).isGreaterThan(149 * MIB);
    }

    @Test
    void itHoldsAtLeastWhatIsAliveAtThePeak() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            Lives[] tensors = new Lives[200];
            for (int i = 0; i < tensors.length; i++) {
                int made = random.nextInt(40);
                long bytes = 1 + (long) (Math.pow(2, 30 * random.nextDouble()));
                tensors[i] = new Lives(bytes, made, made + random.nextInt(40 - made));
            }
            AllocationTrace trace = trace(40, List.of(tensors));
            long peak = MemoryCurve.of(trace, false).peak().bytes();
            assertThat(CachingAllocator.reservedBytes(trace, false, PLENTY)).isGreaterThanOrEqualTo(peak);
        }
    }
}
