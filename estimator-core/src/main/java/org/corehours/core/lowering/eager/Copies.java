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

    long count() {
        return outer == null ? times : Math.multiplyExact(outer.count(), times);
    }

    /** The replay turned out to stand for fewer applications. */
    void times(long changed) {
        times = changed;
    }
}
