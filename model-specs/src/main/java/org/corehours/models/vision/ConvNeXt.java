package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * ConvNeXt: blocks of a 7 × 7 convolution per channel and an MLP, at four resolutions (Liu et al., 2022, arXiv
 * 2201.03545), and ConvNeXt V2 (Woo et al., 2023, arXiv 2301.00808; code of both: timm, convnext.py).
 *
 * @param imageSize side of the square images, in pixels
 * @param stem how pixels enter
 * @param depths blocks of the stages
 * @param widths channels of the stages
 * @param convolutionalMlp whether the MLP is written as 1 × 1 convolutions of the map, instead of linear layers of
 *     its pixels
 * @param balance what keeps the channels of a block in balance
 * @param normBeforePooling whether the final norm stands before the pooling instead of after it
 * @param classes outputs of the classifier
 */
public record ConvNeXt(
        int imageSize,
        Stem stem,
        List<Integer> depths,
        List<Integer> widths,
        boolean convolutionalMlp,
        Balance balance,
        boolean normBeforePooling,
        int classes)
        implements ImageNetwork {
    private static final int EXPANSION = 4;

    /** How pixels enter. */
    public enum Stem {
        /** Patches of 4 × 4 pixels. */
        PATCHES,
        /** Two 3 × 3 convolutions of stride 2. */
        OVERLAPPING,
        /** The same, the first with half the channels. */
        OVERLAPPING_TIERED
    }

    /** What keeps the channels of a block in balance. */
    public enum Balance {
        NONE,
        /** A learned factor per channel at the end of the branch (ConvNeXt). */
        LAYER_SCALE,
        /** A norm of every channel's response to the whole image, within the MLP (ConvNeXt V2). */
        RESPONSE_NORM
    }

    public ConvNeXt {
        depths = List.copyOf(depths);
        widths = List.copyOf(widths);
    }

    @Override
    public ConvNeXt withImageSize(int pixels) {
        return new ConvNeXt(pixels, stem, depths, widths, convolutionalMlp, balance, normBeforePooling, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = enter(b, images);
        for (int stage = 0; stage < depths.size(); stage++) {
            int width = widths.get(stage);
            Tensor in = x;
            Tensor entered = stage == 0
                    ? x
                    : b.module(
                            "stages." + stage + ".downsample",
                            () -> b.convolution("1", mapNorm(b, "0", in), width, 2, 2, 0, 1, true));
            x = b.repeat("stages." + stage + ".blocks", depths.get(stage), entered, h -> block(b, h, width));
        }
        Tensor pooled = normBeforePooling
                ? b.reduce(Reduction.MEAN, mapNorm(b, "norm_pre", x), true, 2, 3)
                : mapNorm(b, "head.norm", b.reduce(Reduction.MEAN, x, true, 2, 3));
        Tensor flat =
                b.reshape(pooled, pooled.shape().dimension(0), pooled.shape().dimension(1));
        return b.linear("head.fc", flat, classes);
    }

    private Tensor enter(GraphBuilder b, Tensor images) {
        int width = widths.get(0);
        if (stem == Stem.PATCHES) {
            return mapNorm(b, "stem.1", b.convolution("stem.0", images, width, 4, 4, 0, 1, true));
        }
        int first = stem == Stem.OVERLAPPING ? width : Math.max(8, (width / 2 + 4) / 8 * 8);
        Tensor x = b.convolution("stem.0", images, first, 3, 2, 1, 1, true);
        return mapNorm(b, "stem.2", b.convolution("stem.1", x, width, 3, 2, 1, 1, true));
    }

    private Tensor block(GraphBuilder b, Tensor x, int width) {
        Tensor y = b.convolution("conv_dw", x, width, 7, 1, 3, width, true);
        y = convolutionalMlp ? convolutionalMlp(b, y, width) : linearMlp(b, y, width);
        if (balance != Balance.LAYER_SCALE) {
            return b.add(y, x);
        }
        Tensor gamma = b.reshape(b.parameter("gamma", width), 1, width, 1, 1);
        return b.add(b.multiply(y, gamma), x);
    }

    private Tensor linearMlp(GraphBuilder b, Tensor map, int width) {
        Tensor y = b.layerNorm("norm", b.permute(map, 0, 2, 3, 1));
        y = balanced(b, b.gelu(b.linear("mlp.fc1", y, (long) EXPANSION * width)), 3);
        return b.permute(b.linear("mlp.fc2", y, width), 0, 3, 1, 2);
    }

    private Tensor convolutionalMlp(GraphBuilder b, Tensor map, int width) {
        Tensor y = b.convolution("mlp.fc1", mapNorm(b, "norm", map), (long) EXPANSION * width, 1, 1, 0, 1, true);
        return b.convolution("mlp.fc2", balanced(b, b.gelu(y), 1), width, 1, 1, 0, 1, true);
    }

    /** A map whose channels are along {@code axis}, each weighed by its length relative to that of the others. */
    private Tensor balanced(GraphBuilder b, Tensor map, int axis) {
        if (balance != Balance.RESPONSE_NORM) {
            return map;
        }
        long channels = map.shape().dimension(axis);
        long[] shape = axis == 1 ? new long[] {1, channels, 1, 1} : new long[] {1, 1, 1, channels};
        int row = axis == 1 ? 2 : 1;
        Tensor squares = b.reduce(Reduction.SUM, b.unary(Function.SQUARE, map), true, row, row + 1);
        Tensor length = b.unary(Function.SQRT, squares);
        Tensor mean = b.scalar(Arithmetic.ADD, b.reduce(Reduction.MEAN, length, true, axis));
        Tensor response = b.multiply(map, b.binary(Arithmetic.DIVIDE, length, mean));
        Tensor scale = b.reshape(b.parameter("mlp.grn.weight", channels), shape);
        Tensor shift = b.reshape(b.parameter("mlp.grn.bias", channels), shape);
        return b.add(map, b.add(shift, b.multiply(scale, response)));
    }

    /** A layer norm of the channels of every pixel. */
    private static Tensor mapNorm(GraphBuilder b, String name, Tensor map) {
        return b.permute(b.layerNorm(name, b.permute(map, 0, 2, 3, 1)), 0, 3, 1, 2);
    }
}
