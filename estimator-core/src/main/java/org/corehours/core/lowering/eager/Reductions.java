package org.corehours.core.lowering.eager;

import java.util.Arrays;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;

/** Sums, means, maxima and lengths. */
final class Reductions {
    private final Aten aten;

    Reductions(Aten aten) {
        this.aten = aten;
    }

    EagerTensor sum(EagerTensor x, DataType type, boolean keep, int... axes) {
        EagerTensor out = reduced("sum", x, type, keep, axes);
        aten.record(x, out, g -> aten.views.expanded(restored(g, x, keep, axes), x.sizes));
        return out;
    }

    EagerTensor mean(EagerTensor x, boolean keep, int... axes) {
        EagerTensor out = reduced("mean", x, x.type, keep, axes);
        aten.record(x, out, g -> {
            EagerTensor spread = aten.views.expanded(restored(g, x, keep, axes), x.sizes);
            return aten.pointwise.scalar("div", spread);
        });
        return out;
    }

    EagerTensor maximum(EagerTensor x, boolean keep, int... axes) {
        EagerTensor out = reduced("amax", x, x.type, keep, axes);
        aten.record(x, out, new EagerTensor[] {x, out}, g -> {
            EagerTensor greatest = aten.fresh(x.sizes, DataType.BOOL, false);
            aten.elementwise("eq", greatest, x, out);
            return aten.pointwise.multiply(aten.views.expanded(restored(g, x, keep, axes), x.sizes), greatest);
        });
        return out;
    }

    /**
     * The mean of each map, as adaptive pooling to one pixel takes it: a channels-last map leaves a restrided
     * result.
     */
    EagerTensor averagePooled(EagerTensor x) {
        EagerTensor out = mean(x, true, 2, 3);
        if (!x.isChannelsLast()) {
            return out;
        }
        EagerTensor restrided = out.view(out.sizes, out.strides, aten.flows(out));
        aten.record(out, restrided, g -> {
            // as_strided's gradient: zeros of the result's elements, and the gradient copied where they are seen.
            long[] seen = {g.sizes[0], g.sizes[1]};
            EagerTensor squeezed = g.view(seen, new long[] {g.strides[0], g.strides[1]}, false);
            EagerTensor zeros = aten.fresh(new long[] {g.elements()}, g.type, false);
            aten.emit("new_zeros", KernelKind.FILL, 0, zeros, squeezed);
            EagerTensor target = zeros.view(seen, TensorLayout.rowMajor(seen), false);
            aten.emit("copy_", KernelKind.COPY, 0, target, target, squeezed);
            return target.view(g.sizes, TensorLayout.rowMajor(g.sizes), false);
        });
        return restrided;
    }

    private EagerTensor reduced(String operator, EagerTensor x, DataType type, boolean keep, int... axes) {
        long[] sizes = new long[keep ? x.rank() : x.rank() - axes.length];
        for (int i = 0, j = 0; i < x.rank(); i++) {
            if (!contains(axes, i)) {
                sizes[j++] = x.sizes[i];
            } else if (keep) {
                sizes[j++] = 1;
            }
        }
        EagerTensor out = aten.fresh(sizes, type, aten.flows(x));
        aten.emit(operator, KernelKind.REDUCTION, x.elements(), out, x);
        return out;
    }

    /** The gradient of a reduction with its axes back as 1. */
    private static EagerTensor restored(EagerTensor gradient, EagerTensor x, boolean keep, int... axes) {
        if (keep) {
            return gradient;
        }
        long[] sizes = new long[x.rank()];
        long[] strides = new long[x.rank()];
        for (int i = 0, j = 0; i < sizes.length; i++) {
            boolean gone = contains(axes, i);
            sizes[i] = gone ? 1 : gradient.sizes[j];
            strides[i] = gone ? 0 : gradient.strides[j++];
        }
        return gradient.view(sizes, strides, false);
    }

    private static boolean contains(int[] values, int value) {
        for (int v : values) {
            if (v == value) {
                return true;
            }
        }
        return false;
    }

    /** A gradient summed over the axes its operand was broadcast along. */
    EagerTensor sumTo(EagerTensor gradient, long[] sizes) {
        if (Arrays.equals(gradient.sizes, sizes)) {
            return gradient;
        }
        int leading = gradient.rank() - sizes.length;
        long[] kept = gradient.sizes.clone();
        boolean sums = false;
        for (int i = 0; i < kept.length; i++) {
            if (i < leading || (sizes[i - leading] == 1 && kept[i] != 1)) {
                sums |= kept[i] != 1;
                kept[i] = 1;
            }
        }
        EagerTensor summed = gradient;
        if (sums) {
            summed = aten.fresh(kept, gradient.type, false);
            aten.emit("sum", KernelKind.REDUCTION, gradient.elements(), summed, gradient);
        }
        return leading == 0 ? summed : aten.views.reshape(summed, sizes);
    }

    /** The Euclidean length along the last axis, kept as 1. */
    EagerTensor norm(EagerTensor x) {
        long[] sizes = x.sizes.clone();
        sizes[sizes.length - 1] = 1;
        EagerTensor out = aten.fresh(sizes, x.type, aten.flows(x));
        aten.emit("linalg_vector_norm", KernelKind.REDUCTION, 2 * x.elements(), out, x);
        aten.record(x, out, new EagerTensor[] {x, out}, g -> {
            EagerTensor direction = aten.pointwise.divide(x, out);
            EagerTensor zero = aten.fresh(out.sizes, DataType.BOOL, false);
            aten.elementwise("eq", zero, out);
            aten.elementwise("masked_fill_", direction, direction, zero);
            return aten.pointwise.multiply(g, direction);
        });
        return out;
    }

    /** Integer positions computed from {@code x}; no gradient. */
    EagerTensor positions(String operator, EagerTensor x, long[] sizes) {
        EagerTensor out = aten.fresh(sizes, DataType.INT64, false);
        aten.emit(operator, KernelKind.REDUCTION, x.elements(), out, x);
        return out;
    }
}
