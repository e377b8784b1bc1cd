package org.corehours.models.analysis;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.vision.TransformerBlock;

/**
 * Explanation by gradients: one forward pass of the edited model, then for every block and every token one
 * backward computation from the token's class score to the block's attention weights. Each carries the
 * gradient of all tokens, all but one of them zero (Vilas et al., 2023; code: martinagvilas/vit-cls_emb,
 * src/gradients.py, class ViTGradients).
 *
 * <p>The backward computations are written out as the operators they are, with no gradient of weights.
 *
 * @param network a pre-norm Vision Transformer with a class token
 */
public record TokenGradients(Model network) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor out = scored.blocks(b, scored.embed(b, scored.network().input(b)));
        Tensor logits = scored.logits(b, out);
        b.section("gradients", false);
        TransformerBlock block = scored.network().block();
        long tokens = scored.tokens();
        ScoredTransformer.Projection projection = scored.projection(b);
        Tensor values = b.input("values", samples, block.heads(), tokens, block.width() / block.heads());
        Tensor seed =
                b.input("seed", samples, tokens, scored.network().readout().classes());
        b.repeat("blocks", scored.network().depth(), seed, scores -> {
            Tensor weight = b.parameter("attn.proj.weight", block.width(), block.width());
            return b.iterate("token", Math.toIntExact(tokens), scores, s -> {
                Tensor gradient = b.softmax(b.multiply(s, s), -1);
                gradient = b.matrixProduct(gradient, projection.weight());
                gradient = normGradient(b, gradient, projection);
                toWeights(b, block, b.matrixProduct(gradient, weight), values);
                return s;
            });
        });
        return StepProgram.inference(b.build(logits));
    }

    /** The gradient of a layer norm's input: the work of a layer norm. */
    private static Tensor normGradient(GraphBuilder b, Tensor gradient, ScoredTransformer.Projection projection) {
        return b.apply(new Normalization(Statistics.LAYER, 1, true), gradient, projection.scale(), projection.shift());
    }

    /** The gradient of attention's weights from that of its merged heads, and the row that is kept. */
    private static void toWeights(GraphBuilder b, TransformerBlock block, Tensor merged, Tensor values) {
        long batch = merged.shape().dimension(0);
        long tokens = merged.shape().dimension(1);
        int heads = block.heads();
        Tensor split = b.permute(b.reshape(merged, batch, tokens, heads, block.width() / heads), 0, 2, 1, 3);
        Tensor gradient = b.matrixProduct(split, b.permute(values, 0, 1, 3, 2));
        b.scalar(Arithmetic.MULTIPLY, b.select(gradient, 2, 0));
    }
}
