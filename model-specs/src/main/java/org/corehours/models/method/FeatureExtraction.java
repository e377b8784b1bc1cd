package org.corehours.models.method;

import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.step.StepProgram;
import org.corehours.models.ImageNetwork;
import org.corehours.models.TrainingMethod;

/**
 * Forward passes of an encoder alone, as self-supervised models are used: nothing is kept for a backward computation.
 *
 * @param model the encoder's name
 * @param encoder what runs
 */
public record FeatureExtraction(String model, ImageNetwork encoder) implements TrainingMethod {

    /** The forward pass of {@code samples} images. */
    static Graph graph(String name, ImageNetwork encoder, long samples) {
        GraphBuilder b = new GraphBuilder(name, samples);
        b.section("forward", false);
        return b.build(encoder.forward(b, encoder.input(b)));
    }

    @Override
    public StepProgram plan(long samples) {
        return StepProgram.inference(graph(model, encoder, samples));
    }
}
