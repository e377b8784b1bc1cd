package org.corehours.core.lowering.eager;

import org.jspecify.annotations.Nullable;

/** How many applications of a block, and of the blocks around it, the tensors made in its replay stand for. */
final class Copies {
    private final @Nullable Copies outer;
    private long times;

    /** {@code times} within each of the outer ones. */
    Copies(@Nullable Copies outer, long times) {
        this.outer = outer;
        this.times = times;
    }

    /** How many blocks are around it. */
    int depth() {
        return outer == null ? 0 : outer.depth() + 1;
    }

    /** Those of the innermost block, up to this one, that has no more than {@code most} in all. */
    Copies atMost(long most) {
        return outer == null || count() <= most ? this : outer.atMost(most);
    }

    long count() {
        return outer == null ? times : Math.multiplyExact(outer.count(), times);
    }

    /** The replay turned out to stand for fewer applications. */
    void times(long changed) {
        times = changed;
    }
}
