package org.corehours.models.vision;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * DINOv2's Vision Transformer as transformers has it: with the token that stood for masked patches in pre-training, and
 * a classifier that reads the class token beside the mean of the patches (Oquab et al., 2023, arXiv 2304.07193; code:
 * huggingface/transformers, models/dinov2/modeling_dinov2.py).
 *
 * @param tower the transformer; has no classifier, and a class token alone before its patches
 * @param maskToken whether the weights hold the token of masked patches, which whole images do not use
 * @param classes outputs of the classifier; 0 for none, which leaves the class token
 */
public record Dinov2(VisionTransformer tower, boolean maskToken, int classes) implements ImageNetwork {

    @Override
    public int imageSize() {
        return tower.imageSize();
    }

    @Override
    public Dinov2 withImageSize(int pixels) {
        return new Dinov2(tower.withImageSize(pixels), maskToken, classes);
    }

    @Override
    public Dinov2 withScale(ScalePlacement scale) {
        return new Dinov2(tower.withScale(scale), maskToken, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        if (maskToken) {
            b.parameter("mask_token", 1, tower.width());
        }
        Tensor tokens = tower.tokens(b, images);
        Tensor summary = b.select(tokens, 1, 0);
        if (classes == 0) {
            return summary;
        }
        Tensor patches = b.slice(tokens, 1, 1, tokens.shape().dimension(1));
        Tensor feature = b.concatenate(1, summary, b.reduce(Reduction.MEAN, patches, false, 1));
        return b.linear("classifier", feature, classes);
    }
}
