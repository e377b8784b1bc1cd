package org.corehours.models.analysis;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Linear;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor;
import org.corehours.models.Model;
import org.corehours.models.vision.VisionTransformer;

/**
 * A Vision Transformer as the class-embedding analyses run it (Vilas et al., 2023, arXiv 2310.18969;
 * code: martinagvilas/vit-cls_emb): final norm and classifier project any token to class logits, and in
 * the edited model every block does so with what its attention adds.
 *
 * @param network a transformer with a classifier
 */
record ScoredTransformer(VisionTransformer network) {
    ScoredTransformer {
        if (network.readout().classes() < 1) {
            throw new IllegalArgumentException("The network has no classifier to project tokens with.");
        }
    }

    /**
     * The transformer of a model.
     *
     * @throws IllegalArgumentException if it is another kind of network
     */
    static ScoredTransformer of(Model model) {
        if (model.network() instanceof VisionTransformer transformer) {
            return new ScoredTransformer(transformer);
        }
        throw new IllegalArgumentException("The model " + model.id()
                + " is no plain Vision Transformer, whose tokens can be projected to class space.");
    }

    /** Tokens of an image. */
    long tokens() {
        long side = network.imageSize() / network.patch();
        return network.prefix().tokens() + side * side;
    }

    /** The tokens that enter the blocks. */
    Tensor embed(GraphBuilder b, Tensor images) {
        return network.embed(b, images, Optional.empty());
    }

    /** All blocks of the edited model on tokens {@code [batch, n, width]}. */
    Tensor blocks(GraphBuilder b, Tensor tokens) {
        return blocks(b, tokens, x -> network.block().attentionBranch(b, x));
    }

    /** All blocks of the edited model with another attention branch. */
    Tensor blocks(GraphBuilder b, Tensor tokens, UnaryOperator<Tensor> attention) {
        Projection projection = projection(b);
        return b.repeat("blocks", network.depth(), tokens, x -> {
            Tensor attended = attention.apply(x);
            projection.apply(b, attended);
            return b.residual(b.add(x, attended), h -> network.block().mlpBranch(b, h));
        });
    }

    /** The classifier's logits {@code [batch, classes]} for the tokens that leave the blocks. */
    Tensor logits(GraphBuilder b, Tensor tokens) {
        return b.linear(
                "head",
                b.select(b.layerNorm("norm", tokens), 1, 0),
                network.readout().classes());
    }

    /** The place of the right class among the class logits of every token. */
    static void rank(GraphBuilder b, Tensor scores) {
        Tensor order = b.apply(new Sort(false), scores);
        Tensor matches = b.scalar(Arithmetic.SUBTRACT, order);
        b.reduce(Reduction.MAX, matches, false, 0, 1, 2);
    }

    /** Final norm and classifier, for any token. */
    Projection projection(GraphBuilder b) {
        long width = network.width();
        long classes = network.readout().classes();
        String norm = network.readout().normAfterPooling() ? "fc_norm" : "norm";
        return new Projection(
                b.parameter(norm + ".weight", width),
                b.parameter(norm + ".bias", width),
                b.parameter("head.weight", classes, width),
                b.parameter("head.bias", classes));
    }

    /** The weights of final norm and classifier. */
    record Projection(Tensor scale, Tensor shift, Tensor weight, Tensor bias) {
        /** Class logits {@code [batch, n, classes]} of tokens {@code [batch, n, width]}. */
        Tensor apply(GraphBuilder b, Tensor tokens) {
            Tensor normalized = b.apply(new Normalization(Statistics.LAYER, 1, true), tokens, scale, shift);
            return b.apply(new Linear(true), normalized, weight, bias);
        }
    }
}
