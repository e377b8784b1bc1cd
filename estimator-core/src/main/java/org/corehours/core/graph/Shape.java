package org.corehours.core.graph;

import java.util.Arrays;

/** The dimensions of a tensor, outermost first. Every dimension is at least 1; a scalar has none. */
public final class Shape {
    private final long[] dimensions;
    private final long elements;

    private Shape(long[] dimensions) {
        long product = 1;
        for (long dimension : dimensions) {
            if (dimension < 1) {
                throw new IllegalArgumentException("The dimension " + dimension + " of the shape "
                        + Arrays.toString(dimensions) + " must be at least 1.");
            }
            product = Math.multiplyExact(product, dimension);
        }
        this.dimensions = dimensions;
        this.elements = product;
    }

    /**
     * A shape of the given dimensions.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     * @throws ArithmeticException if the number of elements exceeds a {@code long}
     */
    public static Shape of(long... dimensions) {
        return new Shape(dimensions.clone());
    }

    public int rank() {
        return dimensions.length;
    }

    /** Dimension {@code index}; negative counts from the last, as in {@code dimension(-1)}. */
    public long dimension(int index) {
        return dimensions[axis(index)];
    }

    /** The axis in {@code 0..rank-1} that {@code index}, possibly negative, names. */
    public int axis(int index) {
        int axis = index < 0 ? index + dimensions.length : index;
        if (axis < 0 || axis >= dimensions.length) {
            throw new IllegalArgumentException("The axis " + index + " is outside the shape " + this + ".");
        }
        return axis;
    }

    public long elements() {
        return elements;
    }

    /** The number of elements in the dimensions {@code from} (inclusive) to {@code to} (exclusive). */
    public long elements(int from, int to) {
        long product = 1;
        for (int i = from; i < to; i++) {
            product *= dimensions[i];
        }
        return product;
    }

    public long[] toArray() {
        return dimensions.clone();
    }

    /** This shape with one dimension replaced. */
    public Shape with(int index, long dimension) {
        long[] changed = dimensions.clone();
        changed[axis(index)] = dimension;
        return new Shape(changed);
    }

    /** This shape without one dimension. */
    public Shape without(int index) {
        int axis = axis(index);
        long[] changed = new long[dimensions.length - 1];
        System.arraycopy(dimensions, 0, changed, 0, axis);
        System.arraycopy(dimensions, axis + 1, changed, axis, changed.length - axis);
        return new Shape(changed);
    }

    /** The shape both broadcast to, aligned at the last dimension. */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        long[] result = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long left = i <= a.rank() ? a.dimensions[a.rank() - i] : 1;
            long right = i <= b.rank() ? b.dimensions[b.rank() - i] : 1;
            if (left != right && left != 1 && right != 1) {
                throw new IllegalArgumentException("The shapes " + a + " and " + b + " do not broadcast.");
            }
            result[rank - i] = Math.max(left, right);
        }
        return new Shape(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    @Override
    public String toString() {
        return Arrays.toString(dimensions);
    }
}
