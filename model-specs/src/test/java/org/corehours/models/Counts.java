package org.corehours.models;

import java.util.Map;
import org.corehours.core.graph.FlopTable.Category;

/** Sums over operators that the reference counter and the graph label alike only together. */
final class Counts {
    private Counts() {}

    /** Linear layers with and without bias and batched products. */
    static long matrix(Map<Category, Long> flops) {
        return flops.getOrDefault(Category.ADDMM, 0L)
                + flops.getOrDefault(Category.MM, 0L)
                + flops.getOrDefault(Category.BMM, 0L);
    }
}
