package org.corehours.models.vision;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * MLP-Mixer: blocks of an MLP across patches and one across channels (Tolstikhin et al., 2021, arXiv 2105.01601;
 * code: timm, mlp_mixer.py). The weights across patches fix the size of the image.
 *
 * @param imageSize side of the square image, in pixels
 * @param patch side of a patch, in pixels
 * @param width token width
 * @param depth blocks
 * @param patchMlpWidth hidden width across patches
 * @param mlpWidth hidden width across channels
 * @param classes outputs of the classifier
 */
public record MlpMixer(int imageSize, int patch, int width, int depth, int patchMlpWidth, int mlpWidth, int classes)
        implements ImageNetwork {

    @Override
    public MlpMixer withImageSize(int pixels) {
        return new MlpMixer(pixels, patch, width, depth, patchMlpWidth, mlpWidth, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        long batch = images.shape().dimension(0);
        long side = imageSize / patch;
        Tensor map = b.convolution("stem.proj", images, width, patch, patch, 0, 1, true);
        Tensor tokens = b.permute(b.reshape(map, batch, width, side * side), 0, 2, 1);
        Tensor x = b.repeat("blocks", depth, tokens, h -> block(b, h));
        return b.linear("head", b.reduce(Reduction.MEAN, b.layerNorm("norm", x), false, 1), classes);
    }

    private Tensor block(GraphBuilder b, Tensor x) {
        Tensor mixed = b.residual(x, h -> {
            Tensor rows = b.permute(b.layerNorm("norm1", h), 0, 2, 1);
            return b.permute(mlp(b, "mlp_tokens", rows, patchMlpWidth), 0, 2, 1);
        });
        return b.residual(mixed, h -> mlp(b, "mlp_channels", b.layerNorm("norm2", h), mlpWidth));
    }

    private static Tensor mlp(GraphBuilder b, String name, Tensor x, int hidden) {
        return b.module(
                name,
                () -> b.linear(
                        "fc2", b.gelu(b.linear("fc1", x, hidden)), x.shape().dimension(-1)));
    }
}
