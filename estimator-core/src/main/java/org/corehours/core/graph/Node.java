package org.corehours.core.graph;

import java.util.List;

/**
 * One application of an operator.
 *
 * @param operator what is computed
 * @param inputs its operands, parameters included
 * @param outputs its results
 * @param module the dotted path of the module it belongs to, {@code blocks.*.attn} say
 */
public record Node(Operator operator, List<Tensor> inputs, List<Tensor> outputs, String module) implements Element {
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public Tensor input(int index) {
        return inputs.get(index);
    }

    public Tensor output() {
        return outputs.get(0);
    }
}
