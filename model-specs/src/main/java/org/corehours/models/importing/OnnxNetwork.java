package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.models.Network;
import org.corehours.models.importing.OnnxGraph.OnnxInput;
import org.corehours.models.importing.OnnxGraph.OnnxNode;
import org.corehours.spec.SpecException;

/**
 * A network read from an ONNX file.
 *
 * <p>Weights are the file's numbers that are no single number and no running statistics of a batch norm. Several
 * outputs are joined into one, so that the backward computation starts from all of them.
 *
 * @param file the file, for messages
 * @param graph what it holds
 * @param onlyBatch the batch written into the file, if no other goes through it
 */
record OnnxNetwork(String file, OnnxGraph graph, Optional<Long> onlyBatch) implements Network {

    /** The most whole numbers that are computed of shapes, all operators together. */
    private static final long MOST_KNOWN = 20_000_000;

    /** The batch the file was exported with, if it is not open. */
    Optional<Long> exportedBatch() {
        OnnxInput main = main();
        return main.dimensions().isEmpty()
                ? Optional.empty()
                : main.dimensions().get(0);
    }

    @Override
    public Tensor input(GraphBuilder b) {
        if (onlyBatch.isPresent() && onlyBatch.get() != b.batch()) {
            throw OnnxFile.problem(
                    file,
                    place(main()),
                    "the file holds shapes for a batch of " + onlyBatch.get() + " and no other, found " + b.batch()
                            + "; export the model with an open batch dimension");
        }
        return fed(b, main());
    }

    /** The input whose first dimension is the batch: the first of numbers, or the first. */
    private OnnxInput main() {
        return graph.inputs().stream()
                .filter(input -> input.type() == ElementType.REAL)
                .findFirst()
                .or(() -> graph.inputs().stream().findFirst())
                .orElseThrow(() -> OnnxFile.problem(file, "graph", "has no input"));
    }

    private Tensor fed(GraphBuilder b, OnnxInput input) {
        OnnxInput main = main();
        long[] dimensions = new long[input.dimensions().size()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = dimension(b, main, input, i);
        }
        try {
            return switch (input.type()) {
                case REAL -> b.input(input.name(), dimensions);
                case INTEGER -> b.integers(input.name(), dimensions);
                case BOOLEAN -> b.booleans(input.name(), dimensions);
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw OnnxFile.problem(file, place(input), "cannot have the shape it is given: " + e.getMessage());
        }
    }

    private static String place(OnnxInput input) {
        return "input \"" + input.name() + "\"";
    }

    private long dimension(GraphBuilder b, OnnxInput main, OnnxInput input, int axis) {
        Optional<Long> given = input.dimensions().get(axis);
        String symbol = input.symbols().get(axis);
        Optional<Long> batch = main.dimensions().isEmpty()
                ? Optional.empty()
                : main.dimensions().get(0);
        String batchSymbol = main.symbols().isEmpty() ? "" : main.symbols().get(0);
        boolean first = axis == 0 && (given.isEmpty() || given.equals(batch));
        boolean named = given.isEmpty() && !symbol.isEmpty() && symbol.equals(batchSymbol);
        if (first || named) {
            return b.batch();
        }
        return given.orElseThrow(() -> OnnxFile.problem(
                file,
                place(input),
                "its dimension " + axis + (symbol.isEmpty() ? "" : " (" + symbol + ")")
                        + " is open; only the batch may be: export the model for one size"));
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor input) {
        Map<String, OnnxValue> values = new HashMap<>();
        OnnxInput main = main();
        for (OnnxInput each : graph.inputs()) {
            values.put(each.name(), OnnxValue.of(each.equals(main) ? input : fed(b, each)));
        }
        graph.constants()
                .forEach((name, constant) -> values.putIfAbsent(name, OnnxValue.constant(name, constant, true)));
        long[] known = new long[1];
        OnnxGelu gelu = new OnnxGelu(graph);
        Map<String, Integer> readers = readers();
        List<OnnxNode> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            OnnxNode node = nodes.get(i);
            if (gelu.contains(i)) {
                continue;
            }
            if (gelu.endsAt(i).isPresent()) {
                String x = gelu.endsAt(i).get();
                OnnxNode whole = new OnnxNode(node.index(), node.name(), "Gelu", List.of(x), node.outputs(), Map.of());
                define(node, results(b, whole, values, Optional.empty()), values, known);
                continue;
            }
            Optional<String> bias =
                    i + 1 < nodes.size() ? bias(node, nodes.get(i + 1), readers, values) : Optional.empty();
            List<OnnxValue> results = results(b, node, values, bias.map(values::get));
            if (bias.isPresent()) {
                i++;
                define(nodes.get(i), results, values, known);
            } else {
                define(node, results, values, known);
            }
        }
        return output(b, values);
    }

