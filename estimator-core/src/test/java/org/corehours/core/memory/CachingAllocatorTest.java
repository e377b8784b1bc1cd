package org.corehours.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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

    /** The allocator once more, as plainly as it can be said: segments are lists, and every search looks at all blocks. */
    private static final class Plain implements AllocationTrace.Visitor {
        private static final class Block {
            int number;
            long bytes;
            boolean used;
            List<Block> segment = new ArrayList<>();
        }

        private final AllocationTrace trace;
        private final long limit;
        private final List<List<Block>> segments = new ArrayList<>();
        private final Map<Integer, Deque<Block>> copies = new TreeMap<>();
        private int blocks;
        private long most;
        private boolean failed;

        Plain(AllocationTrace trace, long limit) {
            this.trace = trace;
            this.limit = limit;
        }

        static long reserved(AllocationTrace trace, long limit) {
            Plain plain = new Plain(trace, limit);
            for (int step = 0; step < 2; step++) {
                trace.walk(plain);
                plain.copies.values().forEach(left -> left.descendingIterator().forEachRemaining(plain::release));
                plain.copies.clear();
            }
            return plain.failed ? Math.max(plain.most, limit + 1) : plain.most;
        }

        private static boolean small(List<Block> segment) {
            return segment.stream().mapToLong(each -> each.bytes).sum() == 2 * MIB && segment.get(0).number < 0;
        }

        private long reserved() {
            return segments.stream()
                    .flatMap(List::stream)
                    .mapToLong(each -> each.bytes)
                    .sum();
        }

        @Override
        public void allocate(int tensor) {
            long bytes = (trace.tensor(tensor).bytes() + 511) / 512 * 512;
            boolean small = bytes <= MIB;
            Block best = null;
            for (List<Block> segment : segments) {
                for (Block block : segment.subList(1, segment.size())) {
                    if (small(segment) == small
                            && !block.used
                            && block.bytes >= bytes
                            && (best == null
                                    || block.bytes < best.bytes
                                    || (block.bytes == best.bytes && block.number < best.number))) {
                        best = block;
                    }
                }
            }
            Block found = best == null ? segment(bytes, small) : best;
            long rest = found.bytes - bytes;
            if (rest >= 512 && (small || rest > MIB)) {
                Block left = new Block();
                left.number = blocks++;
                left.bytes = rest;
                left.segment = found.segment;
                found.bytes = bytes;
                found.segment.add(found.segment.indexOf(found) + 1, left);
            }
            found.used = true;
            copies.computeIfAbsent(tensor, absent -> new ArrayDeque<>()).push(found);
        }

        private Block segment(long bytes, boolean small) {
            long size = small ? 2 * MIB : bytes < 10 * MIB ? 20 * MIB : (bytes + 2 * MIB - 1) / (2 * MIB) * (2 * MIB);
            if (reserved() + size > limit) {
                segments.removeIf(segment -> segment.size() == 2 && !segment.get(1).used);
                failed |= reserved() + size > limit;
            }
            // The first entry of a segment has no bytes and tells its pool.
            Block pool = new Block();
            pool.number = small ? -1 : 0;
            Block block = new Block();
            block.number = blocks++;
            block.bytes = size;
            block.segment.addAll(List.of(pool, block));
            segments.add(block.segment);
            most = Math.max(most, reserved());
            return block;
        }

        @Override
        public void free(int tensor) {
            release(copies.get(tensor).pop());
        }

        private void release(Block block) {
            block.used = false;
            int place = block.segment.indexOf(block);
            for (int beside : new int[] {place + 1, place - 1}) {
                if (beside > 0 && beside < block.segment.size() && !block.segment.get(beside).used) {
                    block.bytes += block.segment.remove(beside).bytes;
                }
            }
        }

        @Override
        public void run(int kernel) {
            // Kernels neither allocate nor free by themselves.
        }
    }

    @Test
    void itReservesWhatThePlainAllocatorDoes() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            Lives[] tensors = new Lives[120];
            long[] sizes = random.longs(9, 1, 31)
                    .map(bits -> 1 + (long) (Math.pow(2, bits) * random.nextDouble()))
                    .toArray();
            for (int i = 0; i < tensors.length; i++) {
                int made = random.nextInt(60);
                tensors[i] = new Lives(
                        sizes[random.nextInt(sizes.length)], made, made + random.nextInt(Math.min(8, 60 - made)));
            }
            AllocationTrace trace = trace(60, List.of(tensors));
            long free = CachingAllocator.reservedBytes(trace, false, PLENTY);
            assertThat(free).as("round %d", round).isEqualTo(Plain.reserved(trace, PLENTY));
            for (double share : new double[] {0.5, 0.8, 0.9, 0.97, 1}) {
                long limit = Math.round(share * free);
                long within = CachingAllocator.reservedBytes(trace, false, limit);
                assertThat(within)
                        .as("round %d, %s of what is free", round, share)
                        .isEqualTo(Plain.reserved(trace, limit));
            }
        }
    }
}
