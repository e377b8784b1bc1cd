package org.corehours.models;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.step.StepProgram;

/**
 * Forward passes of a backbone alone, up to its tokens, nothing kept for a backward computation.
 *
 * @param model the backbone's name
 * @param backbone what runs
 */
public record FeatureExtraction(String model, Backbone backbone) implements TrainingMethod {

    @Override
    public long parameters() {
        return SelfDistillation.parameters(backbone);
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model, samples);
        b.section("forward", false);
        return StepProgram.inference(b.build(backbone.tokens(b, backbone.input(b))));
    }
}
