package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.lowering.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Autocast's policy: products in a short type, norms, softmax and losses in single precision, and weights cast once
 * for all passes (aten/src/ATen/autocast_mode.cpp).
 */
final class Autocast {
    private final Aten aten;
    private final @Nullable DataType step;
    private @Nullable DataType type;
    private final Map<EagerTensor, EagerTensor> castWeights = new IdentityHashMap<>();
    private final List<EagerTensor> castInOrder = new ArrayList<>();

    /**
     * @param type the type of products, or null for no autocast
     */
    Autocast(Aten aten, @Nullable DataType type) {
        this.aten = aten;
        this.step = type;
        this.type = type;
    }

    /** Turns it off for passes that run in the weights' own type. */
    void enabled(boolean on) {
        type = on ? step : null;
    }

    /** The operand in the type of products. */
    EagerTensor lower(EagerTensor x) {
        DataType target = type;
        if (target == null || !x.type.real() || x.type == target) {
            return x;
        }
        if (x.storage.role != Storage.Role.PARAMETER || !x.requiresGradient) {
            return aten.copying.to(x, target);
        }
        EagerTensor known = castWeights.get(x);
        if (known != null) {
            return known;
        }
        EagerTensor copy = aten.copying.castWeight(x, target);
        castWeights.put(x, copy);
        castInOrder.add(x);
        return copy;
    }

    /** The operand in single precision. */
    EagerTensor raise(EagerTensor x) {
        return type == null ? x : aten.copying.to(x, DataType.FP32);
    }

    /** The type of a result kept in single precision. */
    DataType raised(EagerTensor x) {
        return type == null ? x.type : DataType.FP32;
    }

    /** How many weights have been cast. */
    int casts() {
        return castInOrder.size();
    }

    /** Forgets the casts after the first {@code count}: they were those of a block's first application alone. */
    void forget(int count) {
        for (int i = castInOrder.size() - 1; i >= count; i--) {
            castWeights.remove(castInOrder.remove(i));
        }
    }
}
