package org.corehours.core.lowering.eager;

import java.util.Arrays;
import java.util.List;
import org.corehours.core.lowering.KernelKind;
import org.jspecify.annotations.Nullable;

/** Other views of the same memory, which launch nothing; their gradients may. */
final class Views {
    private final Aten aten;

    Views(Aten aten) {
        this.aten = aten;
    }

    /** The elements in order under other sizes, copied only where no view can show them so. */
    EagerTensor reshape(EagerTensor x, long... sizes) {
        if (Arrays.equals(x.sizes, sizes)) {
            return x;
        }
        long[] strides = x.viewStrides(sizes);
        return strides == null ? reshape(aten.copying.contiguous(x), sizes) : seen(x, sizes, strides);
    }

    private EagerTensor seen(EagerTensor x, long[] sizes, long[] strides) {
        EagerTensor out = x.view(sizes, strides, aten.flows(x));
        aten.record(x, out, g -> reshape(g, x.sizes));
        return out;
    }

    EagerTensor permute(EagerTensor x, int... axes) {
        long[] sizes = new long[axes.length];
        long[] strides = new long[axes.length];
        int[] inverse = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            sizes[i] = x.sizes[axes[i]];
            strides[i] = x.strides[axes[i]];
            inverse[axes[i]] = i;
        }
        EagerTensor out = x.view(sizes, strides, aten.flows(x));
        aten.record(x, out, g -> permute(g, inverse));
        return out;
    }

    /** The last two axes exchanged. */
    EagerTensor transpose(EagerTensor x) {
        EagerTensor out = transposed(x, aten.flows(x));
        aten.record(x, out, this::transpose);
        return out;
    }

    /** The last two axes exchanged, unrecorded. */
    static EagerTensor transposed(EagerTensor x, boolean gradient) {
        long[] sizes = x.sizes.clone();
        long[] strides = x.strides.clone();
        int n = sizes.length;
        sizes[n - 1] = x.sizes[n - 2];
        sizes[n - 2] = x.sizes[n - 1];
        strides[n - 1] = x.strides[n - 2];
        strides[n - 2] = x.strides[n - 1];
        return x.view(sizes, strides, gradient);
    }

    EagerTensor expand(EagerTensor x, long... sizes) {
        if (Arrays.equals(x.sizes, sizes)) {
            return x;
        }
        EagerTensor out = expanded(x, sizes);
        aten.record(x, out, g -> aten.reductions.sumTo(g, x.sizes));
        return out;
    }

    /** Dimensions of 1 repeated, unrecorded. */
    EagerTensor expanded(EagerTensor x, long[] sizes) {
        long[] strides = new long[sizes.length];
        int offset = sizes.length - x.rank();
        for (int i = 0; i < x.rank(); i++) {
            strides[offset + i] = x.sizes[i] == 1 && sizes[offset + i] != 1 ? 0 : x.strides[i];
        }
        return x.view(sizes, strides, aten.flows(x));
    }

    EagerTensor slice(EagerTensor x, int axis, long extent) {
        long[] sizes = x.sizes.clone();
        sizes[axis] = extent;
        EagerTensor out = x.view(sizes, x.strides, aten.flows(x));
        aten.record(x, out, g -> scattered("slice_backward", g, x.sizes));
        return out;
    }

    EagerTensor select(EagerTensor x, int axis) {
        EagerTensor out = x.view(without(x.sizes, axis), without(x.strides, axis), aten.flows(x));
        aten.record(x, out, g -> scattered("select_backward", g, x.sizes));
        return out;
    }

    private EagerTensor scattered(String operator, EagerTensor gradient, long[] sizes) {
        EagerTensor out = aten.fresh(sizes, gradient.type, false);
        aten.emit(operator, KernelKind.COPY, 0, out, gradient);
        return out;
    }

    List<EagerTensor> unbind(EagerTensor x, int axis) {
        EagerTensor[] parts = new EagerTensor[Math.toIntExact(x.sizes[axis])];
        long[] sizes = without(x.sizes, axis);
        long[] strides = without(x.strides, axis);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = x.view(sizes, strides, aten.flows(x));
        }
        aten.record(new EagerTensor[] {x}, parts, Aten.NONE, gradients ->
                new EagerTensor[] {aten.copying.stack(axis, filled(gradients, parts))});
        return List.of(parts);
    }

    List<EagerTensor> split(EagerTensor x, int axis, int count) {
        EagerTensor[] parts = new EagerTensor[count];
        long[] sizes = x.sizes.clone();
        sizes[axis] /= count;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = x.view(sizes, x.strides, aten.flows(x));
        }
        aten.record(new EagerTensor[] {x}, parts, Aten.NONE, gradients ->
                new EagerTensor[] {aten.copying.concatenate(axis, filled(gradients, parts))});
        return List.of(parts);
    }

    /** The gradients, zeros written where none flowed. */
    private EagerTensor[] filled(@Nullable EagerTensor[] gradients, EagerTensor[] results) {
        EagerTensor[] all = new EagerTensor[results.length];
        for (int i = 0; i < results.length; i++) {
            EagerTensor gradient = gradients[i];
            all[i] = gradient != null ? gradient : aten.fill("zeros", results[i].type, results[i].sizes);
        }
        return all;
    }

    static long[] without(long[] values, int axis) {
        long[] result = new long[values.length - 1];
        System.arraycopy(values, 0, result, 0, axis);
        System.arraycopy(values, axis + 1, result, axis, result.length - axis);
        return result;
    }

    /** Forgets where the value came from. */
    static EagerTensor detach(EagerTensor x) {
        return x.view(x.sizes, x.strides, false);
    }
}
