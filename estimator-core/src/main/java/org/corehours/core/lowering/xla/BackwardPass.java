package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Repeat;
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
    private final Lives lives;
    private final Set<Tensor> booked = new HashSet<>();

    BackwardPass(Graph graph, Values values, Kernels kernels, Lives lives) {
        this.graph = graph;
        this.values = values;
        this.kernels = kernels;
        this.lives = lives;
    }

    void run(List<Part> parts, int times) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Part.Repeated repeated) {
                Repeat repeat = repeated.repeat();
                int from = lives.enter(repeat, true);
                run(repeated.body(), Math.multiplyExact(times, repeat.times()));
                lives.leave(repeat, from, true);
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
        if (unit.isView()) {
            lives.gradientsOfViews(unit);
        } else {
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
        List<Life> alive = new ArrayList<>();
        List<Tensor> ends = new ArrayList<>(unit.fusedResults());
        ends.removeIf(result -> unit.fusedUses(result) > 0);
        for (Tensor result : ends) {
            read.add(values.layout(result));
            alive.add(lives.gradient(result));
        }
        Set<Tensor> operands = unit.fusedOperands();
        if (!unit.isLinear()) {
            List<Tensor> activations = new ArrayList<>(operands);
            activations.removeIf(operand -> operand.role() == Role.PARAMETER);
            read.addAll(values.operands(activations));
            activations.forEach(each -> alive.add(lives.value(each)));
        } else if (unit.isSum() && ends.size() == 1) {
            operands.forEach(term -> lives.shareGradient(ends.get(0), term));
        }
        List<Tensor> targets = new ArrayList<>(operands);
        targets.removeIf(operand -> !operand.requiresGradient());
        if (!targets.isEmpty()) {
            Node first = unit.fused().get(0);
            List<TensorLayout> written = values.gradients(targets);
            kernels.fusion("fusion", first, Kernels.fusionKind(unit), read, written, 2 * unit.fusedOperations());
            lives.kernel(alive, gradients(targets), true);
        }
    }

    private List<Life> gradients(List<Tensor> tensors) {
        return tensors.stream().map(lives::gradient).toList();
    }

    private void anchor(Unit unit, Node anchor) {
        List<TensorLayout> gradient = values.layouts(anchor.outputs());
        List<Life> arriving = gradients(anchor.outputs());
        KernelKind kind = Kernels.kind(unit);
        if (!unit.isProduct()) {
            kernels.fusion("fusion", anchor, kind, gradient, List.of(values.gradient(anchor.input(0))), 0);
            lives.kernel(arriving, gradients(anchor.inputs().subList(0, 1)), false);
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
                List<Life> alive = new ArrayList<>(arriving);
                alive.add(lives.value(anchor.input(1 - i)));
                lives.kernel(alive, List.of(lives.gradient(operand)), false);
            }
        }
    }

    private void attention(Operator.Attention attention, Node node) {
        TensorLayout scores = ForwardPass.scores(values, attention, node);
        TensorLayout out = values.layout(node.output());
        TensorLayout q = values.operand(node.input(0));
        TensorLayout k = values.operand(node.input(1));
        TensorLayout v = values.operand(node.input(2));
        Life weights = lives.scores(node);
        Life arriving = lives.gradient(node.output());
        boolean needsScores = node.input(0).requiresGradient() || node.input(1).requiresGradient();
        if (node.input(2).requiresGradient()) {
            dot(node, scores, out, v, ProductShapes.rightGradient(ProductShapes.values(node)));
            lives.kernel(List.of(weights, arriving), List.of(gradient(node.input(2))), false);
        }
        if (!needsScores) {
            return;
        }
        Life gradient = lives.newScores(node);
        dot(node, out, v, scores, ProductShapes.leftGradient(ProductShapes.values(node)));
        lives.kernel(List.of(arriving, lives.value(node.input(2))), List.of(gradient), false);
        List<TensorLayout> written = new ArrayList<>(List.of(scores));
        List<Life> biases = new ArrayList<>();
        for (int i = 3; i < node.inputs().size(); i++) {
            if (node.input(i).requiresGradient()) {
                written.add(values.gradient(node.input(i)));
                biases.add(lives.gradient(node.input(i)));
            }
        }
        kernels.fusion(
                "softmax fusion",
                node,
                KernelKind.SOFTMAX,
                List.of(scores, scores),
                written,
                attention.elementwiseFlops(node));
        lives.kernel(List.of(weights, gradient), biases, false);
        if (node.input(0).requiresGradient()) {
            dot(node, scores, k, q, ProductShapes.leftGradient(ProductShapes.scores(node)));
            lives.kernel(List.of(gradient, lives.value(node.input(1))), List.of(gradient(node.input(0))), false);
        }
        if (node.input(1).requiresGradient()) {
            dot(node, scores, q, k, ProductShapes.rightGradient(ProductShapes.scores(node)));
            lives.kernel(List.of(gradient, lives.value(node.input(0))), List.of(gradient(node.input(1))), false);
        }
    }

    /** The gradient of an operand of attention, which lies as that does. */
    private Life gradient(Tensor operand) {
        Life life = lives.gradient(operand);
        life.asMatrices(operand.shape());
        return life;
    }

    private void dot(Node node, TensorLayout a, TensorLayout b, TensorLayout out, MatrixShape product) {
        kernels.product(node, KernelKind.MATRIX_PRODUCT, List.of(a, b), List.of(out), product, 0);
    }
}
