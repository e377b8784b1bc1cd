package org.corehours.models.importing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.corehours.models.importing.OnnxGraph.OnnxConstant;
import org.corehours.models.importing.OnnxGraph.OnnxNode;

/**
 * The places where a GELU is written out, {@code x · (1 + erf(x / √2)) · 0.5} in either order of the products, as
 * exporters do for operator sets before 20. Frameworks run it as one kernel.
 */
final class OnnxGelu {

    private final OnnxGraph graph;
    private final Map<String, Integer> makers = new HashMap<>();
    private final Map<String, Integer> onlyReaders = new HashMap<>();
    private final Map<Integer, String> ends = new HashMap<>();
    private final Set<Integer> inside = new HashSet<>();

    OnnxGelu(OnnxGraph graph) {
        this.graph = graph;
        Set<String> several = new HashSet<>(graph.outputs());
        List<OnnxNode> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            for (String name : nodes.get(i).inputs()) {
                if (onlyReaders.putIfAbsent(name, i) != null) {
                    several.add(name);
                }
            }
            for (String name : nodes.get(i).outputs()) {
                makers.putIfAbsent(name, i);
            }
        }
        onlyReaders.keySet().removeAll(several);
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).operator().equals("Erf")) {
                find(i);
            }
        }
    }

    /** What the GELU that ends with operator {@code index} is of. */
    Optional<String> endsAt(int index) {
        return Optional.ofNullable(ends.get(index));
    }

    /** Whether operator {@code index} is part of a GELU that ends later. */
    boolean contains(int index) {
        return inside.contains(index);
    }

    private void find(int erf) {
        Optional<Integer> scaled = maker(node(erf).inputs(), "Div", "Mul");
        Optional<Integer> plus = reader(erf, "Add");
        Optional<Integer> product = plus.flatMap(add -> reader(add, "Mul"));
        if (scaled.isEmpty()
                || product.isEmpty()
                || other(plus.get(), erf).filter(this::isSingle).isEmpty()) {
            return;
        }
        Optional<String> x = node(scaled.get()).inputs().stream()
                .filter(name -> !isSingle(name))
                .findFirst();
        Optional<String> factor = other(product.get(), plus.get());
        if (x.isEmpty()
                || factor.isEmpty()
                || node(scaled.get()).inputs().stream().noneMatch(this::isSingle)) {
            return;
        }
        if (factor.equals(x)) {
            Optional<Integer> half = reader(product.get(), "Mul");
            if (half.isPresent()
                    && other(half.get(), product.get()).filter(this::isSingle).isPresent()) {
                ends.put(half.get(), x.get());
                inside.addAll(List.of(scaled.get(), erf, plus.get(), product.get()));
            }
            return;
        }
        Optional<Integer> half = maker(List.of(factor.get()), "Mul");
        boolean halved = half.isPresent()
                && node(half.get()).inputs().contains(x.get())
                && node(half.get()).inputs().stream().anyMatch(this::isSingle)
                && onlyReaders.containsKey(factor.get());
        if (halved) {
            ends.put(product.get(), x.get());
            inside.addAll(List.of(scaled.get(), erf, plus.get(), half.get()));
        }
    }

    private OnnxNode node(int index) {
        return graph.nodes().get(index);
    }

    /** The operator of one of some kinds that makes the first of some values. */
    private Optional<Integer> maker(List<String> names, String... kinds) {
        return names.stream()
                .findFirst()
                .map(makers::get)
                .filter(index -> List.of(kinds).contains(node(index).operator()));
    }

    /** The only operator that reads the result of another, if it is of a kind. */
    private Optional<Integer> reader(int index, String kind) {
        return node(index).outputs().stream()
                .findFirst()
                .map(onlyReaders::get)
                .filter(found -> node(found).operator().equals(kind));
    }

    /** The operand of an operator that is not the result of another. */
    private Optional<String> other(int index, int maker) {
        return node(index).inputs().stream()
                .filter(name -> !node(maker).outputs().contains(name))
                .findFirst();
    }

    /** Whether a name is that of a constant of one element. */
    private boolean isSingle(String name) {
        OnnxConstant constant = graph.constants().get(name);
        if (constant == null) {
            Integer maker = makers.get(name);
            if (maker == null || !node(maker).operator().equals("Constant")) {
                return false;
            }
            Map<String, Object> attributes = node(maker).attributes();
            return attributes.containsKey("value_float")
                    || (attributes.get("value") instanceof OnnxConstant value && isSingle(value));
        }
        return isSingle(constant);
    }

    private static boolean isSingle(OnnxConstant constant) {
        return constant.dimensions().stream().allMatch(dimension -> dimension == 1);
    }
}
