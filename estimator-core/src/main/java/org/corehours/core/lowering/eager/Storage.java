package org.corehours.core.lowering.eager;

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

    final Role role;
    final long bytes;
    private Copies copies;
    private int firstKernel = NEVER;
    private int lastKernel = NEVER;
    private boolean saved;
    private boolean held;
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
        return saved;
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
        lastKernel = Math.max(lastKernel, kernel);
        if (outside != null) {
            outside.read(kernel);
        }
        if (handedOn != null) {
            handedOn.lastKernel = Math.max(handedOn.lastKernel, kernel);
        }
    }

    /** The backward computation needs it until just before {@code kernel}. */
    void save(int kernel) {
        saved = true;
        lastKernel = Math.max(lastKernel, kernel);
        if (outside != null) {
            outside.save(kernel);
        }
        if (handedOn != null) {
            handedOn.saved = true;
            handedOn.lastKernel = Math.max(handedOn.lastKernel, kernel);
        }
    }

    /** A variable outside the model names it until the step ends. */
    void hold() {
        held = true;
        if (outside != null) {
            outside.hold();
        }
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
        copies = earlier;
        outside = result;
        handedOnUntil = read.lastKernel;
        blockEnd = end;
        read.handedOn = this;
        return result;
    }

    /**
     * The kernel after which it is free. What a block hands on may be freed at a kernel that stands before the one
     * that writes it: in the application that follows.
     *
     * @param end the kernel after the step
     */
    int freedAfter(int end) {
        if (held) {
            return end;
        }
        return handedOnUntil != NEVER && lastKernel < blockEnd ? handedOnUntil : lastKernel;
    }
}
