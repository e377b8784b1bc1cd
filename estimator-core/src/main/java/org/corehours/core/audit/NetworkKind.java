package org.corehours.core.audit;

import java.util.Locale;
import java.util.Map;
import org.corehours.core.graph.FlopTable;

/** What most of a network's FLOPs are, which bounds the utilisation that anybody has reached with it. */
public enum NetworkKind {
    /** Matrix products: transformers and mixers. */
    PRODUCTS,
    /** Convolutions. */
    CONVOLUTIONS;

    /** The kind of a network with these FLOPs. */
    static NetworkKind of(FlopTable flops) {
        Map<FlopTable.Category, Long> forward = flops.forwardByCategory();
        long convolutions = forward.getOrDefault(FlopTable.Category.CONVOLUTION, 0L);
        return 2.0 * convolutions > flops.forwardFlops() ? CONVOLUTIONS : PRODUCTS;
    }

    /** {@return the name used in data files} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
