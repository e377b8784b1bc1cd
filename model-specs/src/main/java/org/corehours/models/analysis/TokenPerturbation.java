package org.corehours.models.analysis;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;

/**
 * A forward pass on some of the tokens, dropped after the embedding, and the class ranks of those that
 * leave the last block (Vilas et al., 2023; code: martinagvilas/vit-cls_emb,
 * src/perturbation/tokens_perturbation.py). The edited model also scores every block's attention, used or not.
 *
 * @param network a pre-norm Vision Transformer with a class token
 * @param keptTokens tokens that remain, the class token among them
 */
public record TokenPerturbation(Model network, int keptTokens) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor tokens = keep(b, scored, scored.embed(b, scored.network().input(b)), keptTokens);
        Tensor out = scored.blocks(b, tokens);
        Tensor logits = scored.logits(b, out);
        ScoredTransformer.rank(b, scored.projection(b).apply(b, out));
        return StepProgram.inference(b.build(logits));
    }

    /** Some tokens, picked by index. */
    static Tensor keep(GraphBuilder b, ScoredTransformer scored, Tensor tokens, int kept) {
        if (kept < 1 || kept > scored.tokens()) {
            throw new IllegalArgumentException("Of " + scored.tokens() + " tokens " + kept
                    + " cannot be kept; keep 1 to " + scored.tokens() + ".");
        }
        Tensor first = b.permute(tokens, 1, 0, 2);
        return b.permute(b.gather(first, b.integers("kept", kept)), 1, 0, 2);
    }
}