    private Map<String, Integer> readers() {
        Map<String, Integer> readers = new HashMap<>();
        graph.nodes().forEach(node -> node.inputs().forEach(name -> readers.merge(name, 1, Integer::sum)));
        graph.outputs().forEach(name -> readers.merge(name, 1, Integer::sum));
        return readers;
    }

    /** The vector of weights that the next operator adds to this product, if nothing else reads the product. */
    private static Optional<String> bias(
            OnnxNode node, OnnxNode next, Map<String, Integer> readers, Map<String, OnnxValue> values) {
        if (!node.operator().equals("MatMul")
                || !next.operator().equals("Add")
                || node.inputs().size() != 2
                || next.inputs().size() != 2
                || node.outputs().size() != 1
                || readers.getOrDefault(node.outputs().get(0), 0) != 1) {
            return Optional.empty();
        }
        OnnxValue weight = values.get(node.inputs().get(1));
        int at = next.inputs().indexOf(node.outputs().get(0));
        if (at < 0 || weight == null || !weight.isWeight() || weight.rank() != 2) {
            return Optional.empty();
        }
        String added = next.inputs().get(1 - at);
        OnnxValue vector = values.get(added);
        return vector != null && vector.isWeight() && vector.rank() == 1 && vector.elements() == weight.dimensions()[1]
                ? Optional.of(added)
                : Optional.empty();
    }

    private List<OnnxValue> results(
            GraphBuilder b, OnnxNode node, Map<String, OnnxValue> values, Optional<OnnxValue> bias) {
        List<Optional<OnnxValue>> inputs = new ArrayList<>();
        for (String name : node.inputs()) {
            OnnxValue value = values.get(name);
            if (value == null && !name.isEmpty()) {
                throw OnnxFile.problem(
                        file,
                        node.place(),
                        "reads \"" + name + "\", which nothing before it makes: a cycle, or operators out of order");
            }
            inputs.add(Optional.ofNullable(value));
        }
        try {
            return OnnxOperators.apply(node.operator(), new OnnxCall(b, node, inputs, bias, exportedBatch()));
        } catch (SpecException e) {
            throw e;
        } catch (ArithmeticException e) {
            throw OnnxFile.problem(file, node.place(), "has sizes that are too large to count");
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw OnnxFile.problem(file, node.place(), String.valueOf(e.getMessage()));
        }
    }

    private void define(OnnxNode node, List<OnnxValue> results, Map<String, OnnxValue> values, long[] known) {
        for (OnnxValue result : results) {
            known[0] += result.integers().map(each -> each.length).orElse(0);
        }
        if (known[0] > MOST_KNOWN) {
            throw OnnxFile.problem(file, node.place(), "is where more than " + MOST_KNOWN + " sizes are computed");
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            String name = node.outputs().get(i);
            if (name.isEmpty() || i >= results.size()) {
                continue;
            }
            if (values.putIfAbsent(name, results.get(i)) != null) {
                throw OnnxFile.problem(file, node.place(), "makes \"" + name + "\", which is there already");
            }
        }
    }

    private Tensor output(GraphBuilder b, Map<String, OnnxValue> values) {
        List<Tensor> outputs = new ArrayList<>();
        for (String name : graph.outputs()) {
            OnnxValue value = values.get(name);
            if (value == null) {
                throw OnnxFile.problem(file, "graph", "its output \"" + name + "\" is made by no operator");
            }
            outputs.add(value.tensor(b));
        }
        List<Tensor> numbers = outputs.stream()
                .filter(tensor -> tensor.type() == ElementType.REAL)
                .toList();
        if (outputs.isEmpty()) {
            throw OnnxFile.problem(file, "graph", "has no output");
        }
        if (numbers.size() <= 1) {
            return numbers.isEmpty() ? outputs.get(0) : numbers.get(0);
        }
        Tensor[] rows = numbers.stream()
                .map(tensor -> b.reshape(tensor, tensor.elements()))
                .toArray(Tensor[]::new);
        return b.apply(new Operator.Concatenate(0, false), rows);
    }
}
