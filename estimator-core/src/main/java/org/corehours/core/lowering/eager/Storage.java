package org.corehours.core.lowering.eager;

import java.util.Arrays;
import org.corehours.core.memory.AllocationTrace;
import org.corehours.core.memory.AllocationTrace.Runs;
import org.corehours.core.memory.MemoryKind;
import org.corehours.core.memory.Nesting;
import org.jspecify.annotations.Nullable;

/**
 * Memory that tensors look into; copies of it exist when its block repeats.
 *
 * <p>Its life runs from the kernel that first writes it to the last that touches it, or to the step of the
 * backward computation that it was kept for. Compared by identity.
 */
final class Storage {
    /** What a storage holds. */
    enum Role {
        PARAMETER,
        /** A weight cast to the type of products. */
        WEIGHT_COPY,
        INPUT,
        ACTIVATION
    }

    private static final int NEVER = -1;
    private static final int FEW = 4;

    final Role role;
    final long bytes;
    private Copies copies;
    private int firstKernel = NEVER;
    private int lastKernel = NEVER;
    /** The forward operator that the backward computation needs it for; the first of several. */
    private @Nullable String savedFor;

    private boolean held;
    private boolean gradient;
    private boolean madeInLastRun;
    private boolean replayed;
    private int[] touches = new int[FEW];
    private int touchCount;
    private boolean channelsInnermost;

    /** The same value outside the block: before it, or what its last application left. */
    private @Nullable Storage outside;
    /** For what a block reads: what its applications hand on. */
    private @Nullable Storage handedOn;
    /** For what a block hands on: where the next application is done with it, and where the block ends. */
    private int handedOnUntil = NEVER;

    private int blockEnd;

    Storage(Role role, long bytes, Copies copies) {
        this.role = role;
        this.bytes = bytes;
        this.copies = copies;
    }

    /**
     * What a block reads: in its first application {@code before}, in later ones what the one before left. It has no
     * bytes of its own.
     */
    static Storage readBy(Copies block, Storage before) {
        Storage storage = new Storage(Role.ACTIVATION, 0, block);
        storage.outside = before;
        return storage;
    }

    long copies() {
        return copies.count();
    }

    long totalBytes() {
        return Math.multiplyExact(bytes, copies.count());
    }

    /** Whether it was made in the replay that {@code block} counts. */
    boolean madeIn(Copies block) {
        return copies == block;
    }

    boolean saved() {
        return savedFor != null;
    }

    @Nullable String savedFor() {
        return savedFor;
    }

    int firstKernel() {
        return firstKernel;
    }

    /**
     * Marks the result of a convolution of channels-last images. CUDA's convolutions leave such a result channels-last
     * as well; the layouts of the replay are those of meta tensors, row-major.
     */
    void markChannelsInnermost() {
        channelsInnermost = true;
    }

    boolean channelsInnermost() {
        return channelsInnermost;
    }

    /** Whether no kernel has written it so far. */
    boolean unwritten() {
        return firstKernel == NEVER;
    }

    void write(int kernel) {
        if (firstKernel == NEVER) {
            firstKernel = kernel;
        }
        read(kernel);
    }

    void read(int kernel) {
        touch(kernel, false);
        touchOutside(kernel);
        if (handedOn != null) {
            handedOn.touch(kernel, false);
        }
    }

    /** While its block is replayed, it stands for what is outside in the first application only; on the way back, in the last. */
    private void touchOutside(int kernel) {
        if (outside != null) {
            outside.touch(kernel, !replayed);
            outside.touchOutside(kernel);
        }
    }

    private void touch(int kernel, boolean first) {
        lastKernel = Math.max(lastKernel, kernel);
        int touch = first ? ~kernel : kernel;
        if (touchCount > 0 && touches[touchCount - 1] == touch) {
            return;
        }
        if (touchCount == touches.length) {
            touches = Arrays.copyOf(touches, 2 * touchCount);
        }
        touches[touchCount++] = touch;
    }

    /** The replay of the block that reads it has ended. */
    void replayed() {
        replayed = true;
    }

    /** Its block turned out to run once: it is no different from what is made outside. */
    void leave(Copies around) {
        copies = around;
    }

