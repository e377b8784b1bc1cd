package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * MLP-Mixer and its relatives: blocks of a layer across patches and an MLP across channels (Tolstikhin et al., 2021,
 * arXiv 2105.01601; code: timm, mlp_mixer.py). The weights across patches fix the size of the image.
 *
 * @param imageSize side of the square image, in pixels
 * @param patch side of a patch, in pixels
 * @param width token width
 * @param depth blocks
 * @param mixing what a block does
 * @param patchMlpWidth hidden width across patches, where there is an MLP across them; else 0
 * @param mlpWidth hidden width across channels
 * @param classes outputs of the classifier
 */
public record MlpMixer(
        int imageSize, int patch, int width, int depth, Mixing mixing, int patchMlpWidth, int mlpWidth, int classes)
        implements ImageNetwork {

    /** What a block does. */
    public enum Mixing {
        /** An MLP across patches, one across channels (MLP-Mixer). */
        MLP,
        /** The same, half of each hidden layer gating the other (timm's gMixer). */
        GATED_MLP,
        /** A linear layer across patches, scales and shifts instead of norms (ResMLP; arXiv 2105.03404). */
        LINEAR,
        /** One MLP across channels, half of its hidden layer, made across patches, gating the other (gMLP; arXiv
         * 2105.08050). */
        SPATIAL_GATE
    }

    @Override
    public MlpMixer withImageSize(int pixels) {
        return new MlpMixer(pixels, patch, width, depth, mixing, patchMlpWidth, mlpWidth, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        long batch = images.shape().dimension(0);
        long side = imageSize / patch;
        Tensor map = b.convolution("stem.proj", images, width, patch, patch, 0, 1, true);
        Tensor tokens = b.permute(b.reshape(map, batch, width, side * side), 0, 2, 1);
        Tensor x = b.repeat("blocks", depth, tokens, h -> block(b, h));
        return b.linear("head", b.reduce(Reduction.MEAN, norm(b, "norm", x), false, 1), classes);
    }

    private Tensor block(GraphBuilder b, Tensor x) {
        if (mixing == Mixing.SPATIAL_GATE) {
            return b.residual(x, h -> b.module("mlp_channels", () -> gatedAcross(b, norm(b, "norm", h))));
        }
        Tensor mixed = b.residual(x, h -> scaled(b, "ls1", acrossPatches(b, norm(b, "norm1", h))));
        return b.residual(mixed, h -> scaled(b, "ls2", mlp(b, "mlp_channels", norm(b, "norm2", h), mlpWidth)));
    }

    private Tensor norm(GraphBuilder b, String name, Tensor x) {
        if (mixing != Mixing.LINEAR) {
            return b.layerNorm(name, x);
        }
        return b.module(
                name, () -> b.add(b.parameter("beta", 1, 1, width), b.multiply(b.parameter("alpha", 1, 1, width), x)));
    }

    private Tensor scaled(GraphBuilder b, String name, Tensor x) {
        return mixing == Mixing.LINEAR ? b.multiply(b.parameter(name, width), x) : x;
    }

    private Tensor acrossPatches(GraphBuilder b, Tensor x) {
        Tensor rows = b.permute(x, 0, 2, 1);
        Tensor mixed = mixing == Mixing.LINEAR
                ? b.linear("linear_tokens", rows, rows.shape().dimension(-1))
                : mlp(b, "mlp_tokens", rows, patchMlpWidth);
        return b.permute(mixed, 0, 2, 1);
    }

    private Tensor mlp(GraphBuilder b, String name, Tensor x, int hidden) {
        return b.module(name, () -> {
            Tensor wide = b.linear("fc1", x, hidden);
            Tensor active = mixing == Mixing.GATED_MLP ? gated(b, wide) : b.gelu(wide);
            return b.linear("fc2", active, x.shape().dimension(-1));
        });
    }

    private static Tensor gated(GraphBuilder b, Tensor x) {
        List<Tensor> halves = b.split(x, -1, 2);
        return b.multiply(halves.get(0), b.unary(Function.SILU, halves.get(1)));
    }

    private Tensor gatedAcross(GraphBuilder b, Tensor x) {
        List<Tensor> halves = b.split(b.gelu(b.linear("fc1", x, mlpWidth)), -1, 2);
        Tensor rows = b.permute(b.layerNorm("gate.norm", halves.get(1)), 0, 2, 1);
        Tensor gate = b.permute(b.linear("gate.proj", rows, rows.shape().dimension(-1)), 0, 2, 1);
        return b.linear("fc2", b.multiply(halves.get(0), gate), width);
    }
}
