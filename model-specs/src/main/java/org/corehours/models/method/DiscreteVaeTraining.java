package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.TrainingMethod;
import org.corehours.models.tokenizer.DiscreteVae;

/**
 * Training of a discrete variational autoencoder on reconstruction and the divergence of its codes.
 *
 * @param tokenizer the autoencoder
 * @param imageSize side of the square images, in pixels
 */
public record DiscreteVaeTraining(DiscreteVae tokenizer, int imageSize) implements TrainingMethod {
    @Override
    public String model() {
        return "dvae_f" + tokenizer.stride();
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model(), samples);
        return new StepProgram(
                b.build(tokenizer.loss(b, b.input("images", samples, 3, imageSize, imageSize))),
                Update.of(Optimizer.ADAM));
    }
}
