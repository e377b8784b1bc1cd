package org.corehours.models;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Resize;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;

/**
 * The Vision Transformer: an image cut into patches, embedded, and passed through pre-norm blocks of
 * attention and MLP (Dosovitskiy et al., 2021, arXiv 2010.11929; code: timm, google-research/big_vision).
 *
 * @param imageSize side of the square image the position embedding is made for, in pixels
 * @param patch side of a patch, in pixels
 * @param width token width
 * @param depth blocks
 * @param heads attention heads; divide the width
 * @param mlpWidth hidden width of the MLP
 * @param classes outputs of the classifier; 0 for none
 * @param prefixTokens class, distillation and register tokens before the patches
 * @param pooling what the classifier reads
 * @param qkvBias whether the query-key-value layer has a bias
 * @param layerScale whether each residual branch is scaled by a learned vector
 * @param dualPatchNorm whether layer norms stand before and after the patch embedding (Kumar et al.,
 *     2023, arXiv 2302.01327)
 * @param representationLayer whether a tanh layer of token width stands before the classifier
 * @param dropPath rate at which residual branches are dropped in training
 * @param scale where attention's scale is applied: the scores in DINO, iBOT and timm before 0.9, the query since
 */
public record VisionTransformer(
        int imageSize,
        int patch,
        int width,
        int depth,
        int heads,
        int mlpWidth,
        int classes,
        int prefixTokens,
        Pooling pooling,
        boolean qkvBias,
        boolean layerScale,
        boolean dualPatchNorm,
        boolean representationLayer,
        double dropPath,
        ScalePlacement scale) {

    /** What the classifier reads. */
    public enum Pooling {
        /** The class token, after the final norm. */
        TOKEN,
        /** The mean of the patch tokens, normalized after pooling. */
        AVERAGE
    }

    /** The tokens of all blocks, normalized: {@code [batch, tokens, width]}. */
    public Tensor tokens(GraphBuilder b, Tensor images) {
        Tensor x = embed(b, images);
        x = b.repeat("blocks", depth, x, h -> block(b, h));
        return pooling == Pooling.TOKEN ? b.layerNorm("norm", x) : x;
    }

    /** The classifier's outputs {@code [batch, classes]}. */
    public Tensor logits(GraphBuilder b, Tensor images) {
        Tensor x = tokens(b, images);
        Tensor pooled;
        if (pooling == Pooling.TOKEN) {
            pooled = b.select(x, 1, 0);
        } else {
            Tensor patches = prefixTokens == 0
                    ? x
                    : b.slice(x, 1, prefixTokens, x.shape().dimension(1));
            pooled = b.layerNorm("fc_norm", b.reduce(Reduction.MEAN, patches, false, 1));
        }
        if (representationLayer) {
            pooled = b.unary(Function.TANH, b.linear("pre_logits", pooled, width));
        }
        return classes == 0 ? pooled : b.linear("head", pooled, classes);
    }

    private Tensor embed(GraphBuilder b, Tensor images) {
        long batch = images.shape().dimension(0);
        long side = images.shape().dimension(2) / patch;
        Tensor x;
        if (dualPatchNorm) {
            x = b.module("patch_embed", () -> {
                Tensor normalized = b.layerNorm("ln0", pixelsOf(b, images, side));
                return b.layerNorm("ln1", b.linear("dense", normalized, width));
            });
        } else {
            x = b.convolution("patch_embed.proj", images, width, patch, patch, 0, 1, true);
            x = b.permute(b.reshape(x, batch, width, side * side), 0, 2, 1);
        }
        if (prefixTokens > 0) {
            Tensor token = b.expand(b.parameter("cls_token", 1, prefixTokens, width), batch, prefixTokens, width);
            x = b.concatenate(1, token, x);
        }
        return b.add(x, positions(b, side));
    }

    private Tensor pixelsOf(GraphBuilder b, Tensor images, long side) {
        long batch = images.shape().dimension(0);
        Tensor pixels = b.reshape(images, batch, 3, side, patch, side, patch);
        return b.reshape(b.permute(pixels, 0, 2, 4, 3, 5, 1), batch, side * side, 3L * patch * patch);
    }

    /** The position embedding, resampled where the image is not of the size it was made for. */
    private Tensor positions(GraphBuilder b, long side) {
        long trained = imageSize / patch;
        Tensor positions = b.parameter("pos_embed", 1, prefixTokens + trained * trained, width);
        if (side == trained) {
            return positions;
        }
        Tensor grid = b.slice(positions, 1, prefixTokens, prefixTokens + trained * trained);
        grid = b.permute(b.reshape(grid, 1, trained, trained, width), 0, 3, 1, 2);
        grid = b.apply(new Resize(Interpolation.BICUBIC, side, side), grid);
        grid = b.reshape(b.permute(grid, 0, 2, 3, 1), 1, side * side, width);
        return prefixTokens == 0 ? grid : b.concatenate(1, b.slice(positions, 1, 0, prefixTokens), grid);
    }

    private Tensor block(GraphBuilder b, Tensor x) {
        Tensor attended = b.residual(x, h -> branch(b, "ls1", attention(b, b.layerNorm("norm1", h))));
        return b.residual(attended, h -> branch(b, "ls2", mlp(b, b.layerNorm("norm2", h))));
    }

    private Tensor branch(GraphBuilder b, String name, Tensor x) {
        Tensor scaled = layerScale ? b.binary(Arithmetic.MULTIPLY, x, b.parameter(name + ".gamma", width)) : x;
        return b.dropPath(scaled, dropPath);
    }

    private Tensor attention(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        return b.module("attn", () -> {
            Tensor qkv = b.linear("qkv", x, 3L * width, qkvBias);
            qkv = b.permute(b.reshape(qkv, batch, tokens, 3, heads, width / heads), 2, 0, 3, 1, 4);
            List<Tensor> parts = b.unbind(qkv, 0);
            Tensor y = b.attention(scale, parts.get(0), parts.get(1), parts.get(2));
            return b.linear("proj", b.reshape(b.permute(y, 0, 2, 1, 3), batch, tokens, width), width);
        });
    }

    private Tensor mlp(GraphBuilder b, Tensor x) {
        return b.module("mlp", () -> b.linear("fc2", b.gelu(b.linear("fc1", x, mlpWidth)), width));
    }
}
