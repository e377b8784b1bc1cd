package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.models.importing.OnnxGraph.OnnxConstant;
import org.corehours.models.importing.OnnxGraph.OnnxNode;

/** One ONNX operator on its operands, for the rule that says what it means. */
final class OnnxCall {

    private final GraphBuilder builder;
    private final OnnxNode node;
    private final List<Optional<OnnxValue>> inputs;
    private final String module;
    private final Optional<OnnxValue> fusedBias;
    private final Optional<Long> exportedBatch;

    /**
     * @param fusedBias the vector that the only operator behind this one adds, if that is so
     * @param exportedBatch the batch written into the file's shapes, if one is
     */
    OnnxCall(
            GraphBuilder builder,
            OnnxNode node,
            List<Optional<OnnxValue>> inputs,
            Optional<OnnxValue> fusedBias,
            Optional<Long> exportedBatch) {
        this.builder = builder;
        this.node = node;
        this.inputs = inputs;
        this.module = module(node);
        this.fusedBias = fusedBias;
        this.exportedBatch = exportedBatch;
    }

    /** The part of the model an operator belongs to, from the name that exporters give it: {@code /blocks.0/mlp/Gemm}. */
    private static String module(OnnxNode node) {
        int end = node.name().lastIndexOf('/');
        String path = end > 0 ? node.name().substring(0, end) : "";
        String dotted = path.replace('/', '.').replaceAll("\\.{2,}", ".").replaceAll("^\\.|\\.$", "");
        return dotted.isEmpty() ? node.operator() : dotted;
    }

    /**
     * A shape from the file for a value of {@code elements} elements, whose first dimension is {@code first}. Where the
     * batch was written into the file and is another now, so is the shape's first dimension.
     */
    long[] rebatched(long[] shape, long first, long elements) {
        long now = builder.batch();
        if (exportedBatch.isEmpty() || exportedBatch.get() == now || shape.length == 0 || shape[0] < 1) {
            return shape;
        }
        long then = exportedBatch.get();
        if (shape[0] % then != 0) {
            return shape;
        }
        boolean open = Arrays.stream(shape).anyMatch(dimension -> dimension < 0);
        long product = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        boolean other = open
                ? first == shape[0] / then * now
                : Math.multiplyExact(product, now) == Math.multiplyExact(elements, then);
        long[] changed = shape.clone();
        if (other) {
            changed[0] = shape[0] / then * now;
        }
        return changed;
    }

    GraphBuilder builder() {
        return builder;
    }

    Optional<OnnxValue> fusedBias() {
        return fusedBias;
    }

    /** The name of the first result. */
    String result() {
        return node.outputs().isEmpty() ? node.operator() : node.outputs().get(0);
    }

    int results() {
        return node.outputs().size();
    }

    /** The refusal of this operator. */
    IllegalArgumentException wrong(String message) {
        return new IllegalArgumentException(message);
    }

    // ---- operands

    int operands() {
        return inputs.size();
    }

    boolean has(int index) {
        return index < inputs.size() && inputs.get(index).isPresent();
    }

    OnnxValue value(int index) {
        if (!has(index)) {
            throw wrong("has no operand " + index);
        }
        return inputs.get(index).orElseThrow();
    }

    Tensor tensor(int index) {
        return value(index).tensor(builder);
    }

    /** Whole numbers that must be known by value. */
    long[] integers(int index, String what) {
        return value(index)
                .integers()
                .orElseThrow(() -> wrong("its " + what + " is not a constant, or stands in another file, which is not"
                        + " opened; shapes can only be inferred from constants"));
    }

    // ---- attributes

    boolean hasAttribute(String name) {
        return node.attributes().containsKey(name);
    }

    long integer(String name, long otherwise) {
        return node.attributes().get(name) instanceof Long value ? value : otherwise;
    }

    int smallInteger(String name, long otherwise) {
        return Math.toIntExact(integer(name, otherwise));
    }

    double real(String name, double otherwise) {
        return node.attributes().get(name) instanceof Double value ? value : otherwise;
    }

    String text(String name, String otherwise) {
        return node.attributes().get(name) instanceof String value ? value : otherwise;
    }

    Optional<long[]> integers(String name) {
        if (node.attributes().get(name) instanceof List<?> list) {
            long[] values = new long[list.size()];
            for (int i = 0; i < values.length; i++) {
                if (!(list.get(i) instanceof Long value)) {
                    return Optional.empty();
                }
                values[i] = value;
            }
            return Optional.of(values);
        }
        return Optional.empty();
    }

    Optional<OnnxConstant> constant(String name) {
        return node.attributes().get(name) instanceof OnnxConstant value ? Optional.of(value) : Optional.empty();
    }

    Optional<List<?>> list(String name) {
        return node.attributes().get(name) instanceof List<?> list ? Optional.of(list) : Optional.empty();
    }

    /** The axes that an attribute, or in later versions an operand, gives; empty where neither does. */
    Optional<long[]> axes(String name, int operand) {
        Optional<long[]> given = integers(name);
        return given.isPresent() || !has(operand) ? given : Optional.of(integers(operand, name));
    }

    // ---- results

    Tensor apply(Operator operator, Tensor... operands) {
        return builder.module(module, () -> builder.apply(operator, operands));
    }

    List<Tensor> applyAll(Operator operator, Tensor... operands) {
        return builder.module(module, () -> builder.applyAll(operator, operands));
    }

    static List<OnnxValue> result(Tensor tensor) {
        return List.of(OnnxValue.of(tensor));
    }

    Tensor reshape(Tensor x, long... dimensions) {
        return apply(new Operator.Reshape(Shape.of(dimensions)), x);
    }

    Tensor permute(Tensor x, List<Integer> axes) {
        for (int i = 0; i < axes.size(); i++) {
            if (axes.get(i) != i) {
                return apply(new Operator.Permute(axes), x);
            }
        }
        return x;
    }

    /** The last two axes swapped. */
    Tensor swapped(Tensor x) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < x.shape().rank(); i++) {
            axes.add(i);
        }
        int last = axes.size() - 1;
        axes.set(last, last - 1);
        axes.set(last - 1, last);
        return permute(x, axes);
    }

    Tensor slice(Tensor x, int axis, long start, long end) {
        return start == 0 && end == x.shape().dimension(axis) ? x : apply(new Operator.Slice(axis, start, end), x);
    }

    Tensor pad(Tensor x, long[] before, long[] after) {
        boolean any = false;
        List<Integer> first = new ArrayList<>();
        List<Integer> last = new ArrayList<>();
        for (int i = 0; i < before.length; i++) {
            first.add(Math.toIntExact(before[i]));
            last.add(Math.toIntExact(after[i]));
            any |= before[i] != 0 || after[i] != 0;
        }
        return any ? apply(new Operator.Pad(first, last), x) : x;
    }
}
