package org.corehours.core.memory;

import java.util.Arrays;

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

    private static final int NONE = -1;
    private static final int FIRST_BLOCKS = 1024;

    private final FreeBlocks freeSmall = new FreeBlocks();
    private final FreeBlocks freeLarge = new FreeBlocks();
    private final long limit;
    private long reserved;
    private long most;
    private boolean returned;
    private boolean failed;

    // Blocks, the parts of segments, by number: their bytes, the numbers of their neighbours, and what they are.
    private int blocks;
    private long[] size = new long[FIRST_BLOCKS];
    private int[] before = new int[FIRST_BLOCKS];
    private int[] after = new int[FIRST_BLOCKS];
    private boolean[] used = new boolean[FIRST_BLOCKS];
    private boolean[] small = new boolean[FIRST_BLOCKS];
    /** The block that holds the copy of the same tensor made before. */
    private int[] olderCopy = new int[FIRST_BLOCKS];

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
        return trace.reservedBytes(gradientsPresent, limit);
    }

    /**
     * What two steps reserve.
     *
     * @param bytes bytes at most; more than the limit if a step does not fit
     * @param bounded whether the limit was met, so that another one may change the bytes
     */
    record Reserved(long bytes, boolean bounded) {}

    static Reserved replay(AllocationTrace trace, boolean gradientsPresent, long limit) {
        CachingAllocator allocator = new CachingAllocator(limit);
        for (int step = 0; step < 2; step++) {
            Tensors tensors = allocator.new Tensors(trace, gradientsPresent);
            trace.walk(tensors);
            tensors.freeAll();
        }
        return new Reserved(
                allocator.failed ? Math.max(allocator.most, limit + 1) : allocator.most, allocator.returned);
    }

    /** The blocks that hold the tensors of a trace. */
    private final class Tensors implements AllocationTrace.Visitor {
        private final AllocationTrace trace;
        private final boolean gradientsPresent;
        private final int[] latestCopy;

        Tensors(AllocationTrace trace, boolean gradientsPresent) {
            this.trace = trace;
            this.gradientsPresent = gradientsPresent;
            latestCopy = new int[trace.tensors()];
            Arrays.fill(latestCopy, NONE);
        }

        @Override
        public void allocate(int tensor) {
            long bytes = trace.bytes(tensor);
            if (bytes > 0) {
                int block = block(bytes);
                olderCopy[block] = latestCopy[tensor];
                latestCopy[tensor] = block;
            }
        }

        @Override
        public void free(int tensor) {
            int block = latestCopy[tensor];
            if (block != NONE) {
                latestCopy[tensor] = olderCopy[block];
                release(block);
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

        /** Frees the copies of each tensor in the order they were made. */
        void freeAll() {
            for (int latest : latestCopy) {
                freeUpTo(latest);
            }
        }

        private void freeUpTo(int latest) {
            int newer = NONE;
            for (int block = latest; block != NONE; ) {
                int older = olderCopy[block];
                olderCopy[block] = newer;
                newer = block;
                block = older;
            }
            for (int block = newer; block != NONE; ) {
                int next = olderCopy[block];
                release(block);
                block = next;
            }
        }
    }

    private FreeBlocks free(boolean ofSmall) {
        return ofSmall ? freeSmall : freeLarge;
    }

    private int block(long bytes) {
        long wanted = roundedUp(bytes, SMALLEST);
        boolean fromSmall = wanted <= SMALL;
        FreeBlocks free = free(fromSmall);
        int place = free.atLeast(wanted);
        boolean cached = place < free.count() && size[free.number(place)] >= wanted;
        int found = cached ? free.number(place) : segment(wanted, fromSmall);
        long rest = size[found] - wanted;
        if (fromSmall ? rest >= SMALLEST : rest > SMALL) {
            int left = created(fromSmall, rest);
            size[found] = wanted;
            before[left] = found;
            after[left] = after[found];
            if (after[left] != NONE) {
                before[after[left]] = left;
            }
            after[found] = left;
            if (cached) {
                free.replaceAt(place, rest, left);
            } else {
                free.add(rest, left);
            }
        } else if (cached) {
            free.removeAt(place);
        }
        used[found] = true;
        return found;
    }

    private int segment(long wanted, boolean ofSmall) {
        long segment = ofSmall ? SMALL_SEGMENT : wanted < LARGE ? LARGE_SEGMENT : roundedUp(wanted, ROUNDING);
        if (reserved + segment > limit) {
            returned = true;
            returnFree(freeLarge);
            returnFree(freeSmall);
            failed |= reserved + segment > limit;
        }
        reserved += segment;
        most = Math.max(most, reserved);
        return created(ofSmall, segment);
    }

    private int created(boolean ofSmall, long bytes) {
        if (blocks == size.length) {
            size = Arrays.copyOf(size, 2 * blocks);
            before = Arrays.copyOf(before, 2 * blocks);
            after = Arrays.copyOf(after, 2 * blocks);
            used = Arrays.copyOf(used, 2 * blocks);
            small = Arrays.copyOf(small, 2 * blocks);
            olderCopy = Arrays.copyOf(olderCopy, 2 * blocks);
        }
        int block = blocks++;
        size[block] = bytes;
        before[block] = NONE;
        after[block] = NONE;
        small[block] = ofSmall;
        return block;
    }

    private void returnFree(FreeBlocks free) {
        for (int place = free.count() - 1; place >= 0; place--) {
            int block = free.number(place);
            if (before[block] == NONE && after[block] == NONE) {
                reserved -= size[block];
                free.removeAt(place);
            }
        }
    }

    private void release(int block) {
        FreeBlocks free = free(small[block]);
        used[block] = false;
        int place = NONE;
        int next = after[block];
        if (next != NONE && !used[next]) {
            place = free.place(size[next], next);
            size[block] += size[next];
            after[block] = after[next];
            if (after[block] != NONE) {
                before[after[block]] = block;
            }
        }
        int previous = before[block];
        if (previous != NONE && !used[previous]) {
            if (place != NONE) {
                free.removeAt(place);
            }
            place = free.place(size[previous], previous);
            size[block] += size[previous];
            before[block] = before[previous];
            if (before[block] != NONE) {
                after[before[block]] = block;
            }
        }
        if (place == NONE) {
            free.add(size[block], block);
        } else {
            free.replaceAt(place, size[block], block);
        }
    }

    private static long roundedUp(long bytes, long unit) {
        return Math.multiplyExact(-Math.floorDiv(-bytes, unit), unit);
    }
}
