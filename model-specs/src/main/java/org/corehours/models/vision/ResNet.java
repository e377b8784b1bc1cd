package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Pool;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * The residual network and its descendants by other widths, groups, stems and shortcuts: ResNet, ResNeXt,
 * Wide ResNet, the "d" and "t" variants, squeeze and excitation (He et al., 2016, arXiv 1512.03385; Xie et al.,
 * 2017, arXiv 1611.05431; He et al., 2019, arXiv 1812.01187; code: timm, resnet.py).
 *
 * @param imageSize side of the square images, in pixels
 * @param bottleneck whether a block is 1 × 1, 3 × 3, 1 × 1 instead of two 3 × 3 convolutions
 * @param layers blocks of the four stages
 * @param groups groups of the bottleneck's 3 × 3 convolution
 * @param groupWidth channels of a group in the first stage; 64 in a plain ResNet
 * @param stem how pixels enter
 * @param averagedShortcut whether a shortcut averages before its convolution instead of striding
 * @param squeeze whether squeeze and excitation ends every residual branch
 * @param classes outputs of the classifier
 */
public record ResNet(
        int imageSize,
        boolean bottleneck,
        List<Integer> layers,
        int groups,
        int groupWidth,
        Stem stem,
        boolean averagedShortcut,
        boolean squeeze,
        int classes)
        implements ImageNetwork {

    /**
     * How pixels enter: one 7 × 7 convolution, or three of 3 × 3.
     *
     * @param deep whether it is three
     * @param first channels of the first of three
     * @param second channels of the second of three
     * @param out channels that leave
     */
    public record Stem(boolean deep, int first, int second, int out) {
        public static final Stem PLAIN = new Stem(false, 0, 0, 64);

        /** Three convolutions of width, width and twice the width. */
        public static Stem deep(int width) {
            return new Stem(true, width, width, 2 * width);
        }

        /** Three convolutions of 24, 32 and 64 channels ("t" variants). */
        public static final Stem TIERED = new Stem(true, 24, 32, 64);
    }

    /** Share of channels that squeeze and excitation keeps. */
    private static final int SQUEEZE = 16;

    public ResNet {
        layers = List.copyOf(layers);
    }

    @Override
    public ResNet withImageSize(int pixels) {
        return new ResNet(pixels, bottleneck, layers, groups, groupWidth, stem, averagedShortcut, squeeze, classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = b.apply(new Pool(Pooling.MAX, 3, 2, 1), enter(b, images));
        for (int stage = 0; stage < layers.size(); stage++) {
            x = stage(b, x, stage);
        }
        return b.linear("fc", b.reduce(Reduction.MEAN, x, false, 2, 3), classes);
    }

    private Tensor enter(GraphBuilder b, Tensor images) {
        if (!stem.deep) {
            return b.reluInPlace(b.batchNorm("bn1", b.convolution("conv1", images, stem.out, 7, 2, 3, 1, false)));
        }
        Tensor x = b.convolution("conv1.0", images, stem.first, 3, 2, 1, 1, false);
        x = b.reluInPlace(b.batchNorm("conv1.1", x));
        x = b.convolution("conv1.3", x, stem.second, 3, 1, 1, 1, false);
        x = b.reluInPlace(b.batchNorm("conv1.4", x));
        x = b.convolution("conv1.6", x, stem.out, 3, 1, 1, 1, false);
        return b.reluInPlace(b.batchNorm("bn1", x));
    }

    private Tensor stage(GraphBuilder b, Tensor x, int stage) {
        int planes = 64 << stage;
        return b.module("layer" + (stage + 1), () -> {
            int stride = stage == 0 ? 1 : 2;
            Tensor first = b.module("0", () -> block(b, x, planes, stride));
            int more = layers.get(stage) - 1;
            return more == 0 ? first : b.repeat("more", more, first, h -> block(b, h, planes, 1));
        });
    }

    private Tensor block(GraphBuilder b, Tensor x, int planes, int stride) {
        Tensor branch = bottleneck ? bottleneck(b, x, planes, stride) : basic(b, x, planes, stride);
        Tensor excited = squeeze ? b.module("se", () -> excite(b, branch)) : branch;
        return b.reluInPlace(
                b.addInPlace(excited, shortcut(b, x, excited.shape().dimension(1), stride)));
    }

    private Tensor basic(GraphBuilder b, Tensor x, int planes, int stride) {
        Tensor y = b.reluInPlace(b.batchNorm("bn1", b.convolution("conv1", x, planes, 3, stride, 1, 1, false)));
        return b.batchNorm("bn2", b.convolution("conv2", y, planes, 3, 1, 1, 1, false));
    }

    private Tensor bottleneck(GraphBuilder b, Tensor x, int planes, int stride) {
        int width = planes * groupWidth / 64 * groups;
        Tensor y = b.reluInPlace(b.batchNorm("bn1", b.convolution("conv1", x, width, 1, 1, 0, 1, false)));
        y = b.reluInPlace(b.batchNorm("bn2", b.convolution("conv2", y, width, 3, stride, 1, groups, false)));
        return b.batchNorm("bn3", b.convolution("conv3", y, 4L * planes, 1, 1, 0, 1, false));
    }

    private Tensor shortcut(GraphBuilder b, Tensor x, long channels, int stride) {
        if (stride == 1 && x.shape().dimension(1) == channels) {
            return x;
        }
        return b.module("downsample", () -> {
            if (!averagedShortcut) {
                return b.batchNorm("1", b.convolution("0", x, channels, 1, stride, 0, 1, false));
            }
            // The average keeps the last row and column of an odd map.
            int padding = Math.toIntExact(x.shape().dimension(2) % 2);
            Tensor pooled = stride == 1 ? x : b.apply(new Pool(Pooling.AVERAGE, 2, 2, padding), x);
            return b.batchNorm("2", b.convolution("1", pooled, channels, 1, 1, 0, 1, false));
        });
    }

    /** Channels weighted by what a small network makes of their means (Hu et al., 2018, arXiv 1709.01507). */
    private static Tensor excite(GraphBuilder b, Tensor x) {
        long channels = x.shape().dimension(1);
        Tensor y = b.reduce(Reduction.MEAN, x, true, 2, 3);
        y = b.reluInPlace(b.convolution("fc1", y, squeezed(channels), 1, 1, 0, 1, true));
        y = b.convolution("fc2", y, channels, 1, 1, 0, 1, true);
        return b.multiply(x, b.unary(Function.SIGMOID, y));
    }

    /** A sixteenth of the channels, rounded to a multiple of 8. */
    private static long squeezed(long channels) {
        return Math.max(8, (channels / SQUEEZE + 4) / 8 * 8);
    }
}
