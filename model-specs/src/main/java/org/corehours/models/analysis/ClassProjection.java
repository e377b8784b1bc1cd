package org.corehours.models.analysis;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;

/**
 * Projection of hidden states to class space: one forward pass, then for the output of every block,
 * of its attention and of its MLP the final norm, the classifier on every token, the five best classes and
 * the ranking of all (Vilas et al., 2023; code: martinagvilas/vit-cls_emb, src/extractor.py). Writing the
 * results to disk is not part of it.
 *
 * @param network a Vision Transformer; where its norms end the branches, hidden states pass them first
 */
public record ClassProjection(Model network) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        VisionTransformer transformer = scored.network();
        boolean normalized = transformer.block().norm() == TransformerBlock.Norm.BRANCH_END;
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor logits = transformer.forward(b, transformer.input(b));
        b.section("projection", false);
        ScoredTransformer.Projection projection = scored.projection(b);
        Tensor kept = b.input("hidden_states", samples, scored.tokens(), transformer.width());
        b.repeat("blocks", transformer.depth(), kept, hidden -> {
            rank(b, projection, hidden);
            rank(b, projection, normalized ? b.layerNorm("norm1", hidden) : hidden);
            rank(b, projection, normalized ? b.layerNorm("norm2", hidden) : hidden);
            return hidden;
        });
        return StepProgram.inference(b.build(logits));
    }

    private static void rank(GraphBuilder b, ScoredTransformer.Projection projection, Tensor hidden) {
        Tensor scores = projection.apply(b, hidden);
        b.apply(new Sort(true), scores);
        ScoredTransformer.rank(b, scores);
    }
}
