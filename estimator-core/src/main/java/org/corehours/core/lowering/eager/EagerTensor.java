package org.corehours.core.lowering.eager;

import java.util.Arrays;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.TensorLayout;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as the eager framework sees it while the step is replayed: sizes, strides, number format,
 * the storage it looks into, and whether a gradient flows to it. Compared by identity.
 *
 * <p>Code of this package treats the arrays as read-only.
 */
final class EagerTensor {
    /** Dimensions of maps: samples, channels, rows, columns. */
    static final int MAP_RANK = 4;

    final long[] sizes;
    final long[] strides;
    final DataType type;
    final Storage storage;
    final boolean requiresGradient;
    private @Nullable TensorLayout layout;

    EagerTensor(long[] sizes, long[] strides, DataType type, Storage storage, boolean requiresGradient) {
        this.sizes = sizes;
        this.strides = strides;
        this.type = type;
        this.storage = storage;
        this.requiresGradient = requiresGradient;
    }

    int rank() {
        return sizes.length;
    }

    long size(int axis) {
        return sizes[axis < 0 ? axis + sizes.length : axis];
    }

    long elements() {
        long product = 1;
        for (long size : sizes) {
            product *= size;
        }
        return product;
    }

    TensorLayout layout() {
        TensorLayout known = layout;
        if (known == null) {
            known = new TensorLayout(sizes, strides, type);
            layout = known;
        }
        return known;
    }

    boolean isContiguous() {
        return isContiguous(sizes, strides);
    }

    static boolean isContiguous(long[] sizes, long[] strides) {
        long step = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            if (sizes[i] != 1) {
                if (strides[i] != step) {
                    return false;
                }
                step *= sizes[i];
            }
        }
        return true;
    }

    /** Whether a map {@code [n, c, h, w]} lies with its channels innermost and not row-major. */
    boolean isChannelsLast() {
        return sizes.length == MAP_RANK && !isContiguous() && Arrays.equals(strides, channelsLast(sizes));
    }

    /** Strides of a map {@code [n, c, h, w]} with its channels innermost. */
    static long[] channelsLast(long[] map) {
        return new long[] {map[1] * map[2] * map[3], 1, map[1] * map[3], map[1]};
    }

    /** Whether another tensor has the same sizes, strides, format and gradient flow. */
    boolean sameLayout(EagerTensor other) {
        return type == other.type
                && requiresGradient == other.requiresGradient
                && Arrays.equals(sizes, other.sizes)
                && Arrays.equals(strides, other.strides);
    }

    /** The same view of another storage. */
    EagerTensor in(Storage other) {
        return new EagerTensor(sizes, strides, type, other, requiresGradient);
    }

    /** The same storage under another view. */
    EagerTensor view(long[] newSizes, long[] newStrides, boolean gradient) {
        return new EagerTensor(newSizes, newStrides, type, storage, gradient);
    }

    /**
     * Strides under which the elements can be seen as {@code target} without a copy, or null.
     *
     * <p>Runs of dimensions that lie evenly in memory form chunks; each chunk must be cut by whole
     * target dimensions, from the innermost outwards.
     */
    long @Nullable [] viewStrides(long[] target) {
        long[] result = new long[target.length];
        if (sizes.length == 0) {
            Arrays.fill(result, 1);
            return result;
        }
        int at = target.length - 1;
        long base = strides[sizes.length - 1];
        long chunk = 1;
        long covered = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            chunk *= sizes[i];
            boolean chunkEnds = i == 0 || (sizes[i - 1] != 1 && strides[i - 1] != chunk * base);
            if (chunkEnds) {
                while (at >= 0 && (covered < chunk || target[at] == 1)) {
                    result[at] = covered * base;
                    covered *= target[at];
                    at--;
                }
                if (covered != chunk) {
                    return null;
                }
                if (i > 0) {
                    base = strides[i - 1];
                    chunk = 1;
                    covered = 1;
                }
            }
        }
        return at < 0 ? result : null;
    }
}
