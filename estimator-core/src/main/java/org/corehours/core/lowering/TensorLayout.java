package org.corehours.core.lowering;

import java.util.Arrays;
import org.corehours.core.graph.Shape;

/**
 * How a kernel sees an operand or a result: dimensions, strides in elements, number format.
 *
 * <p>A stride of 0 repeats the same elements (an expanded dimension).
 */
public final class TensorLayout {
    private final long[] dimensions;
    private final long[] strides;
    private final DataType type;

    /** A layout; the arrays are owned by it from now on and must not be changed. */
    public TensorLayout(long[] dimensions, long[] strides, DataType type) {
        if (dimensions.length != strides.length) {
            throw new IllegalArgumentException("The strides " + Arrays.toString(strides)
                    + " do not match the dimensions " + Arrays.toString(dimensions) + ".");
        }
        this.dimensions = dimensions;
        this.strides = strides;
        this.type = type;
    }

    /** A row-major layout without gaps. */
    public static TensorLayout contiguous(DataType type, long... dimensions) {
        return new TensorLayout(dimensions, rowMajor(dimensions), type);
    }

    /** A row-major layout of a graph's shape. */
    public static TensorLayout contiguous(DataType type, Shape shape) {
        return contiguous(type, shape.toArray());
    }

    /** Strides of a row-major layout without gaps. */
    public static long[] rowMajor(long... dimensions) {
        long[] strides = new long[dimensions.length];
        long step = 1;
        for (int i = dimensions.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= dimensions[i];
        }
        return strides;
    }

    public int rank() {
        return dimensions.length;
    }

    public long dimension(int index) {
        return dimensions[index];
    }

    public long stride(int index) {
        return strides[index];
    }

    public DataType type() {
        return type;
    }

    public long[] dimensions() {
        return dimensions.clone();
    }

    public long[] strides() {
        return strides.clone();
    }

    /** Elements, expanded dimensions counted in full. */
    public long elements() {
        long product = 1;
        for (long dimension : dimensions) {
            product *= dimension;
        }
        return product;
    }

    /** Bytes of the distinct elements: expanded dimensions are read once. */
    public long bytes() {
        long product = type.bytes();
        for (int i = 0; i < dimensions.length; i++) {
            if (strides[i] != 0) {
                product = Math.multiplyExact(product, dimensions[i]);
            }
        }
        return product;
    }

    /** Whether the elements lie row-major without gaps; dimensions of 1 do not matter. */
    public boolean isContiguous() {
        long step = 1;
        for (int i = dimensions.length - 1; i >= 0; i--) {
            if (dimensions[i] != 1) {
                if (strides[i] != step) {
                    return false;
                }
                step *= dimensions[i];
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorLayout that
                && type == that.type
                && Arrays.equals(dimensions, that.dimensions)
                && Arrays.equals(strides, that.strides);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(dimensions) + Arrays.hashCode(strides)) + type.hashCode();
    }

    @Override
    public String toString() {
        return type.label() + Arrays.toString(dimensions) + (isContiguous() ? "" : " strided");
    }
}
