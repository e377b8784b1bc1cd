package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.Role;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;

/** The forward kernels of fusions, and what they leave for the backward computation. */
final class ForwardPass {
    private final Graph graph;
    private final Values values;
    private final Kernels kernels;
    private final boolean trains;
    private final Map<Tensor, Integer> kept = new HashMap<>();
    private long keptScoreBytes;

    ForwardPass(Graph graph, Values values, Kernels kernels, boolean trains) {
        this.graph = graph;
        this.values = values;
        this.kernels = kernels;
        this.trains = trains;
    }

    void run(List<Part> parts, String phase, int times) {
        for (Part part : parts) {
            if (part instanceof Part.Repeated repeated) {
                run(repeated.body(), phase, Math.multiplyExact(times, repeated.times()));
            } else if (part instanceof Part.Straight straight) {
                for (Unit unit : straight.units()) {
                    if (!unit.isView()) {
                        run(unit, times);
                    }
                }
                kernels.segment(phase, times, 0);
            }
        }
    }

    /** Bytes kept for the backward computation. */
    long keptBytes() {
        long total = keptScoreBytes;
        for (Map.Entry<Tensor, Integer> entry : kept.entrySet()) {
            long bytes = values.layout(entry.getKey()).bytes();
            total = Math.addExact(total, Math.multiplyExact(bytes, entry.getValue()));
        }
        return total;
    }

    private void run(Unit unit, int times) {
        boolean keeps = trains && differentiates(graph, unit);
        if (keeps) {
            keep(unit, times);
        }
        Node anchor = unit.anchor();
        if (anchor != null && anchor.operator() instanceof Operator.Attention attention) {
            attention(attention, anchor, keeps, times);
            if (!unit.fused().isEmpty()) {
                kernels.fusion(
                        "fusion",
                        anchor,
                        KernelKind.ELEMENTWISE,
                        values.operands(unit.fusedOperands()),
                        values.layouts(leaving(unit, unit.fusedResults())),
                        unit.fusedOperations());
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
        } else {
            Node first = anchor == null ? unit.fused().get(0) : anchor;
            kernels.fusion("fusion", first, Kernels.kind(unit), read, values.layouts(written), unit.operations());
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

    private void attention(Operator.Attention attention, Node node, boolean keeps, int times) {
        TensorLayout scores = scores(values, attention, node);
        kernels.product(
                node,
                KernelKind.MATRIX_PRODUCT,
                List.of(values.operand(node.input(0)), values.operand(node.input(1))),
                List.of(scores),
                ProductShapes.scores(node),
                0);
        List<TensorLayout> read = new ArrayList<>(List.of(scores));
        for (int i = 3; i < node.inputs().size(); i++) {
            read.add(values.operand(node.input(i)));
        }
        kernels.fusion(
                "softmax fusion", node, KernelKind.SOFTMAX, read, List.of(scores), attention.elementwiseFlops(node));
        kernels.product(
                node,
                KernelKind.MATRIX_PRODUCT,
                List.of(scores, values.operand(node.input(2))),
                List.of(values.layout(node.output())),
                ProductShapes.values(node),
                0);
        if (keeps) {
            keptScoreBytes = Math.addExact(keptScoreBytes, Math.multiplyExact(scores.bytes(), (long) times));
        }
    }

    /** The scores of all heads. */
    static TensorLayout scores(Values values, Operator.Attention attention, Node node) {
        return TensorLayout.contiguous(values.layout(node.output()).type(), attention.scoreElements(node));
    }

    /** Notes what the backward computation of a unit reads again, each tensor once however it is shown. */
    private void keep(Unit unit, int times) {
        Node anchor = unit.anchor();
        if (anchor != null) {
            anchor.inputs().forEach(input -> keep(input, times));
        }
        if (!unit.isLinear()) {
            unit.fusedOperands().forEach(operand -> keep(operand, times));
        }
    }

    private void keep(Tensor tensor, int times) {
        Tensor origin = values.origin(tensor);
        if (origin.role() == Role.RESULT) {
            kept.merge(origin, times, Math::max);
        }
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
