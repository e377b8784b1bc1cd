package org.corehours.models.analysis;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;

/**
 * The insertion curve of an image: forward passes on the class token and 1, 2, 3, … patch tokens in an order
 * of importance, all but the last one (Vilas et al., 2023; code: martinagvilas/vit-cls_emb,
 * src/perturbation/explain_perturbation.py). The image is embedded anew for every pass.
 *
 * @param network a pre-norm Vision Transformer with a class token
 */
public record InsertionCurve(Model network) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor images = scored.network().input(b);
        Tensor logits = images;
        for (int patches = 1; patches < scored.tokens() - 1; patches++) {
            Tensor tokens = TokenPerturbation.keep(b, scored, scored.embed(b, images), patches + 1);
            logits = scored.logits(b, scored.blocks(b, tokens));
            b.apply(new Sort(true), logits);
        }
        return StepProgram.inference(b.build(logits));
    }
}
