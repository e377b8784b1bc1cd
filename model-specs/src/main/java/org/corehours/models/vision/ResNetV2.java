package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Convolution;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.Pad;
import org.corehours.core.graph.Operator.Pool;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * The residual network with norms before convolutions (He et al., 2016, arXiv 1603.05027), and Big Transfer's
 * form of it with group norm, standardized weights and wider maps (Kolesnikov et al., 2020, arXiv 1912.11370; code:
 * timm, resnetv2.py). With norms after the convolutions it is the map that hybrid Vision Transformers read.
 *
 * @param imageSize side of the square images, in pixels
 * @param layers blocks of the four stages
 * @param widthFactor multiple of the standard channels
 * @param stem how pixels enter
 * @param averagedShortcut whether a shortcut averages before its convolution instead of striding
 * @param norm which norms
 * @param standardized whether convolutions' weights are standardized (Qiao et al., 2019, arXiv 1903.10520)
 * @param normFirst whether norms stand before the convolutions
 * @param classes outputs of the classifier; 0 for none, and then the network gives its last map
 */
public record ResNetV2(
        int imageSize,
        List<Integer> layers,
        int widthFactor,
        ResNet.Stem stem,
        boolean averagedShortcut,
        ResNet.Norm norm,
        boolean standardized,
        boolean normFirst,
        int classes)
        implements ImageNetwork {
    private static final int GROUPS = 32;

    public ResNetV2 {
        layers = List.copyOf(layers);
    }

    @Override
    public ResNetV2 withImageSize(int pixels) {
        return new ResNetV2(
                pixels, layers, widthFactor, stem, averagedShortcut, norm, standardized, normFirst, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = enter(b, images);
        if (!normFirst) {
            x = normalize(b, "stem.norm", x);
        }
        if (standardized) {
            x = b.apply(new Pad(List.of(0, 0, 1, 1), List.of(0, 0, 1, 1)), x);
            x = b.apply(new Pool(Pooling.MAX, 3, 2, 0), x);
        } else {
            x = b.apply(new Pool(Pooling.MAX, 3, 2, 1), x);
        }
        for (int stage = 0; stage < layers.size(); stage++) {
            x = stage(b, x, stage);
        }
        Tensor map = normFirst ? normalize(b, "norm", x) : x;
        if (classes == 0) {
            return map;
        }
        Tensor pooled = b.reduce(Reduction.MEAN, map, true, 2, 3);
        Tensor logits = b.convolution("head.fc", pooled, classes, 1, 1, 0, 1, true);
        return b.reshape(logits, logits.shape().dimension(0), classes);
    }

    private Tensor enter(GraphBuilder b, Tensor images) {
        long channels = (long) stem.out() * widthFactor;
        if (!stem.deep()) {
            return convolution(b, "stem.conv", images, channels, 7, 2);
        }
        Tensor x = normalize(b, "stem.norm1", convolution(b, "stem.conv1", images, stem.first(), 3, 2));
        x = normalize(b, "stem.norm2", convolution(b, "stem.conv2", x, stem.second(), 3, 1));
        return convolution(b, "stem.conv3", x, channels, 3, 1);
    }

    private Tensor stage(GraphBuilder b, Tensor x, int stage) {
        long channels = (256L << stage) * widthFactor;
        return b.module("stages." + stage, () -> {
            Tensor first = b.module("blocks.0", () -> block(b, x, channels, stage == 0 ? 1 : 2, true));
            int more = layers.get(stage) - 1;
            return more == 0 ? first : b.repeat("more", more, first, h -> block(b, h, channels, 1, false));
        });
    }

    private Tensor block(GraphBuilder b, Tensor x, long channels, int stride, boolean first) {
        return normFirst ? normFirst(b, x, channels, stride, first) : normLast(b, x, channels, stride, first);
    }

    private Tensor normLast(GraphBuilder b, Tensor x, long channels, int stride, boolean first) {
        Tensor y = normalize(b, "norm1", convolution(b, "conv1", x, channels / 4, 1, 1));
        y = normalize(b, "norm2", convolution(b, "conv2", y, channels / 4, 3, stride));
        y = norm(b, "norm3", convolution(b, "conv3", y, channels, 1, 1));
        Tensor shortcut = first ? norm(b, "downsample.norm", shortcut(b, x, channels, stride)) : x;
        return b.reluInPlace(b.add(y, shortcut));
    }

    private Tensor normFirst(GraphBuilder b, Tensor x, long channels, int stride, boolean first) {
        Tensor active = normalize(b, "norm1", x);
        Tensor shortcut = first ? shortcut(b, active, channels, stride) : x;
        Tensor y = convolution(b, "conv1", active, channels / 4, 1, 1);
        y = convolution(b, "conv2", normalize(b, "norm2", y), channels / 4, 3, stride);
        y = convolution(b, "conv3", normalize(b, "norm3", y), channels, 1, 1);
        return b.add(y, shortcut);
    }

    private Tensor shortcut(GraphBuilder b, Tensor x, long channels, int stride) {
        if (!averagedShortcut || stride == 1) {
            return convolution(b, "downsample.conv", x, channels, 1, stride);
        }
        // The average keeps the last row and column of an odd map.
        int padding = Math.toIntExact(x.shape().dimension(2) % 2);
        return convolution(b, "downsample.conv", b.apply(new Pool(Pooling.AVERAGE, 2, 2, padding), x), channels, 1, 1);
    }

    private Tensor normalize(GraphBuilder b, String name, Tensor x) {
        return b.reluInPlace(norm(b, name, x));
    }

    private Tensor norm(GraphBuilder b, String name, Tensor x) {
        return norm == ResNet.Norm.GROUP ? b.groupNorm(name, x, GROUPS) : b.batchNorm(name, x);
    }

    private Tensor convolution(GraphBuilder b, String name, Tensor x, long channels, int kernel, int stride) {
        if (!standardized) {
            return b.convolution(name, x, channels, kernel, stride, kernel / 2, 1, false);
        }
        return b.module(name, () -> {
            long in = x.shape().dimension(1);
            Tensor rows =
                    b.reshape(b.parameter("weight", channels, in, kernel, kernel), 1, channels, in * kernel * kernel);
            Tensor standardized = b.apply(new Normalization(Statistics.BATCH, 1, false), rows);
            Tensor weight = b.reshape(standardized, channels, in, kernel, kernel);
            return b.apply(new Convolution(stride, kernel / 2, 1, 1, false, false), x, weight);
        });
    }
}
