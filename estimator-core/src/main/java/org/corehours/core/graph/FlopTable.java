package org.corehours.core.graph;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The FLOPs of a graph by pass and operator, laid out in arrays so that totals cost a short loop and
 * no allocation.
 *
 * <p>A repeated block is one set of rows with its multiplicity. Totals that exceed a {@code long}
 * throw {@link ArithmeticException}.
 */
public final class FlopTable {

    /** The operator a row is counted under, named as PyTorch's counter names it. */
    public enum Category {
        /** Linear layers with bias, forward. */
        ADDMM("addmm"),
        /** Linear layers without bias, and both gradients of every linear layer. */
        MM("mm"),
        /** Batched products, attention's among them, and their gradients. */
        BMM("bmm"),
        CONVOLUTION("convolution"),
        CONVOLUTION_BACKWARD("convolution_backward");

        private final String label;

        Category(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        private Category gradient() {
            return switch (this) {
                case ADDMM, MM -> MM;
                case BMM -> BMM;
                case CONVOLUTION, CONVOLUTION_BACKWARD -> CONVOLUTION_BACKWARD;
            };
        }
    }

    private final long[] forward;
    private final long[] backward;
    private final long[] elementwise;
    private final long[] maskedForward;
    private final long[] maskedBackward;
    private final long[] times;
    private final Category[] categories;
    private final String[] modules;
    private final int[] sections;
    private final List<String> sectionNames;

    private FlopTable(List<Row> rows, List<String> sectionNames) {
        int n = rows.size();
        forward = new long[n];
        backward = new long[n];
        elementwise = new long[n];
        maskedForward = new long[n];
        maskedBackward = new long[n];
        times = new long[n];
        categories = new Category[n];
        modules = new String[n];
        sections = new int[n];
        for (int i = 0; i < n; i++) {
            Row row = rows.get(i);
            forward[i] = row.forward;
            backward[i] = row.backward;
            elementwise[i] = row.elementwise;
            maskedForward[i] = row.maskedForward;
            maskedBackward[i] = row.maskedBackward;
            times[i] = row.times;
            categories[i] = row.category;
            modules[i] = row.module;
            sections[i] = row.section;
        }
        this.sectionNames = sectionNames;
    }

    static FlopTable of(Graph graph) {
        List<Row> rows = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Section section : graph.sections()) {
            collect(graph, section.elements(), 1, names.size(), rows);
            names.add(section.name());
        }
        return new FlopTable(rows, List.copyOf(names));
    }

    private static void collect(Graph graph, List<Element> elements, long times, int section, List<Row> rows) {
        for (Element element : elements) {
            if (element instanceof Repeat repeat) {
                collect(graph, repeat.body(), Math.multiplyExact(times, repeat.times()), section, rows);
                correctFirstApplication(graph, repeat, section, times, rows);
            } else if (element instanceof Node node) {
                Operator operator = node.operator();
                long forward = operator.flops(node);
                long elementwise = operator.elementwiseFlops(node);
                if (forward != 0 || elementwise != 0) {
                    long backward = backward(graph, node);
                    rows.add(new Row(
                            forward,
                            backward,
                            elementwise,
                            masked(node, forward),
                            masked(node, backward),
                            times,
                            category(operator),
                            node.module(),
                            section));
                }
            }
        }
    }

    /**
     * The first application of a block whose input needs no gradient has less to do: no product gives a gradient to
     * what follows from that input alone.
     */
    private static void correctFirstApplication(Graph graph, Repeat repeat, int section, long times, List<Row> rows) {
        Set<Tensor> constant = new HashSet<>();
        for (int i = 0; i < repeat.inputs().size(); i++) {
            if (!repeat.inputs().get(i).requiresGradient()) {
                constant.add(repeat.bodyInputs().get(i));
            }
        }
        if (constant.isEmpty()) {
            return;
        }
        for (Element element : repeat.body()) {
            if (element instanceof Node node) {
                Node first = new Node(node.operator(), first(node.inputs(), constant), node.outputs(), node.module());
                long missing = backward(graph, node) - backward(graph, first);
                if (missing != 0) {
                    Category category = category(node.operator());
                    long masked = masked(node, missing);
                    rows.add(new Row(0, -missing, 0, 0, -masked, times, category, node.module(), section));
                }
                if (first.inputs().stream().noneMatch(Tensor::requiresGradient)) {
                    constant.addAll(node.outputs());
                }
            }
        }
    }

    private static List<Tensor> first(List<Tensor> tensors, Set<Tensor> constant) {
        return tensors.stream()
                .map(t -> constant.contains(t) ? new Tensor(t.name(), t.shape(), t.role(), t.type(), false) : t)
                .toList();
    }

