package org.corehours.models.method;

import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.Backbone;
import org.corehours.models.TrainingMethod;
import org.corehours.models.tokenizer.VqKd;

/**
 * Training of BEiT v2's tokenizer: cosine distance of what the decoder predicts to a frozen teacher's patch features,
 * and the quantizer's loss.
 *
 * @param tokenizer what is trained
 * @param teacher the frozen teacher, whose tokens are projected to the target's width; empty where its features come
 *     ready-made
 */
public record VqKdTraining(VqKd tokenizer, Optional<Backbone> teacher) implements TrainingMethod {
    @Override
    public String model() {
        return "vqkd";
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model(), samples);
        Tensor images = b.input("images", samples, 3, tokenizer.imageSize(), tokenizer.imageSize());
        Tensor target = teacher.map(network -> target(b, network, images))
                .orElseGet(() -> b.input("target", samples, patches(), tokenizer.targetWidth()));
        b.section("tokenizer", true);
        VqKd.Quantized quantized = tokenizer.quantize(b, tokenizer.features(b, images), true);
        Tensor predicted = tokenizer.reconstruct(b, quantized);
        b.section("loss", true);
        Tensor cosine = b.reduce(Reduction.SUM, b.multiply(b.unitLength(target), b.unitLength(predicted)), false, -1);
        Tensor distance = b.reduce(Reduction.MEAN, b.scalar(Arithmetic.SUBTRACT, cosine), false, 0, 1);
        return new StepProgram(b.build(b.add(quantized.loss(), distance)), Update.of(Optimizer.ADAMW));
    }

    private long patches() {
        long side = tokenizer.imageSize() / tokenizer.patch();
        return side * side;
    }

    private Tensor target(GraphBuilder b, Backbone network, Tensor images) {
        b.section("teacher", false);
        return b.frozen(() -> b.module("teacher", () -> {
            Tensor tokens = network.tokens(b, images);
            Tensor patches = b.slice(tokens, 1, 1, tokens.shape().dimension(1));
            return b.linear("proj", patches, tokenizer.targetWidth(), false);
        }));
    }
}
