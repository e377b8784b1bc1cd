package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What XLA runs as one fusion: a matrix product or other operation of its own (the anchor) with the
 * elementwise work that consumes its result, or elementwise work, normalizations and reductions that
 * touch each other.
 */
final class Unit {
    private final @Nullable Node anchor;
    private final List<Node> fused = new ArrayList<>();
    private @Nullable Set<Tensor> operands;
    private @Nullable Map<Tensor, Integer> fusedUses;

    Unit(@Nullable Node anchor) {
        this.anchor = anchor;
    }

    @Nullable Node anchor() {
        return anchor;
    }

    List<Node> fused() {
        return fused;
    }

    void fuse(Node node) {
        fused.add(node);
        operands = null;
        fusedUses = null;
    }

    /** Whether the unit only renames or rearranges elements, which layout assignment makes free. */
    boolean isView() {
        if (anchor != null) {
            return false;
        }
        for (int i = 0; i < fused.size(); i++) {
            if (!isView(fused.get(i).operator())) {
                return false;
            }
        }
        return true;
    }

    /** Whether all fused nodes work element by element, so that they can follow an anchor at once. */
    boolean isElementwise() {
        return fused.stream().allMatch(node -> isElementwise(node.operator()));
    }

    private static boolean isElementwise(Operator operator) {
        return isView(operator)
                || operator instanceof Operator.Unary
                || operator instanceof Operator.Binary
                || operator instanceof Operator.Scalar
                || operator instanceof Operator.Dropout;
    }

    /**
     * Whether its last pass reads every element where it writes one, after sums over rows if need be, so that it can
     * write over an operand.
     */
    boolean writesInPlace() {
        return anchor == null
                && fused.stream()
                        .map(Node::operator)
                        .allMatch(operator -> isElementwise(operator)
                                || operator instanceof Operator.Softmax
                                || operator instanceof Operator.Normalization
                                || operator instanceof Operator.Reduce);
    }

    boolean contains(Class<? extends Operator> kind) {
        return fused.stream().anyMatch(node -> kind.isInstance(node.operator()));
    }

    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        if (anchor != null) {
            nodes.add(anchor);
        }
        nodes.addAll(fused);
        return nodes;
    }

    /** Tensors made by the unit's nodes. */
    Set<Tensor> results() {
        Set<Tensor> results = new LinkedHashSet<>();
        if (anchor != null) {
            results.addAll(anchor.outputs());
        }
        for (Node node : fused) {
            results.addAll(node.outputs());
        }
        return results;
    }

    /** Tensors the unit reads that it does not make. */
    Set<Tensor> operands() {
        Set<Tensor> known = operands;
        if (known == null) {
            known = new LinkedHashSet<>();
            Set<Tensor> made = results();
            for (Node node : nodes()) {
                for (Tensor input : node.inputs()) {
                    if (!made.contains(input)) {
                        known.add(input);
                    }
                }
            }
            operands = known;
        }
        return known;
    }

    /** Tensors the fused nodes read that they do not make, the anchor's result among them. */
    Set<Tensor> fusedOperands() {
        Set<Tensor> made = new HashSet<>();
        for (Node node : fused) {
            made.addAll(node.outputs());
        }
        Set<Tensor> operands = new LinkedHashSet<>();
        for (Node node : fused) {
            for (Tensor input : node.inputs()) {
                if (!made.contains(input)) {
                    operands.add(input);
                }
            }
        }
        return operands;
    }

    /** How often the fused nodes use a tensor. */
    int fusedUses(Tensor tensor) {
        Map<Tensor, Integer> known = fusedUses;
        if (known == null) {
            known = new HashMap<>();
            for (Node node : fused) {
                for (Tensor input : node.inputs()) {
                    known.merge(input, 1, Integer::sum);
                }
            }
            fusedUses = known;
        }
        return known.getOrDefault(tensor, 0);
    }

    /** Whether the gradients of the fused nodes do not need what they read: sums, copies, scalings by constants. */
    boolean isLinear() {
        for (Node node : fused) {
            Operator operator = node.operator();
            boolean linear = isView(operator)
                    || operator instanceof Operator.Scalar
                    || operator instanceof Operator.Dropout
                    || operator instanceof Operator.Concatenate
                    || operator instanceof Operator.Pad
                    || operator instanceof Operator.Roll
                    || operator instanceof Operator.Convert
                    || (operator instanceof Operator.Reduce reduce && reduce.reduction() != Operator.Reduction.MAX)
                    || (operator instanceof Operator.Binary binary
                            && (binary.arithmetic() == Operator.Arithmetic.ADD
                                    || binary.arithmetic() == Operator.Arithmetic.SUBTRACT));
            if (!linear) {
                return false;
            }
        }
        return true;
    }

    /** Whether the fused nodes only add, so that all they read has the gradient of what they make. */
    boolean isSum() {
        return fused.stream()
                .map(Node::operator)
                .allMatch(operator -> isView(operator)
                        || (operator instanceof Operator.Binary binary
                                && binary.arithmetic() == Operator.Arithmetic.ADD));
    }

    /** Whether the anchor is a matrix product, a convolution or attention. */
    boolean isProduct() {
        return anchor != null && anchor.operator().flops(anchor) > 0;
    }

    /** Tensors the fused nodes make. */
    List<Tensor> fusedResults() {
        List<Tensor> results = new ArrayList<>();
        for (Node node : fused) {
            results.addAll(node.outputs());
        }
        return results;
    }

    /** Elementwise operations of the fused nodes. */
    long fusedOperations() {
        long total = 0;
        for (Node node : fused) {
            total = Math.addExact(total, node.operator().elementwiseFlops(node));
        }
        return total;
    }

    /** Elementwise operations of all nodes. */
    long operations() {
        return anchor == null
                ? fusedOperations()
                : Math.addExact(anchor.operator().elementwiseFlops(anchor), fusedOperations());
    }

    /** Whether an operator runs by itself rather than fused with its neighbours. */
    static boolean isAnchor(Operator operator) {
        return operator instanceof Operator.Linear
                || operator instanceof Operator.Convolution
                || operator instanceof Operator.MatrixProduct
                || operator instanceof Operator.Attention
                || operator instanceof Operator.Sort
                || operator instanceof Operator.Gather
                || operator instanceof Operator.MaskedSelect
                || operator instanceof Operator.Pool
                || operator instanceof Operator.Resize;
    }

    static boolean isView(Operator operator) {
        return operator instanceof Operator.Reshape
                || operator instanceof Operator.Permute
                || operator instanceof Operator.Expand
                || operator instanceof Operator.Slice
                || operator instanceof Operator.Select
                || operator instanceof Operator.Unbind
                || operator instanceof Operator.Split
                || operator instanceof Operator.Contiguous
                || operator instanceof Operator.Detach;
    }
}
