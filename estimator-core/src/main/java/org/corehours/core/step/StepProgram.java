package org.corehours.core.step;

import java.util.List;
import org.corehours.core.graph.Graph;

/**
 * One optimizer step on one device: the forward passes with their shapes, and what follows the
 * backward computation.
 *
 * @param graph the forward passes, at the micro-batch of one device
 * @param update what follows the backward computation
 * @param reductions what devices combine in every micro-batch besides gradients
 */
public record StepProgram(Graph graph, Update update, List<DeviceReduction> reductions) {

    /** Copies its list. */
    public StepProgram {
        reductions = List.copyOf(reductions);
    }

    /** A step whose devices combine nothing but gradients. */
    public StepProgram(Graph graph, Update update) {
        this(graph, update, List.of());
    }

    /** Forward passes alone. */
    public static StepProgram inference(Graph graph) {
        return new StepProgram(graph, Update.NONE);
    }

    /** Whether there is a backward computation. */
    public boolean trains() {
        return update.optimizer() != Optimizer.NONE;
    }
}
