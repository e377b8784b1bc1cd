package org.corehours.models.vision;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * CaiT: a deep transformer whose attention heads talk to each other, and a class token that joins for the last two
 * blocks only (Touvron et al., 2021, arXiv 2103.17239; code: timm, cait.py).
 *
 * @param imageSize side of the square image, in pixels
 * @param width token width
 * @param depth blocks of the patch tokens
 * @param heads attention heads; divide the width
 * @param classes outputs of the classifier
 */
public record CaiT(int imageSize, int width, int depth, int heads, int classes) implements ImageNetwork {
    private static final int PATCH = 16;
    private static final int CLASS_BLOCKS = 2;
    private static final long EXPANSION = 4;

    @Override
    public CaiT withImageSize(int pixels) {
        return new CaiT(pixels, width, depth, heads, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        long batch = images.shape().dimension(0);
        long side = imageSize / PATCH;
        Tensor map = b.convolution("patch_embed.proj", images, width, PATCH, PATCH, 0, 1, true);
        Tensor tokens = b.permute(b.reshape(map, batch, width, side * side), 0, 2, 1);
        Tensor x = b.add(tokens, b.parameter("pos_embed", 1, side * side, width));
        Tensor patches = b.repeat("blocks", depth, x, h -> block(b, h));
        Tensor token = b.expand(b.parameter("cls_token", 1, 1, width), batch, 1, width);
        Tensor summary = b.repeat("blocks_token_only", CLASS_BLOCKS, token, h -> classBlock(b, h, patches));
        Tensor all = b.layerNorm("norm", b.concatenate(1, summary, patches));
        return b.linear("head", b.select(all, 1, 0), classes);
    }

    private Tensor block(GraphBuilder b, Tensor x) {
        Tensor attended = b.residual(x, h -> scaled(b, 1, talkingHeads(b, b.layerNorm("norm1", h))));
        return b.residual(attended, h -> scaled(b, 2, mlp(b, b.layerNorm("norm2", h))));
    }

    private Tensor classBlock(GraphBuilder b, Tensor token, Tensor patches) {
        Tensor all = b.layerNorm("norm1", b.concatenate(1, token, patches));
        Tensor attended = b.add(token, scaled(b, 1, classAttention(b, all)));
        return b.residual(attended, h -> scaled(b, 2, mlp(b, b.layerNorm("norm2", h))));
    }

    private Tensor scaled(GraphBuilder b, int index, Tensor x) {
        return b.multiply(b.parameter("gamma_" + index, width), x);
    }

    /** Attention with a linear layer across heads before and after the softmax. */
    private Tensor talkingHeads(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        return b.module("attn", () -> {
            Tensor qkv = b.reshape(b.linear("qkv", x, 3L * width), batch, tokens, 3, heads, width / heads);
            Tensor parts = b.permute(qkv, 2, 0, 3, 1, 4);
            Tensor q = b.scalar(Arithmetic.MULTIPLY, b.select(parts, 0, 0));
            Tensor k = b.select(parts, 0, 1);
            Tensor v = b.select(parts, 0, 2);
            Tensor scores = acrossHeads(b, "proj_l", b.matrixProduct(q, b.permute(k, 0, 1, 3, 2)));
            Tensor weights = acrossHeads(b, "proj_w", b.softmax(scores, -1));
            return merge(b, b.matrixProduct(weights, v));
        });
    }

    private Tensor acrossHeads(GraphBuilder b, String name, Tensor scores) {
        return b.permute(b.linear(name, b.permute(scores, 0, 2, 3, 1), heads), 0, 3, 1, 2);
    }

    /** Attention of the class token to all tokens. */
    private Tensor classAttention(GraphBuilder b, Tensor all) {
        return b.module("attn", () -> {
            Tensor token = b.linear("q", b.select(all, 1, 0), width);
            Tensor q = split(b, b.reshape(token, token.shape().dimension(0), 1, width));
            Tensor k = split(b, b.linear("k", all, width));
            Tensor v = split(b, b.linear("v", all, width));
            return merge(b, b.attention(ScalePlacement.QUERY, q, k, v));
        });
    }

    private Tensor split(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        return b.permute(b.reshape(x, batch, tokens, heads, width / heads), 0, 2, 1, 3);
    }

    private Tensor merge(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(2);
        return b.linear("proj", b.reshape(b.permute(x, 0, 2, 1, 3), batch, tokens, width), width);
    }

    private Tensor mlp(GraphBuilder b, Tensor x) {
        return b.module("mlp", () -> b.linear("fc2", b.gelu(b.linear("fc1", x, EXPANSION * width)), width));
    }
}