    /**
     * The backward computation needs it until just before {@code kernel}, for what {@code operator} did. It goes through
     * operators in reverse, so the one named last came first.
     */
    void save(String operator, int kernel) {
        savedFor = operator;
        touch(kernel, false);
        if (outside != null) {
            outside.save(operator, kernel);
        }
        if (handedOn != null) {
            // What needs it in the application that makes it comes before this one, in the next.
            handedOn.savedFor = handedOn.savedFor == null ? operator : handedOn.savedFor;
            handedOn.touch(kernel, false);
        }
    }

    /** A variable outside the model names it until the step ends. */
    void hold() {
        held = true;
        if (outside != null) {
            outside.hold();
        }
    }

    /** Nothing names it any more; {@code kernel} was the last that found it named. */
    void release(int kernel) {
        held = false;
        read(kernel);
    }

    /** What came into a block, for what only passes through it. */
    Storage origin() {
        return outside == null ? this : outside;
    }

    /**
     * Ends the replay of a block that reads {@code read} and leaves this: from now on this stands for what all
     * applications but the last leave, and the result for what the last leaves.
     *
     * @param earlier how many this stands for
     * @param last how many the result stands for
     * @param end the kernel after the block
     */
    Storage handOn(Storage read, Copies earlier, Copies last, int end) {
        Storage result = new Storage(role, bytes, last);
        result.firstKernel = firstKernel;
        result.lastKernel = lastKernel;
        result.touches = touches.clone();
        result.touchCount = touchCount;
        result.madeInLastRun = true;
        result.savedFor = savedFor;
        copies = earlier;
        outside = result;
        handedOnUntil = read.lastKernel;
        blockEnd = end;
        read.handedOn = this;
        return result;
    }

    /** Marks the gradient of a parameter. */
    void markGradient() {
        gradient = true;
    }

    private MemoryKind kind() {
        if (gradient) {
            return MemoryKind.GRADIENTS;
        }
        if (role == Role.WEIGHT_COPY) {
            return MemoryKind.WEIGHT_COPIES;
        }
        return saved() ? MemoryKind.SAVED_ACTIVATIONS : MemoryKind.TEMPORARIES;
    }

    /**
     * Puts its life into a trace. What a block hands on may be freed at a kernel that stands before the one that writes
     * it: in the application that follows.
     */
    void trace(AllocationTrace.Builder trace, Nesting nesting) {
        int depth = copies.depth();
        int inside = nesting.depth(firstKernel) - depth;
        Runs made = Runs.EACH;
        if (handedOnUntil != NEVER) {
            made = Runs.NOT_LAST;
        } else if (inside > 0) {
            made = madeInLastRun ? Runs.LAST : Runs.FIRST;
        }
        int tensor = trace.tensor(kind(), bytes, firstKernel, made, inside);
        if (held) {
            return;
        }
        if (handedOnUntil != NEVER && lastKernel < blockEnd) {
            trace.free(tensor, handedOnUntil, Runs.NOT_FIRST, 0);
            return;
        }
        int last = nesting.depth(lastKernel) - depth;
        if (last < 0) {
            free(trace, tensor, lastKernel, Runs.ALL_LEFT, 0);
            return;
        }
        Object home = nesting.around(firstKernel, depth);
        boolean leavesHome = nesting.around(lastKernel, depth) != home;
        Object block = null;
        // The backward computation may visit the copies in several sequences, which a pass before visited in others.
        long left = handedOnUntil == NEVER ? copies.count() : copies.count() + 1;
        for (int i = touchCount - 1; i >= 0 && left > 0; i--) {
            boolean first = touches[i] < 0;
            int kernel = first ? ~touches[i] : touches[i];
            int inner = nesting.depth(kernel) - depth;
            Object around = nesting.around(kernel, depth);
            if (inner >= 0 && around != block && !(leavesHome && around == home)) {
                free(trace, tensor, kernel, first ? Runs.FIRST : Runs.LAST, inner);
                block = around;
                left -= nesting.runs(kernel, depth);
            }
        }
    }

    private void free(AllocationTrace.Builder trace, int tensor, int kernel, Runs runs, int levels) {
        if (gradient) {
            trace.accumulate(tensor, kernel, runs, levels);
        } else {
            trace.free(tensor, kernel, runs, levels);
        }
    }
}
