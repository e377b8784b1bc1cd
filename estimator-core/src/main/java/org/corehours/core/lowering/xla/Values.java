package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.Role;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.TensorLayout;

/**
 * How the tensors of a graph lie in memory: their format, which of them only show another one's elements, how often
 * each is used.
 */
final class Values {
    private final DataType activations;
    private final Map<Tensor, Tensor> shown = new IdentityHashMap<>();
    private final Map<Tensor, Integer> uses = new HashMap<>();
    private final Set<Tensor> inputs = new HashSet<>();

    Values(Graph graph, DataType activations) {
        this.activations = activations;
        graph.sections().forEach(section -> visit(section.elements()));
        graph.results().forEach(this::use);
    }

    private void visit(List<Element> elements) {
        for (Element element : elements) {
            if (element instanceof Node node) {
                node.inputs().forEach(this::use);
                if (showsAll(node.operator())) {
                    shown.put(node.output(), node.input(0));
                }
            } else if (element instanceof Repeat repeat) {
                repeat.inputs().forEach(this::use);
                repeat.bodyOutputs().forEach(this::use);
                visit(repeat.body());
            }
        }
    }

    private void use(Tensor tensor) {
        uses.merge(tensor, 1, Integer::sum);
    }

    /** Whether an operator shows all elements of its operand, in another order or repeated. */
    private static boolean showsAll(Operator operator) {
        return operator instanceof Operator.Reshape
                || operator instanceof Operator.Permute
                || operator instanceof Operator.Contiguous
                || operator instanceof Operator.Expand
                || operator instanceof Operator.Detach;
    }

    /** How often nodes, blocks and the step's results use a tensor. */
    int uses(Tensor tensor) {
        return uses.getOrDefault(tensor, 0);
    }

    /** The tensor whose elements this one shows. */
    Tensor origin(Tensor tensor) {
        Tensor origin = tensor;
        for (Tensor next = shown.get(origin); next != null; next = shown.get(origin)) {
            origin = next;
        }
        return origin;
    }

    /** The format of a tensor, as a kernel writes it. */
    TensorLayout layout(Tensor tensor) {
        DataType type = switch (tensor.type()) {
            case REAL -> activations;
            case INTEGER -> DataType.INT64;
            case BOOLEAN -> DataType.BOOL;
        };
        return TensorLayout.contiguous(type, tensor.shape());
    }

    /** A tensor as a kernel reads it: repeated elements once. */
    TensorLayout operand(Tensor tensor) {
        Tensor origin = origin(tensor);
        if (origin.role() == Role.INPUT) {
            inputs.add(origin);
        }
        return layout(origin.elements() < tensor.elements() ? origin : tensor);
    }

    List<TensorLayout> layouts(Iterable<Tensor> tensors) {
        List<TensorLayout> layouts = new ArrayList<>();
        tensors.forEach(tensor -> layouts.add(layout(tensor)));
        return layouts;
    }

    /** What a kernel reads of several tensors, each once however it is shown. */
    List<TensorLayout> operands(Iterable<Tensor> tensors) {
        Set<Tensor> seen = new LinkedHashSet<>();
        List<TensorLayout> layouts = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (seen.add(origin(tensor))) {
                layouts.add(operand(tensor));
            }
        }
        return layouts;
    }

    /** The format of a gradient: an activation's in its own, a weight's in fp32. */
    TensorLayout gradient(Tensor tensor) {
        return tensor.role() == Role.PARAMETER
                ? TensorLayout.contiguous(DataType.FP32, tensor.shape())
                : layout(tensor);
    }

    List<TensorLayout> gradients(Iterable<Tensor> tensors) {
        List<TensorLayout> layouts = new ArrayList<>();
        tensors.forEach(tensor -> layouts.add(gradient(tensor)));
        return layouts;
    }

    /** Bytes of the inputs that kernels have read. */
    long inputBytes() {
        long total = 0;
        for (Tensor input : inputs) {
            total = Math.addExact(total, layout(input).bytes());
        }
        return total;
    }
}
