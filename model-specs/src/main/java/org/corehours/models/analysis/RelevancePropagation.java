package org.corehours.models.analysis;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Concatenate;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Softmax;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.vision.TransformerBlock;

/**
 * Relevance by Chefer et al. (2021, arXiv 2103.15679): one forward pass, then for every block one backward
 * computation from the output to its attention weights, and a product with the relevance so far. The
 * computations do not share their common part, so the gradient passes a block once for every earlier one
 * (code: martinagvilas/vit-cls_emb, src/gradients.py, class CheferGradients).
 *
 * <p>The backward computations are written out as the operators they are, with no gradient of weights.
 *
 * @param network a pre-norm Vision Transformer with a class token
 */
public record RelevancePropagation(Model network) implements TrainingMethod {
    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor logits = scored.logits(
                b, scored.blocks(b, scored.embed(b, scored.network().input(b))));
        b.section("gradients", false);
        TransformerBlock block = scored.network().block();
        int depth = scored.network().depth();
        Weights weights = Weights.of(b, block, samples, scored.tokens());
        Tensor gradient = b.input("gradient", samples, scored.tokens(), block.width());
        if (depth > 1) {
            // Block i, counted from 0, lies behind i others.
            b.iterate("block", depth * (depth - 1) / 2, gradient, g -> throughBlock(b, block, weights, g));
        }
        Tensor relevance = b.input("relevance", samples, scored.tokens(), scored.tokens());
        b.iterate("relevance", depth, relevance, r -> {
            Tensor classGradient = b.input(
                    "class_gradient", samples, scored.network().readout().classes());
            b.matrixProduct(classGradient, b.parameterNamed("head.weight"));
            Tensor attended = throughMlp(b, weights, gradient);
            Tensor map = multiplyHeads(b, throughProjection(b, block, weights, attended), weights);
            return b.add(r, b.matrixProduct(map, r));
        });
        return StepProgram.inference(b.build(logits));
    }

    /** What a backward computation reads of any block: weights and kept activations. */
    private record Weights(
            Tensor qkv,
            Tensor proj,
            Tensor fc1,
            Tensor fc2,
            Tensor scale,
            Tensor query,
            Tensor hidden,
            Tensor attention) {
        static Weights of(GraphBuilder b, TransformerBlock block, long batch, long tokens) {
            long width = block.width();
            return new Weights(
                    b.input("qkv", 3 * width, width),
                    b.input("proj", width, width),
                    b.input("fc1", block.mlpWidth(), width),
                    b.input("fc2", width, block.mlpWidth()),
                    b.input("scale", width),
                    b.input("query", batch, block.heads(), tokens, width / block.heads()),
                    b.input("hidden", batch, tokens, block.mlpWidth()),
                    b.input("attention", batch, block.heads(), tokens, tokens));
        }
    }

    private static Tensor throughBlock(GraphBuilder b, TransformerBlock block, Weights weights, Tensor gradient) {
        long batch = gradient.shape().dimension(0);
        long tokens = gradient.shape().dimension(1);
        Tensor attended = throughMlp(b, weights, gradient);
        Tensor merged = throughHeads(b, block, weights, attended);
        Tensor map = b.matrixProduct(merged, b.permute(weights.query, 0, 1, 3, 2));
        Tensor value = b.matrixProduct(b.permute(weights.attention, 0, 1, 3, 2), merged);
        Tensor scores = b.apply(new Softmax(-1, false), map);
        Tensor query = b.matrixProduct(scores, weights.query);
        Tensor key = b.matrixProduct(b.permute(scores, 0, 1, 3, 2), weights.query);
        Tensor joint = b.apply(new Concatenate(0, true), query, key, value);
        Tensor rows = b.reshape(b.permute(joint, 1, 3, 0, 2, 4), batch, tokens, 3L * block.width());
        return b.add(attended, norm(b, weights, b.matrixProduct(rows, weights.qkv)));
    }

    private static Tensor throughMlp(GraphBuilder b, Weights weights, Tensor gradient) {
        Tensor hidden = b.multiply(b.matrixProduct(gradient, weights.fc2), weights.hidden);
        return b.add(gradient, norm(b, weights, b.matrixProduct(hidden, weights.fc1)));
    }

    private static Tensor throughHeads(GraphBuilder b, TransformerBlock block, Weights weights, Tensor gradient) {
        long batch = gradient.shape().dimension(0);
        long tokens = gradient.shape().dimension(1);
        Tensor merged = b.matrixProduct(gradient, weights.proj);
        return b.permute(b.reshape(merged, batch, tokens, block.heads(), block.width() / block.heads()), 0, 2, 1, 3);
    }

    private static Tensor throughProjection(GraphBuilder b, TransformerBlock block, Weights weights, Tensor gradient) {
        return b.matrixProduct(throughHeads(b, block, weights, gradient), b.permute(weights.query, 0, 1, 3, 2));
    }

    private static Tensor multiplyHeads(GraphBuilder b, Tensor gradient, Weights weights) {
        Tensor positive = b.unary(Function.RELU, b.multiply(gradient, weights.attention));
        return b.reduce(Reduction.MEAN, positive, false, 1);
    }

    /** The gradient of a layer norm's input: the work of a layer norm. */
    private static Tensor norm(GraphBuilder b, Weights weights, Tensor gradient) {
        return b.apply(new Normalization(Statistics.LAYER, 1, true), gradient, weights.scale, weights.scale);
    }
}
