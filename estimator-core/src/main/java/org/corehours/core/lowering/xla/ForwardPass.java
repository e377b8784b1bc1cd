package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;

/** The forward kernels of fusions. */
final class ForwardPass {
    private final Graph graph;
    private final Values values;
    private final Kernels kernels;
    private final Lives lives;
    private final boolean trains;

    ForwardPass(Graph graph, Values values, Kernels kernels, Lives lives, boolean trains) {
        this.graph = graph;
        this.values = values;
        this.kernels = kernels;
        this.lives = lives;
        this.trains = trains;
    }

    void run(List<Part> parts, String phase, int times) {
        for (Part part : parts) {
            if (part instanceof Part.Repeated repeated) {
                Repeat repeat = repeated.repeat();
                int from = lives.enter(repeat, false);
                run(repeated.body(), phase, Math.multiplyExact(times, repeat.times()));
                lives.leave(repeat, from, false);
            } else if (part instanceof Part.Straight straight) {
                for (Unit unit : straight.units()) {
                    if (unit.isView()) {
                        lives.views(unit);
                    } else {
                        run(unit);
                    }
                }
                kernels.segment(phase, times, 0);
            }
        }
    }

    private void run(Unit unit) {
        boolean keeps = trains && differentiates(graph, unit);
        Node anchor = unit.anchor();
        if (anchor != null && anchor.operator() instanceof Operator.Attention attention) {
            attention(attention, anchor);
            if (!unit.fused().isEmpty()) {
                Set<Tensor> written = leaving(unit, unit.fusedResults());
                kernels.fusion(
                        "fusion",
                        anchor,
                        KernelKind.ELEMENTWISE,
                        values.operands(unit.fusedOperands()),
                        values.layouts(written),
                        unit.fusedOperations());
                lives.kernel(live(unit.fusedOperands()), live(written), unit.isElementwise());
            }
            return;
        }
        Set<Tensor> written = leaving(unit, unit.results());
        if (anchor != null && keeps && !unit.isLinear()) {
            written.addAll(anchor.outputs());
        }
        List<TensorLayout> read = values.operands(unit.operands());
        if (unit.isProduct() && anchor != null) {
            kernels.product(
                    anchor,
                    Kernels.kind(unit),
                    read,
                    values.layouts(written),
                    ProductShapes.of(anchor),
                    unit.operations());
            layOut(anchor);
        } else {
            Node first = anchor == null ? unit.fused().get(0) : anchor;
            kernels.fusion("fusion", first, Kernels.kind(unit), read, values.layouts(written), unit.operations());
        }
        lives.kernel(live(unit.operands()), live(written), unit.writesInPlace());
    }

    private List<Life> live(Iterable<Tensor> tensors) {
        List<Life> found = new ArrayList<>();
        tensors.forEach(tensor -> found.add(lives.value(tensor)));
        return found;
    }

    /** How a product wants its operands and its result to lie. */
    private void layOut(Node product) {
        if (product.operator() instanceof Operator.Convolution) {
            lives.value(product.input(0)).asMap();
            lives.value(product.output()).asMap();
        } else if (product.operator() instanceof Operator.MatrixProduct
                && product.input(0).shape().rank() > 2
                && product.input(1).shape().rank() > 2) {
            for (Tensor each : List.of(product.input(0), product.input(1), product.output())) {
                lives.value(each).asMatrices(each.shape());
            }
        }
    }

    /** The results that are used beyond the fused nodes, or by nobody at all. */
    private Set<Tensor> leaving(Unit unit, Iterable<Tensor> results) {
        Set<Tensor> leaving = new LinkedHashSet<>();
        for (Tensor result : results) {
            int inside = unit.fusedUses(result);
            if (inside == 0 || values.uses(result) > inside) {
                leaving.add(result);
            }
        }
        return leaving;
    }

    private void attention(Operator.Attention attention, Node node) {
        TensorLayout scores = scores(values, attention, node);
        Life alive = lives.scores(node);
        List<Life> operands = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Life operand = lives.value(node.input(i));
            operand.asMatrices(node.input(i).shape());
            operands.add(operand);
        }
        kernels.product(
                node,
                KernelKind.MATRIX_PRODUCT,
                List.of(values.operand(node.input(0)), values.operand(node.input(1))),
                List.of(scores),
                ProductShapes.scores(node),
                0);
        lives.kernel(operands.subList(0, 2), List.of(alive), false);
        List<TensorLayout> read = new ArrayList<>(List.of(scores));
        List<Life> softmax = new ArrayList<>(List.of(alive));
        for (int i = 3; i < node.inputs().size(); i++) {
            read.add(values.operand(node.input(i)));
            softmax.add(lives.value(node.input(i)));
        }
        kernels.fusion(
                "softmax fusion", node, KernelKind.SOFTMAX, read, List.of(scores), attention.elementwiseFlops(node));
        lives.kernel(softmax, List.of(), false);
        kernels.product(
                node,
                KernelKind.MATRIX_PRODUCT,
                List.of(scores, values.operand(node.input(2))),
                List.of(values.layout(node.output())),
                ProductShapes.values(node),
                0);
        Life result = lives.value(node.output());
        result.asMatrices(node.output().shape());
        lives.kernel(List.of(alive, operands.get(2)), List.of(result), false);
    }

    /** The scores of all heads. */
    static TensorLayout scores(Values values, Operator.Attention attention, Node node) {
        return TensorLayout.contiguous(values.layout(node.output()).type(), attention.scoreElements(node));
    }

    /** Whether the backward computation passes through a unit. */
    static boolean differentiates(Graph graph, Unit unit) {
        if (unit.anchor() != null && graph.differentiates(unit.anchor())) {
            return true;
        }
        for (Node node : unit.fused()) {
            if (graph.differentiates(node)) {
                return true;
            }
        }
        return false;
    }
}
