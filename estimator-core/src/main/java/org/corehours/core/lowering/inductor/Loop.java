package org.corehours.core.lowering.inductor;

/**
 * How a generated kernel walks through its elements; only kernels of the same walk fuse.
 *
 * @param kind what is reduced
 * @param elements elements walked through
 * @param columns elements of a row, where rows or columns are reduced; else 0
 */
record Loop(Kind kind, long elements, long columns) {

    /** What a loop reduces. */
    enum Kind {
        /** Nothing: every element by itself. */
        POINTWISE,
        /** Rows: softmax, layer normalization, sums over the last dimension. */
        ROWS,
        /** Columns: gradients of biases and of normalizations' weights, statistics of channels. */
        COLUMNS,
        /** A kernel of a library, which is left as it is. */
        LIBRARY
    }

    static final Loop LIBRARY = new Loop(Kind.LIBRARY, 0, 0);

    static Loop pointwise(long elements) {
        return new Loop(Kind.POINTWISE, elements, 0);
    }

    boolean isLibrary() {
        return kind == Kind.LIBRARY;
    }

    boolean isPointwise() {
        return kind == Kind.POINTWISE;
    }

    /** Whether one kernel can do both: the same walk, or elementwise work on what rows are made of. */
    boolean fuses(Loop other) {
        if (isLibrary() || other.isLibrary() || elements != other.elements) {
            return false;
        }
        if (kind == other.kind) {
            return columns == other.columns;
        }
        return kind != Kind.COLUMNS && other.kind != Kind.COLUMNS;
    }

    /** The walk of both. */
    Loop with(Loop other) {
        return isPointwise() ? other : this;
    }
}
