package org.corehours.models.analysis;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.vision.TransformerBlock;

/**
 * A forward pass with edited attention weights: every patch token attends to itself only, or not to the
 * class token. The code edits the weights token by token, two or one small writes each (Vilas et al., 2023;
 * code: martinagvilas/vit-cls_emb, src/models/vit_edited.py, class Attention).
 *
 * @param network a pre-norm Vision Transformer with a class token
 * @param selfOnly whether tokens attend to themselves only, instead of to all but the class token
 */
public record AttentionPerturbation(Model network, boolean selfOnly) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor tokens = scored.embed(b, scored.network().input(b));
        TransformerBlock block = scored.network().block();
        Tensor out = scored.blocks(b, tokens, x -> attention(b, block, b.layerNorm("norm1", x)));
        Tensor logits = scored.logits(b, out);
        ScoredTransformer.rank(b, scored.projection(b).apply(b, out));
        return StepProgram.inference(b.build(logits));
    }

    private Tensor attention(GraphBuilder b, TransformerBlock block, Tensor x) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        long width = block.width();
        int heads = block.heads();
        return b.module("attn", () -> {
            Tensor joint = b.linear("qkv", x, 3 * width, block.qkvBias() == TransformerBlock.QkvBias.ALL);
            joint = b.permute(b.reshape(joint, batch, tokens, 3, heads, width / heads), 2, 0, 3, 1, 4);
            List<Tensor> parts = b.unbind(joint, 0);
            Tensor scores = b.matrixProduct(parts.get(0), b.permute(parts.get(1), 0, 1, 3, 2));
            Tensor weights = b.softmax(b.scalar(Arithmetic.MULTIPLY, scores), -1);
            weights = b.iterate("edit", Math.toIntExact(tokens - 1), weights, w -> edit(b, w));
            Tensor mixed = b.permute(b.matrixProduct(weights, parts.get(2)), 0, 2, 1, 3);
            return b.linear("proj", b.reshape(mixed, batch, tokens, width), width);
        });
    }

    /** The writes for one token. */
    private Tensor edit(GraphBuilder b, Tensor weights) {
        Tensor row = b.select(weights, 2, 1);
        if (selfOnly) {
            b.scalar(Arithmetic.MULTIPLY, row);
        }
        b.scalar(Arithmetic.MULTIPLY, b.select(row, 2, 0));
        return weights;
    }
}
