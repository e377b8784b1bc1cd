package org.corehours.core.lowering.eager;

import java.util.Arrays;
import org.corehours.core.lowering.TensorLayout;

/** The layout of results that PyTorch's TensorIterator decides (aten/src/ATen/TensorIterator.cpp). */
final class IteratorLayout {
    private IteratorLayout() {}

    /**
     * Strides of the result of an elementwise operation: dense, with the axes in the memory order of
     * the operands (TensorIterator's rule).
     */
    static long[] strides(long[] sizes, EagerTensor... operands) {
        int n = sizes.length;
        boolean rowMajor = true;
        for (EagerTensor operand : operands) {
            rowMajor &= operand.rank() == n && operand.isContiguous() && Arrays.equals(operand.sizes, sizes);
        }
        if (rowMajor || n < 2) {
            return TensorLayout.rowMajor(sizes);
        }
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = n - 1 - i;
        }
        for (int i = 1; i < n; i++) {
            int moving = i;
            for (int j = i - 1; j >= 0; j--) {
                int comparison = compareAxes(order[j], order[moving], sizes, operands);
                if (comparison > 0) {
                    int swapped = order[j];
                    order[j] = order[moving];
                    order[moving] = swapped;
                    moving = j;
                } else if (comparison < 0) {
                    break;
                }
            }
        }
        long[] strides = new long[n];
        long step = 1;
        for (int axis : order) {
            strides[axis] = step;
            step *= sizes[axis];
        }
        return strides;
    }

    private static int compareAxes(int inner, int outer, long[] sizes, EagerTensor... operands) {
        for (EagerTensor operand : operands) {
            long a = strideAt(operand, inner, sizes);
            long b = strideAt(operand, outer, sizes);
            if (a == 0 || b == 0) {
                continue;
            }
            if (a != b) {
                return a < b ? -1 : 1;
            }
            if (sizes[inner] > sizes[outer]) {
                return 1;
            }
        }
        return 0;
    }

    private static long strideAt(EagerTensor operand, int axis, long[] sizes) {
        int own = axis - (sizes.length - operand.rank());
        return own < 0 || (operand.sizes[own] == 1 && sizes[axis] != 1) ? 0 : operand.strides[own];
    }

    /** The axes from the one that steps farthest in memory to the innermost. */
    static int[] outermostFirst(long[] strides) {
        int[] order = new int[strides.length];
        for (int i = 0; i < order.length; i++) {
            int j = i;
            while (j > 0 && strides[order[j - 1]] < strides[i]) {
                order[j] = order[j - 1];
                j--;
            }
            order[j] = i;
        }
        return order;
    }
}
