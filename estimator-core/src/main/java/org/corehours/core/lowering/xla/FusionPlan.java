package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a straight run of nodes into fusions.
 *
 * <p>Nodes between the same anchors, that is, reached through equally many anchors, fuse when they share
 * a value; a purely elementwise group joins the anchor whose result it reads.
 */
final class FusionPlan {
    private final List<Unit> units = new ArrayList<>();
    private final Map<Tensor, Integer> levels = new IdentityHashMap<>();
    private final Map<Tensor, Unit> makers = new IdentityHashMap<>();

    private FusionPlan() {}

    /** The fusions of {@code nodes}, in an order that respects their dependencies. */
    private static List<Unit> of(List<Node> nodes) {
        FusionPlan plan = new FusionPlan();
        nodes.forEach(plan::add);
        plan.joinEpilogues();
        return plan.units;
    }

    /** The parts of a list of elements, in order. */
    static List<Part> parts(List<Element> elements) {
        List<Part> parts = new ArrayList<>();
        List<Node> run = new ArrayList<>();
        for (Element element : elements) {
            if (element instanceof Node node) {
                run.add(node);
            } else if (element instanceof Repeat repeat) {
                parts.add(new Part.Straight(of(run)));
                parts.add(new Part.Repeated(repeat, parts(repeat.body())));
                run = new ArrayList<>();
            }
        }
        parts.add(new Part.Straight(of(run)));
        return parts;
    }

    private void add(Node node) {
        int level = 0;
        for (Tensor input : node.inputs()) {
            level = Math.max(level, levels.getOrDefault(input, 0));
        }
        Unit unit;
        if (Unit.isAnchor(node.operator())) {
            unit = new Unit(node);
            units.add(unit);
            level++;
        } else {
            unit = merged(node, level);
            unit.fuse(node);
        }
        for (Tensor output : node.outputs()) {
            levels.put(output, level);
            makers.put(output, unit);
        }
    }

    /** The fusion of the node's neighbours on its level, one where there were several. */
    private Unit merged(Node node, int level) {
        Unit target = null;
        for (Tensor input : node.inputs()) {
            Unit maker = makers.get(input);
            if (maker != null && maker.anchor() == null && levels.getOrDefault(input, 0) == level) {
                if (target == null) {
                    target = maker;
                } else if (!target.equals(maker)) {
                    absorb(target, maker);
                }
            }
        }
        if (target == null) {
            target = new Unit(null);
        } else {
            units.remove(target);
        }
        units.add(target);
        return target;
    }

    private void absorb(Unit target, Unit other) {
        other.fused().forEach(target::fuse);
        other.results().forEach(tensor -> makers.put(tensor, target));
        units.remove(other);
    }

    private void joinEpilogues() {
        Map<Unit, Set<Unit>> consumers = new HashMap<>();
        for (Unit unit : units) {
            for (Tensor operand : unit.operands()) {
                Unit maker = makers.get(operand);
                if (maker != null) {
                    consumers.computeIfAbsent(maker, m -> new HashSet<>()).add(unit);
                }
            }
        }
        for (Unit unit : List.copyOf(units)) {
            if (unit.anchor() == null && unit.isElementwise() && !unit.isView()) {
                Unit producer = anchorProducer(unit);
                if (producer != null
                        && producer.fused().isEmpty()
                        && consumers.getOrDefault(producer, Set.of()).size() == 1) {
                    unit.fused().forEach(producer::fuse);
                    // The epilogue's other operands may be made after the anchor: run where the epilogue stood.
                    units.remove(producer);
                    units.set(units.indexOf(unit), producer);
                }
            }
        }
    }

    private @Nullable Unit anchorProducer(Unit unit) {
        Unit producer = null;
        for (Tensor operand : unit.operands()) {
            Unit maker = makers.get(operand);
            if (maker != null && maker.anchor() != null && maker.isProduct()) {
                if (producer != null && !producer.equals(maker)) {
                    return null;
                }
                producer = maker;
            }
        }
        return producer;
    }
}
