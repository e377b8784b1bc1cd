package org.corehours.models;

import java.util.Map;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Parameter;

/** Sums over operators that the reference counter and the graph label alike only together. */
public final class Counts {
    private Counts() {}

    /** Linear layers with and without bias and batched products. */
    public static long matrix(Map<Category, Long> flops) {
        return of(flops, Category.ADDMM) + of(flops, Category.MM) + of(flops, Category.BMM);
    }

    public static long of(Map<Category, Long> flops, Category category) {
        return flops.getOrDefault(category, 0L);
    }

    public static long parametersOutside(Graph graph, String prefix) {
        return graph.parameters().stream()
                .filter(parameter -> !parameter.name().startsWith(prefix))
                .mapToLong(Parameter::elements)
                .sum();
    }
}
