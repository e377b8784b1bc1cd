package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.Role;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;

/** The kernels that compute gradients: a fusion for the elementwise part of a unit, then its products. */
final class BackwardPass {
    private final Graph graph;
    private final Values values;
    private final Kernels kernels;
    private final Set<Tensor> booked = new HashSet<>();

    BackwardPass(Graph graph, Values values, Kernels kernels) {
        this.graph = graph;
        this.values = values;
        this.kernels = kernels;
    }

    void run(List<Part> parts, int times) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Part.Repeated repeated) {
                run(repeated.body(), Math.multiplyExact(times, repeated.times()));
            } else if (parts.get(i) instanceof Part.Straight straight) {
                long gradientBytes = 0;
                List<Unit> units = straight.units();
                for (int j = units.size() - 1; j >= 0; j--) {
                    if (ForwardPass.differentiates(graph, units.get(j))) {
                        gradientBytes += run(units.get(j));
                    }
                }
                kernels.segment(KernelProgram.BACKWARD, times, gradientBytes);
            }
        }
    }

    /** Emits the unit's kernels; returns the bytes of the weights' gradients that it completes. */
    private long run(Unit unit) {
        if (!unit.isView()) {
            if (!unit.fused().isEmpty()) {
                fusion(unit);
            }
            Node anchor = unit.anchor();
            if (anchor != null && anchor.operator() instanceof Operator.Attention attention) {
                attention(attention, anchor);
            } else if (anchor != null) {
                anchor(unit, anchor);
            }
        }
        long bytes = 0;
        for (Tensor operand : unit.operands()) {
            if (operand.role() == Role.PARAMETER && operand.requiresGradient() && booked.add(operand)) {
                bytes = Math.addExact(bytes, values.gradient(operand).bytes());
            }
        }
        return bytes;
    }

    private void fusion(Unit unit) {
        List<TensorLayout> read = new ArrayList<>();
        for (Tensor result : unit.fusedResults()) {
            if (unit.fusedUses(result) == 0) {
                read.add(values.layout(result));
            }
        }
        Set<Tensor> operands = unit.fusedOperands();
        if (!unit.isLinear()) {
            List<Tensor> activations = new ArrayList<>(operands);
            activations.removeIf(operand -> operand.role() == Role.PARAMETER);
            read.addAll(values.operands(activations));
        }
        List<Tensor> targets = new ArrayList<>(operands);
        targets.removeIf(operand -> !operand.requiresGradient());
        if (!targets.isEmpty()) {
            Node first = unit.fused().get(0);
            List<TensorLayout> written = values.gradients(targets);
            kernels.fusion("fusion", first, Kernels.fusionKind(unit), read, written, 2 * unit.fusedOperations());
        }
    }

    private void anchor(Unit unit, Node anchor) {
        List<TensorLayout> gradient = values.layouts(anchor.outputs());
        KernelKind kind = Kernels.kind(unit);
        if (!unit.isProduct()) {
            kernels.fusion("fusion", anchor, kind, gradient, List.of(values.gradient(anchor.input(0))), 0);
            return;
        }
        MatrixShape forward = ProductShapes.of(anchor);
        for (int i = 0; i < 2; i++) {
            Tensor operand = anchor.input(i);
            if (operand.requiresGradient()) {
                List<TensorLayout> read = new ArrayList<>(gradient);
                read.add(values.operand(anchor.input(1 - i)));
                MatrixShape product =
                        i == 0 ? ProductShapes.leftGradient(forward) : ProductShapes.rightGradient(forward);
                kernels.product(anchor, kind, read, List.of(values.gradient(operand)), product, 0);
            }
        }
    }

    private void attention(Operator.Attention attention, Node node) {
        TensorLayout scores = ForwardPass.scores(values, attention, node);
        TensorLayout out = values.layout(node.output());
        TensorLayout q = values.operand(node.input(0));
        TensorLayout k = values.operand(node.input(1));
        TensorLayout v = values.operand(node.input(2));
        boolean needsScores = node.input(0).requiresGradient() || node.input(1).requiresGradient();
        if (node.input(2).requiresGradient()) {
            dot(node, scores, out, v, ProductShapes.rightGradient(ProductShapes.values(node)));
        }
        if (!needsScores) {
            return;
        }
        dot(node, out, v, scores, ProductShapes.leftGradient(ProductShapes.values(node)));
        List<TensorLayout> written = new ArrayList<>(List.of(scores));
        for (int i = 3; i < node.inputs().size(); i++) {
            if (node.input(i).requiresGradient()) {
                written.add(values.gradient(node.input(i)));
            }
        }
        kernels.fusion(
                "softmax fusion",
                node,
                KernelKind.SOFTMAX,
                List.of(scores, scores),
                written,
                attention.elementwiseFlops(node));
        if (node.input(0).requiresGradient()) {
            dot(node, scores, k, q, ProductShapes.leftGradient(ProductShapes.scores(node)));
        }
        if (node.input(1).requiresGradient()) {
            dot(node, scores, q, k, ProductShapes.rightGradient(ProductShapes.scores(node)));
        }
    }

    private void dot(Node node, TensorLayout a, TensorLayout b, TensorLayout out, MatrixShape product) {
        kernels.product(node, KernelKind.MATRIX_PRODUCT, List.of(a, b), List.of(out), product, 0);
    }
}
