package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * ConvNeXt: blocks of a 7 × 7 convolution per channel and an MLP, at four resolutions (Liu et al., 2022, arXiv
 * 2201.03545; code: timm, convnext.py).
 *
 * @param imageSize side of the square images, in pixels
 * @param depths blocks of the stages
 * @param widths channels of the stages
 * @param convolutionalMlp whether the MLP is written as 1 × 1 convolutions of the map, instead of linear layers of
 *     its pixels
 * @param classes outputs of the classifier
 */
public record ConvNeXt(int imageSize, List<Integer> depths, List<Integer> widths, boolean convolutionalMlp, int classes)
        implements ImageNetwork {
    private static final int EXPANSION = 4;

    public ConvNeXt {
        depths = List.copyOf(depths);
        widths = List.copyOf(widths);
    }

    @Override
    public ConvNeXt withImageSize(int pixels) {
        return new ConvNeXt(pixels, depths, widths, convolutionalMlp, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = b.convolution("stem.0", images, widths.get(0), 4, 4, 0, 1, true);
        x = mapNorm(b, "stem.1", x);
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
        Tensor pooled = mapNorm(b, "head.norm", b.reduce(Reduction.MEAN, x, true, 2, 3));
        Tensor flat =
                b.reshape(pooled, pooled.shape().dimension(0), pooled.shape().dimension(1));
        return b.linear("head.fc", flat, classes);
    }

    private Tensor block(GraphBuilder b, Tensor x, int width) {
        Tensor y = b.convolution("conv_dw", x, width, 7, 1, 3, width, true);
        y = convolutionalMlp ? convolutionalMlp(b, y, width) : linearMlp(b, y, width);
        Tensor gamma = b.reshape(b.parameter("gamma", width), 1, width, 1, 1);
        return b.add(b.multiply(y, gamma), x);
    }

    private static Tensor linearMlp(GraphBuilder b, Tensor map, int width) {
        Tensor y = b.layerNorm("norm", b.permute(map, 0, 2, 3, 1));
        y = b.gelu(b.linear("mlp.fc1", y, (long) EXPANSION * width));
        return b.permute(b.linear("mlp.fc2", y, width), 0, 3, 1, 2);
    }

    private static Tensor convolutionalMlp(GraphBuilder b, Tensor map, int width) {
        Tensor y = b.convolution("mlp.fc1", mapNorm(b, "norm", map), (long) EXPANSION * width, 1, 1, 0, 1, true);
        return b.convolution("mlp.fc2", b.gelu(y), width, 1, 1, 0, 1, true);
    }

    /** A layer norm of the channels of every pixel. */
    private static Tensor mapNorm(GraphBuilder b, String name, Tensor map) {
        return b.permute(b.layerNorm(name, b.permute(map, 0, 2, 3, 1)), 0, 3, 1, 2);
    }
}
