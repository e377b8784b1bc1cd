package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;

/**
 * Forward passes alone, nothing kept for a backward computation.
 *
 * @param network what runs
 */
public record Inference(Model network) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        return StepProgram.inference(
                b.build(network.network().forward(b, network.network().input(b))));
    }
}
