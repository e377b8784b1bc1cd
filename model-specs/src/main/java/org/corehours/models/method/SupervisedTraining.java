package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.Model;
import org.corehours.models.SequenceNetwork;
import org.corehours.models.TrainingMethod;

/**
 * Forward, loss on labels, backward, update.
 *
 * @param network what is trained; its output has a row per sample
 * @param loss what is minimized
 * @param update what follows the backward computation
 */
public record SupervisedTraining(Model network, Loss loss, Update update) implements TrainingMethod {

    /** Cross-entropy and AdamW. */
    public static SupervisedTraining of(Model network) {
        return new SupervisedTraining(network, Loss.CROSS_ENTROPY, Update.of(Optimizer.ADAMW));
    }

    @Override
    public String model() {
        return network.id();
    }

    /** Images are cropped and flipped; tokens are read as they are. */
    @Override
    public String usualInput() {
        return network.network() instanceof SequenceNetwork ? "none" : "supervised";
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model(), samples);
        Tensor logits = network.network().forward(b, network.network().input(b));
        b.section("loss", true);
        return new StepProgram(b.build(loss.of(b, logits)), update);
    }
}
