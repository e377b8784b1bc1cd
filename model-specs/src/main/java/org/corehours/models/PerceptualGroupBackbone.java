package org.corehours.models;

import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/**
 * The Perceptual Group Tokenizer as a self-supervised method and an inference run read it: one token, the image's
 * feature.
 *
 * @param tokenizer the tokenizer
 */
public record PerceptualGroupBackbone(PerceptualGroupTokenizer tokenizer) implements Backbone {

    @Override
    public int width() {
        return tokenizer.summaryWidth();
    }

    @Override
    public int patchPixels() {
        return tokenizer.patch();
    }

    @Override
    public int imageSize() {
        return tokenizer.imageSize();
    }

    @Override
    public PerceptualGroupBackbone withImageSize(int pixels) {
        return new PerceptualGroupBackbone(new PerceptualGroupTokenizer(
                pixels,
                tokenizer.patch(),
                tokenizer.width(),
                tokenizer.groupWidths(),
                tokenizer.layersPerBlock(),
                tokenizer.iterations(),
                tokenizer.heads(),
                tokenizer.groupTokens(),
                tokenizer.mlpWidth(),
                tokenizer.summaryWidth(),
                tokenizer.reading()));
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        return tokenizer.features(b, images);
    }

    /**
     * The feature as the only token {@code [batch, 1, width]}.
     *
     * @throws IllegalArgumentException if patches are masked, which this architecture does not know
     */
    @Override
    public Tensor tokens(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        if (mask.isPresent()) {
            throw new IllegalArgumentException("The Perceptual Group Tokenizer has no mask token.");
        }
        return b.reshape(tokenizer.features(b, images), images.shape().dimension(0), 1, width());
    }

    /** Itself: it has neither residual branches to drop nor attention that DINO's code would write otherwise. */
    @Override
    public PerceptualGroupBackbone forSelfDistillation(double dropPath) {
        return this;
    }
}
