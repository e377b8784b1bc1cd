package org.corehours.core.graph;

import java.util.List;

/**
 * A block applied several times in a row, each time with parameters of its own unless the same serve
 * all applications ({@link Parameter#copies}), stored once.
 *
 * <p>The first application reads {@code inputs}; each later one reads what the one before it left;
 * {@code outputs} are the results of the last. Inside the body the carried values are
 * {@code bodyInputs} on entry and {@code bodyOutputs} on exit; both lists have the shapes of
 * {@code inputs}.
 *
 * @param times how many applications, at least 1
 * @param body the elements of one application
 * @param module the dotted path of the block
 */
public record Repeat(
        int times,
        List<Tensor> inputs,
        List<Tensor> bodyInputs,
        List<Element> body,
        List<Tensor> bodyOutputs,
        List<Tensor> outputs,
        String module)
        implements Element {
    public Repeat {
        inputs = List.copyOf(inputs);
        bodyInputs = List.copyOf(bodyInputs);
        body = List.copyOf(body);
        bodyOutputs = List.copyOf(bodyOutputs);
        outputs = List.copyOf(outputs);
    }
}