    private static long masked(Node node, long flops) {
        return node.operator() instanceof Operator.Attention attention ? attention.maskedFlops(node, flops) : 0;
    }

    private static long backward(Graph graph, Node node) {
        if (!graph.differentiates(node)) {
            return 0;
        }
        long total = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            if (node.input(i).requiresGradient()) {
                total = Math.addExact(total, node.operator().gradientFlops(node, i));
            }
        }
        return total;
    }

    private static Category category(Operator operator) {
        if (operator instanceof Operator.Linear linear) {
            return linear.bias() ? Category.ADDMM : Category.MM;
        }
        return operator instanceof Operator.Convolution ? Category.CONVOLUTION : Category.BMM;
    }

    /** Matrix-product and convolution FLOPs of all forward passes. */
    public long forwardFlops() {
        return total(forward);
    }

    /** Matrix-product and convolution FLOPs of the backward computation. */
    public long backwardFlops() {
        return total(backward);
    }

    /** Forward and backward together. */
    public long trainingFlops() {
        return Math.addExact(forwardFlops(), backwardFlops());
    }

    /** Multiply-adds of matrix products and convolutions of all forward passes: half the FLOPs. */
    public long forwardMacs() {
        return forwardFlops() / 2;
    }

    /** Multiply-adds of forward and backward together. */
    public long trainingMacs() {
        return trainingFlops() / 2;
    }

    /**
     * Forward FLOPs without those on positions that causal masks hide: what attention that skips them has to do. All
     * other counts take masked attention in full, as dense products compute it.
     */
    public long causalForwardFlops() {
        return Math.subtractExact(forwardFlops(), total(maskedForward));
    }

    /** Forward and backward FLOPs without those on positions that causal masks hide. */
    public long causalTrainingFlops() {
        return Math.subtractExact(trainingFlops(), Math.addExact(total(maskedForward), total(maskedBackward)));
    }

    /** Elementwise operations of all forward passes. */
    public long elementwiseFlops() {
        return total(elementwise);
    }

    private long total(long[] rows) {
        long total = 0;
        for (int i = 0; i < rows.length; i++) {
            total = Math.addExact(total, Math.multiplyExact(rows[i], times[i]));
        }
        return total;
    }

    /** Forward FLOPs of one pass. */
    public long forwardFlops(String section) {
        return total(forward, section);
    }

    /** Backward FLOPs due to one pass. */
    public long backwardFlops(String section) {
        return total(backward, section);
    }

    private long total(long[] rows, String section) {
        int index = sectionNames.indexOf(section);
        long total = 0;
        for (int i = 0; i < rows.length; i++) {
            if (sections[i] == index) {
                total = Math.addExact(total, Math.multiplyExact(rows[i], times[i]));
            }
        }
        return total;
    }

    /** Forward FLOPs by operator; operators without any are left out. */
    public Map<Category, Long> forwardByCategory() {
        Map<Category, Long> result = new EnumMap<>(Category.class);
        for (int i = 0; i < forward.length; i++) {
            merge(result, categories[i], forward[i], times[i]);
        }
        return result;
    }

    /** Forward and backward FLOPs by operator. */
    public Map<Category, Long> trainingByCategory() {
        Map<Category, Long> result = forwardByCategory();
        for (int i = 0; i < backward.length; i++) {
            merge(result, categories[i].gradient(), backward[i], times[i]);
        }
        return result;
    }

    /** Forward FLOPs by module path cut after {@code depth} parts, in order of execution. */
    public Map<String, Long> forwardByModule(int depth) {
        return byModule(forward, depth);
    }

    /** Backward FLOPs by module path cut after {@code depth} parts. */
    public Map<String, Long> backwardByModule(int depth) {
        return byModule(backward, depth);
    }

    private Map<String, Long> byModule(long[] rows, int depth) {
        Map<String, Long> result = new LinkedHashMap<>();
        for (int i = 0; i < rows.length; i++) {
            result.merge(cut(modules[i], depth), Math.multiplyExact(rows[i], times[i]), Math::addExact);
        }
        return result;
    }

    private static String cut(String module, int depth) {
        int end = -1;
        for (int i = 0; i < depth; i++) {
            int next = module.indexOf('.', end + 1);
            if (next < 0) {
                return module;
            }
            end = next;
        }
        return module.substring(0, end);
    }

    private static void merge(Map<Category, Long> into, Category category, long flops, long times) {
        if (flops != 0) {
            into.merge(category, Math.multiplyExact(flops, times), Math::addExact);
        }
    }

    private record Row(
            long forward,
            long backward,
            long elementwise,
            long maskedForward,
            long maskedBackward,
            long times,
            Category category,
            String module,
            int section) {}
}
