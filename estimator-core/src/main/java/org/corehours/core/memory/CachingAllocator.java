package org.corehours.core.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's caching allocator: what it asks the driver for to hand out the tensors of a step, and never returns while
 * the driver has more.
 *
 * <p>Requests are rounded up to 512 bytes. Those of up to 1 MiB are cut from segments of 2 MiB, those below 10 MiB from
 * segments of 20 MiB, larger ones get segments of their own, rounded up to 2 MiB. The smallest free block that is large
 * enough serves a request; what is left of it becomes a block if it has at least 512 bytes in small segments, more than
 * 1 MiB in others. Freed blocks join their free neighbours in the segment. If the driver has no more, free segments are
 * returned to it (c10/cuda/CUDACachingAllocator.cpp, releases 1.0 to 2.x with their defaults).
 */
public final class CachingAllocator {
    private static final long MIB = 1L << 20;
    private static final long SMALLEST = 512;
    private static final long SMALL = MIB;
    private static final long SMALL_SEGMENT = 2 * MIB;
    private static final long LARGE = 10 * MIB;
    private static final long LARGE_SEGMENT = 20 * MIB;
    private static final long ROUNDING = 2 * MIB;

    /** A part of a segment. */
    private static final class Block {
        final int number;
        final boolean small;
        long size;

        @Nullable Block before;

        @Nullable Block after;

        boolean used;

        Block(int number, boolean small, long size) {
            this.number = number;
            this.small = small;
            this.size = size;
        }
    }

    private static final Comparator<Block> BY_SIZE =
            Comparator.comparingLong((Block block) -> block.size).thenComparingInt(block -> block.number);

    private final TreeSet<Block> freeSmall = new TreeSet<>(BY_SIZE);
    private final TreeSet<Block> freeLarge = new TreeSet<>(BY_SIZE);
    private final long limit;
    private int blocks;
    private long reserved;
    private long most;
    private boolean failed;

    private CachingAllocator(long limit) {
        this.limit = limit;
    }

    /**
     * Bytes that it holds at most over the steps of a run. The second step finds what the first left in the cache, as
     * all later ones do.
     *
     * @param trace the tensors of a step
     * @param gradientsPresent whether gradients exist before the step, so that new ones are added to them and dropped
     * @param limit bytes that the driver has
     * @return bytes of segments; more than {@code limit} if the step does not fit even after free segments are returned
     */
    public static long reservedBytes(AllocationTrace trace, boolean gradientsPresent, long limit) {
        return trace.reservedBytes(gradientsPresent, limit, () -> replayed(trace, gradientsPresent, limit));
    }

    private static long replayed(AllocationTrace trace, boolean gradientsPresent, long limit) {
        CachingAllocator allocator = new CachingAllocator(limit);
        for (int step = 0; step < 2; step++) {
            Tensors tensors = allocator.new Tensors(trace, gradientsPresent);
            trace.walk(tensors);
            tensors.freeAll();
        }
        return allocator.failed ? Math.max(allocator.most, limit + 1) : allocator.most;
    }

    /** The blocks that hold the tensors of a trace, of each the latest copy last. */
    private final class Tensors implements AllocationTrace.Visitor {
        private final List<AllocationTrace.Tensor> tensors;
        private final boolean gradientsPresent;
        private final List<List<Block>> held;

        Tensors(AllocationTrace trace, boolean gradientsPresent) {
            tensors = trace.tensors();
            this.gradientsPresent = gradientsPresent;
            held = new ArrayList<>(tensors.size());
            tensors.forEach(each -> held.add(new ArrayList<>(1)));
        }

        @Override
        public void allocate(int tensor) {
            long bytes = tensors.get(tensor).bytes();
            if (bytes > 0) {
                held.get(tensor).add(block(bytes));
            }
        }

        @Override
        public void free(int tensor) {
            List<Block> copies = held.get(tensor);
            if (!copies.isEmpty()) {
                release(copies.remove(copies.size() - 1));
            }
        }

        @Override
        public void accumulated(int tensor) {
            if (gradientsPresent) {
                free(tensor);
            }
        }

        @Override
        public void run(int kernel) {
            // Kernels neither allocate nor free by themselves.
        }

        void freeAll() {
            held.forEach(copies -> copies.forEach(CachingAllocator.this::release));
        }
    }

    private TreeSet<Block> free(boolean small) {
        return small ? freeSmall : freeLarge;
    }

    private Block block(long bytes) {
        long size = roundedUp(bytes, SMALLEST);
        boolean small = size <= SMALL;
        Block found = free(small).ceiling(new Block(-1, small, size));
        if (found == null) {
            found = segment(size, small);
        } else {
            free(small).remove(found);
        }
        long rest = found.size - size;
        if (small ? rest >= SMALLEST : rest > SMALL) {
            Block left = new Block(blocks++, small, rest);
            found.size = size;
            left.before = found;
            left.after = found.after;
            if (left.after != null) {
                left.after.before = left;
            }
            found.after = left;
            free(small).add(left);
        }
        found.used = true;
        return found;
    }

    private Block segment(long size, boolean small) {
        long segment = small ? SMALL_SEGMENT : size < LARGE ? LARGE_SEGMENT : roundedUp(size, ROUNDING);
        if (reserved + segment > limit) {
            returnFree(freeLarge);
            returnFree(freeSmall);
            failed |= reserved + segment > limit;
        }
        reserved += segment;
        most = Math.max(most, reserved);
        return new Block(blocks++, small, segment);
    }

    private void returnFree(TreeSet<Block> free) {
        free.removeIf(block -> {
            boolean whole = block.before == null && block.after == null;
            reserved -= whole ? block.size : 0;
            return whole;
        });
    }

    private void release(Block block) {
        TreeSet<Block> free = free(block.small);
        block.used = false;
        Block before = block.before;
        if (before != null && !before.used) {
            free.remove(before);
            block.size += before.size;
            block.before = before.before;
            if (block.before != null) {
                block.before.after = block;
            }
        }
        Block after = block.after;
        if (after != null && !after.used) {
            free.remove(after);
            block.size += after.size;
            block.after = after.after;
            if (block.after != null) {
                block.after.before = block;
            }
        }
        free.add(block);
    }

    private static long roundedUp(long bytes, long unit) {
        return Math.multiplyExact(-Math.floorDiv(-bytes, unit), unit);
    }
}
