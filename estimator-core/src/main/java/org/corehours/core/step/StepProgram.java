package org.corehours.core.step;

import org.corehours.core.graph.Graph;

/**
 * One optimizer step on one device: the forward passes with their shapes, and what follows the
 * backward computation.
 *
 * @param graph the forward passes, at the micro-batch of one device
 * @param update what follows the backward computation
 */
public record StepProgram(Graph graph, Update update) {

    /** Forward passes alone. */
    public static StepProgram inference(Graph graph) {
        return new StepProgram(graph, Update.NONE);
    }

    /** Whether there is a backward computation. */
    public boolean trains() {
        return update.optimizer() != Optimizer.NONE;
    }
}
