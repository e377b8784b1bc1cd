package org.corehours.models.vision;

import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Dropout;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Linear;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Roll;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * Swin Transformer V2: norms at the end of the branches, attention by cosine, and a bias that a small network makes of
 * relative positions (Liu et al., 2022, arXiv 2111.09883; code: timm, swin_transformer_v2.py; Reich's version of it:
 * swin_transformer_v2_cr.py).
 *
 * <p>A stage no larger than its window is one window, unshifted.
 *
 * @param imageSize side of the square image it is made for, in pixels
 * @param patch side of a patch, in pixels
 * @param embedding token width of the first stage; doubles with each
 * @param depths blocks of each stage, even numbers
 * @param heads attention heads of each stage
 * @param window side of the windows, in tokens
 * @param version whose version
 * @param classes outputs of the classifier; 0 for none
 */
public record SwinTransformerV2(
        int imageSize,
        int patch,
        int embedding,
        List<Integer> depths,
        List<Integer> heads,
        int window,
        Version version,
        int classes)
        implements ImageNetwork {
    private static final int MLP_RATIO = 4;

    /** Whose version. */
    public enum Version {
        /** The authors': the network makes a table of offsets; tokens are merged and then normalized. */
        AUTHORS(512),
        /** Reich's: the network is asked for every pair of tokens; tokens are normalized and then merged. */
        REICH(384),
        /** Reich's, with a norm at the end of every stage. */
        REICH_STAGE_NORMS(384);

        private final int hidden;

        Version(int hidden) {
            this.hidden = hidden;
        }
    }

    public SwinTransformerV2 {
        depths = List.copyOf(depths);
        heads = List.copyOf(heads);
        if (depths.size() != heads.size()) {
            throw new IllegalArgumentException(
                    "The depths " + depths + " and heads " + heads + " must name as many stages.");
        }
        if (depths.stream().anyMatch(depth -> depth < 2 || depth % 2 != 0)) {
            throw new IllegalArgumentException(
                    "The depths " + depths + " must be even: every second block shifts its windows.");
        }
        for (int stage = 0; stage < depths.size(); stage++) {
            int side = (imageSize / patch) >> stage;
            if (imageSize % (patch << stage) != 0 || side % Math.min(window, side) != 0) {
                throw new IllegalArgumentException("An image of " + imageSize + " pixels gives a map of " + side
                        + " tokens in stage " + (stage + 1) + ", which windows of " + window + " do not tile.");
            }
        }
    }

    @Override
    public SwinTransformerV2 withImageSize(int pixels) {
        return new SwinTransformerV2(pixels, patch, embedding, depths, heads, window, version, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor map = b.convolution("patch_embed.proj", images, embedding, patch, patch, 0, 1, true);
        Tensor x = b.layerNorm("patch_embed.norm", b.permute(map, 0, 2, 3, 1));
        for (int stage = 0; stage < depths.size(); stage++) {
            int index = stage;
            Tensor in = x;
            x = b.module("layers." + stage, () -> stage(b, in, index));
        }
        Tensor pooled = b.reduce(Reduction.MEAN, b.layerNorm("norm", x), false, 1, 2);
        return classes == 0 ? pooled : b.linear("head.fc", pooled, classes);
    }

    private Tensor stage(GraphBuilder b, Tensor x, int stage) {
        Tensor merged = stage == 0 ? x : b.module("downsample", () -> merge(b, x));
        Tensor y = b.repeat("blocks", depths.get(stage) / 2, merged, h -> {
            Tensor plain = b.module("plain", () -> block(b, h, stage, false));
            return b.module("shifted", () -> block(b, plain, stage, true));
        });
        boolean last = stage == depths.size() - 1;
        return version == Version.REICH_STAGE_NORMS && !last ? b.layerNorm("norm3", y) : y;
    }

    private Tensor block(GraphBuilder b, Tensor x, int stage, boolean shifted) {
        long width = x.shape().dimension(-1);
        Tensor attended = b.residual(x, h -> b.layerNorm("norm1", windowed(b, h, stage, shifted)));
        return b.residual(attended, h -> {
            Tensor hidden = b.gelu(b.linear("mlp.fc1", h, MLP_RATIO * width));
            return b.layerNorm("norm2", b.linear("mlp.fc2", hidden, width));
        });
    }

    private Tensor windowed(GraphBuilder b, Tensor x, int stage, boolean shifted) {
        long side = x.shape().dimension(1);
        long size = Math.min(window, side);
        boolean shifts = shifted && side > size;
        Tensor map = shifts ? b.apply(new Roll(List.of(1, 2)), x) : x;
        Tensor attended = Windows.apply(b, map, size, inside -> {
            Optional<Tensor> mask = shifts ? Optional.of(Windows.mask(b, side, size)) : Optional.empty();
            return b.module("attn", () -> attention(b, inside, heads.get(stage), size, mask));
        });
        return shifts ? b.apply(new Roll(List.of(1, 2)), attended) : attended;
    }

    private Tensor attention(GraphBuilder b, Tensor x, int count, long size, Optional<Tensor> mask) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        long width = x.shape().dimension(2);
        Tensor qkv = b.reshape(queryKeyValue(b, x, width), batch, tokens, 3, count, width / count);
        List<Tensor> parts = b.unbind(b.permute(qkv, 2, 0, 3, 1, 4), 0);
        Tensor scores = b.add(cosines(b, parts.get(0), parts.get(1), count), bias(b, size, count));
        if (mask.isPresent()) {
            long windows = mask.get().shape().dimension(0);
            Tensor perWindow = b.reshape(scores, batch / windows, windows, count, tokens, tokens);
            Tensor hidden = b.reshape(mask.get(), 1, windows, 1, tokens, tokens);
            scores = b.reshape(b.add(perWindow, hidden), batch, count, tokens, tokens);
        }
        Tensor y = b.matrixProduct(b.softmax(scores, -1), parts.get(2));
        return b.linear("proj", b.reshape(b.permute(y, 0, 2, 1, 3), batch, tokens, width), width);
    }

    private Tensor queryKeyValue(GraphBuilder b, Tensor x, long width) {
        if (version != Version.AUTHORS) {
            return b.linear("qkv", x, 3 * width);
        }
        Tensor bias =
                b.concatenate(0, b.parameter("q_bias", width), b.input("k_bias", width), b.parameter("v_bias", width));
        return b.apply(new Linear(true), x, b.parameter("qkv.weight", 3 * width, width), bias);
    }

    /** The cosines of queries and keys, scaled by a learned number per head. */
    private Tensor cosines(GraphBuilder b, Tensor q, Tensor k, int count) {
        if (version == Version.AUTHORS) {
            Tensor cosines = b.matrixProduct(b.unitLength(q), b.permute(b.unitLength(k), 0, 1, 3, 2));
            Tensor scale = b.unary(Function.EXP, b.scalar(Arithmetic.MAXIMUM, b.parameter("logit_scale", count, 1, 1)));
            return b.multiply(cosines, scale);
        }
        Tensor lengths = b.matrixProduct(length(b, q), b.permute(length(b, k), 0, 1, 3, 2));
        Tensor cosines = b.binary(
                Arithmetic.DIVIDE, b.matrixProduct(q, b.permute(k, 0, 1, 3, 2)), b.scalar(Arithmetic.MAXIMUM, lengths));
        Tensor scale = b.reshape(b.scalar(Arithmetic.MAXIMUM, b.parameter("tau", count)), 1, count, 1, 1);
        return b.binary(Arithmetic.DIVIDE, cosines, scale);
    }

    private static Tensor length(GraphBuilder b, Tensor x) {
        return b.unary(Function.SQRT, b.reduce(Reduction.SUM, b.unary(Function.SQUARE, x), true, -1));
    }

    /** The bias {@code [1, heads, tokens, tokens]}; its cost does not depend on the batch. */
    private Tensor bias(GraphBuilder b, long size, int count) {
        long area = size * size;
        long reach = 2 * size - 1;
        boolean table = version == Version.AUTHORS;
        Tensor offsets = b.input("rel_coords_log", table ? reach * reach : area * area, 2);
        Tensor units = b.relu(b.linear(table ? "cpb_mlp.0" : "meta_mlp.fc1", offsets, version.hidden));
        if (!table) {
            Tensor made = b.linear("meta_mlp.fc2", b.apply(new Dropout(false, false), units), count);
            return b.reshape(b.permute(made, 1, 0), 1, count, area, area);
        }
        Tensor index = b.integers("relative_position_index", area * area);
        Tensor rows = b.gather(b.linear("cpb_mlp.2", units, count, false), index);
        Tensor bias = b.contiguous(b.permute(b.reshape(rows, area, area, count), 2, 0, 1));
        return b.reshape(b.scalar(Arithmetic.MULTIPLY, b.unary(Function.SIGMOID, bias)), 1, count, area, area);
    }

    /** Four neighbours joined and mapped to twice the width. */
    private Tensor merge(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long half = x.shape().dimension(1) / 2;
        long width = x.shape().dimension(-1);
        Tensor cells = b.reshape(x, batch, half, 2, half, 2, width);
        Tensor joined = b.reshape(b.permute(cells, 0, 1, 3, 4, 2, 5), batch, half, half, 4 * width);
        return version == Version.AUTHORS
                ? b.layerNorm("norm", b.linear("reduction", joined, 2 * width, false))
                : b.linear("reduction", b.layerNorm("norm", joined), 2 * width, false);
    }
}
