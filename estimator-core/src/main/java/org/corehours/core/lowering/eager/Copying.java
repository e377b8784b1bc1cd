package org.corehours.core.lowering.eager;

import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;
import org.jspecify.annotations.Nullable;

/** The same values in another layout or number format, or several tensors in one. */
final class Copying {
    private final Aten aten;

    Copying(Aten aten) {
        this.aten = aten;
    }

    EagerTensor contiguous(EagerTensor x) {
        if (x.isContiguous()) {
            return x;
        }
        EagerTensor out = aten.fresh(x.sizes, x.type, aten.flows(x));
        aten.emit("clone", KernelKind.COPY, 0, out, x);
        aten.record(x, out, g -> g);
        return out;
    }

    EagerTensor to(EagerTensor x, DataType type) {
        if (x.type == type) {
            return x;
        }
        EagerTensor out = aten.fresh(x.sizes, IteratorLayout.strides(x.sizes, x), type, aten.flows(x) && type.real());
        if (x.storage.channelsInnermost()) {
            out.storage.markChannelsInnermost();
        }
        aten.emit("_to_copy", KernelKind.COPY, 0, out, x);
        aten.record(x, out, g -> to(g, x.type));
        return out;
    }

    /** A weight in another type, kept apart from activations in the account of memory. */
    EagerTensor castWeight(EagerTensor x, DataType type) {
        // In a repeated block every application casts weights of its own, unless all share the same.
        Copies made = aten.copies().atMost(x.storage.copies());
        Storage storage = new Storage(Storage.Role.WEIGHT_COPY, x.elements() * type.bytes(), made);
        EagerTensor out = new EagerTensor(x.sizes, x.strides, type, storage, aten.flows(x));
        aten.emit("_to_copy", KernelKind.COPY, 0, out, x);
        aten.record(x, out, g -> to(g, x.type));
        return out;
    }

    /** The gradient of a parameter in the parameter's own layout, copied where it lies otherwise. */
    EagerTensor asParameter(EagerTensor parameter, EagerTensor gradient) {
        if (gradient.isContiguous() || gradient.rank() != parameter.rank()) {
            return gradient;
        }
        return copied(parameter.sizes, parameter.strides, gradient);
    }

    /** A copy with other strides. */
    EagerTensor copied(long[] sizes, long[] strides, EagerTensor x) {
        EagerTensor copy = aten.fresh(sizes, strides, x.type, false);
        aten.emit("copy_", KernelKind.COPY, 0, copy, copy, x);
        return copy;
    }

    /** Tensors joined along an axis they have. */
    EagerTensor concatenate(int axis, EagerTensor... parts) {
        long[] sizes = parts[0].sizes.clone();
        sizes[axis] = 0;
        for (EagerTensor part : parts) {
            sizes[axis] += part.sizes[axis];
        }
        EagerTensor out = joined("cat", sizes, parts);
        aten.record(parts, out, Aten.NONE, g -> {
            @Nullable EagerTensor[] result = new EagerTensor[parts.length];
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].requiresGradient) {
                    result[i] = g.view(parts[i].sizes, g.strides, false);
                }
            }
            return result;
        });
        return out;
    }

    /** Tensors joined along a new axis. */
    EagerTensor stack(int axis, EagerTensor... parts) {
        long[] one = parts[0].sizes;
        long[] sizes = new long[one.length + 1];
        for (int i = 0, j = 0; i < sizes.length; i++) {
            sizes[i] = i == axis ? parts.length : one[j++];
        }
        EagerTensor out = joined("stack", sizes, parts);
        aten.record(parts, out, Aten.NONE, g -> {
            @Nullable EagerTensor[] result = new EagerTensor[parts.length];
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].requiresGradient) {
                    result[i] = g.view(Views.without(g.sizes, axis), Views.without(g.strides, axis), false);
                }
            }
            return result;
        });
        return out;
    }

    private EagerTensor joined(String operator, long[] sizes, EagerTensor... parts) {
        DataType type = parts[0].type;
        for (EagerTensor part : parts) {
            type = Pointwise.promote(type, part.type);
        }
        EagerTensor out = aten.fresh(sizes, type, aten.flows(parts));
        aten.emit(operator, KernelKind.CONCATENATION, 0, out, parts);
        return out;
    }
}
