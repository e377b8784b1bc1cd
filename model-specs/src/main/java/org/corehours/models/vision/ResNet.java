package org.corehours.models.vision;

import java.util.List;
import java.util.function.IntFunction;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Convolution;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Pad;
import org.corehours.core.graph.Operator.Pool;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * The residual network and its descendants by other widths, groups, stems, shortcuts and ways to weigh channels and to
 * shrink maps: ResNet, ResNeXt, Wide ResNet, the "d" and "t" variants, SE- and ECA-ResNet, ResNet-RS (He et al., 2016,
 * arXiv 1512.03385; Xie et al., 2017, arXiv 1611.05431; He et al., 2019, arXiv 1812.01187; Bello et al., 2021, arXiv
 * 2103.07579; code: timm, resnet.py).
 *
 * @param imageSize side of the square images, in pixels
 * @param bottleneck whether a block is 1 × 1, 3 × 3, 1 × 1 instead of two 3 × 3 convolutions
 * @param layers blocks of the four stages
 * @param groups groups of the bottleneck's 3 × 3 convolution
 * @param groupWidth channels of a group in the first stage; 64 in a plain ResNet
 * @param stem how pixels enter
 * @param pooledStem whether the stem ends in max pooling, instead of a convolution of stride 2
 * @param averagedShortcut whether a shortcut averages before its convolution instead of striding
 * @param attention how every residual branch ends by weighing its channels
 * @param shrinking what shrinks a map within a branch
 * @param norm which norms
 * @param classes outputs of the classifier; 0 for none, and then the network gives its last map
 */
public record ResNet(
        int imageSize,
        boolean bottleneck,
        List<Integer> layers,
        int groups,
        int groupWidth,
        Stem stem,
        boolean pooledStem,
        boolean averagedShortcut,
        ChannelAttention attention,
        Shrinking shrinking,
        Norm norm,
        int classes)
        implements ImageNetwork {

    /** How channels are weighed by what a small network makes of their means. */
    public enum ChannelAttention {
        NONE,
        /** Squeeze and excitation to a sixteenth of the channels (Hu et al., 2018, arXiv 1709.01507). */
        SQUEEZE,
        /** Squeeze and excitation to a quarter of the channels (ResNet-RS). */
        WIDE_SQUEEZE,
        /** A convolution across neighbouring channels (Wang et al., 2020, arXiv 1910.03151). */
        EFFICIENT
    }

    /** What shrinks a map within a residual branch, and before the first stage. */
    public enum Shrinking {
        /** A convolution's stride. */
        STRIDE,
        /** Averages of 2 × 2 pixels. */
        AVERAGE,
        /** A fixed blur of 3 × 3 pixels (Zhang, 2019, arXiv 1904.11486). */
        BLUR
    }

    /** Which norms. */
    public enum Norm {
        BATCH,
        /** Of 32 groups (Wu and He, 2018, arXiv 1803.08494). */
        GROUP
    }

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

    private static final int GROUPS = 32;

    public ResNet {
        layers = List.copyOf(layers);
    }

    @Override
    public ResNet withImageSize(int pixels) {
        return new ResNet(
                pixels,
                bottleneck,
                layers,
                groups,
                groupWidth,
                stem,
                pooledStem,
                averagedShortcut,
                attention,
                shrinking,
                norm,
                classes);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = reduced(b, enter(b, images));
        for (int stage = 0; stage < layers.size(); stage++) {
            x = stage(b, x, stage);
        }
        return classes == 0 ? x : b.linear("fc", b.reduce(Reduction.MEAN, x, false, 2, 3), classes);
    }

    private Tensor enter(GraphBuilder b, Tensor images) {
        if (!stem.deep) {
            return normalize(b, "bn1", b.convolution("conv1", images, stem.out, 7, 2, 3, 1, false));
        }
        Tensor x = normalize(b, "conv1.1", b.convolution("conv1.0", images, stem.first, 3, 2, 1, 1, false));
        x = normalize(b, "conv1.4", b.convolution("conv1.3", x, stem.second, 3, 1, 1, 1, false));
        return normalize(b, "bn1", b.convolution("conv1.6", x, stem.out, 3, 1, 1, 1, false));
    }

    /** The stem's map at half the size. */
    private Tensor reduced(GraphBuilder b, Tensor x) {
        if (!pooledStem) {
            return normalize(b, "maxpool.1", b.convolution("maxpool.0", x, stem.out, 3, 2, 1, 1, false));
        }
        return switch (shrinking) {
            case STRIDE -> b.apply(new Pool(Pooling.MAX, 3, 2, 1), x);
            case AVERAGE -> b.apply(new Pool(Pooling.AVERAGE, 2, 2, 0), x);
            case BLUR -> blur(b, b.apply(new Pool(Pooling.MAX, 3, 1, 1), x));
        };
    }

    private Tensor norm(GraphBuilder b, String name, Tensor x) {
        return norm == Norm.BATCH ? b.batchNorm(name, x) : b.groupNorm(name, x, GROUPS);
    }

    private Tensor normalize(GraphBuilder b, String name, Tensor x) {
        return b.reluInPlace(norm(b, name, x));
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
        Tensor weighed = switch (attention) {
            case NONE -> branch;
            case SQUEEZE -> b.module("se", () -> squeeze(b, branch, 16));
            case WIDE_SQUEEZE -> b.module("se", () -> squeeze(b, branch, 4));
            case EFFICIENT -> b.module("se", () -> across(b, branch));
        };
        return b.reluInPlace(
                b.addInPlace(weighed, shortcut(b, x, weighed.shape().dimension(1), stride)));
    }

    private Tensor basic(GraphBuilder b, Tensor x, int planes, int stride) {
        Tensor y = shrunk(b, "bn1", stride, by -> b.convolution("conv1", x, planes, 3, by, 1, 1, false));
        return norm(b, "bn2", b.convolution("conv2", y, planes, 3, 1, 1, 1, false));
    }

    private Tensor bottleneck(GraphBuilder b, Tensor x, int planes, int stride) {
        int width = planes * groupWidth / 64 * groups;
        Tensor narrow = normalize(b, "bn1", b.convolution("conv1", x, width, 1, 1, 0, 1, false));
        Tensor y = shrunk(b, "bn2", stride, by -> b.convolution("conv2", narrow, width, 3, by, 1, groups, false));
        return norm(b, "bn3", b.convolution("conv3", y, 4L * planes, 1, 1, 0, 1, false));
    }

    /** A normalized convolution that, or what follows which, shrinks the map. */
    private Tensor shrunk(GraphBuilder b, String name, int stride, IntFunction<Tensor> convolution) {
        if (shrinking == Shrinking.STRIDE || stride == 1) {
            return normalize(b, name, convolution.apply(stride));
        }
        Tensor whole = normalize(b, name, convolution.apply(1));
        return shrinking == Shrinking.BLUR ? blur(b, whole) : b.apply(new Pool(Pooling.AVERAGE, 2, 2, 0), whole);
    }

    /** Every second pixel of the map blurred by a fixed kernel. */
    private static Tensor blur(GraphBuilder b, Tensor x) {
        long channels = x.shape().dimension(1);
        Tensor kernel = b.input("filter", channels, 1, 3, 3);
        Tensor framed = b.apply(new Pad(List.of(0, 0, 1, 1), List.of(0, 0, 1, 1)), x);
        return b.apply(new Convolution(2, 0, 1, Math.toIntExact(channels), false, false), framed, kernel);
    }

    private Tensor shortcut(GraphBuilder b, Tensor x, long channels, int stride) {
        if (stride == 1 && x.shape().dimension(1) == channels) {
            return x;
        }
        return b.module("downsample", () -> {
            if (!averagedShortcut) {
                return norm(b, "1", b.convolution("0", x, channels, 1, stride, 0, 1, false));
            }
            // The average keeps the last row and column of an odd map.
            int padding = Math.toIntExact(x.shape().dimension(2) % 2);
            Tensor pooled = stride == 1 ? x : b.apply(new Pool(Pooling.AVERAGE, 2, 2, padding), x);
            return norm(b, "2", b.convolution("1", pooled, channels, 1, 1, 0, 1, false));
        });
    }

    private static Tensor squeeze(GraphBuilder b, Tensor x, int share) {
        long channels = x.shape().dimension(1);
        // A share of the channels, rounded to a multiple of 8.
        long squeezed = Math.max(8, (channels / share + 4) / 8 * 8);
        Tensor y = b.reduce(Reduction.MEAN, x, true, 2, 3);
        y = b.reluInPlace(b.convolution("fc1", y, squeezed, 1, 1, 0, 1, true));
        y = b.convolution("fc2", y, channels, 1, 1, 0, 1, true);
        return b.multiply(x, b.unary(Function.SIGMOID, y));
    }

    private static Tensor across(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long channels = x.shape().dimension(1);
        // The kernel grows with the logarithm of the channels and is odd (ECA-Net, equation 12).
        int reach = (int) ((Math.log(channels) / Math.log(2) + 1) / 2);
        int kernel = Math.max(3, reach % 2 == 1 ? reach : reach + 1);
        Tensor row = b.reshape(b.reduce(Reduction.MEAN, x, false, 2, 3), batch, 1, 1, channels);
        Tensor framed = b.apply(new Pad(List.of(0, 0, 0, kernel / 2), List.of(0, 0, 0, kernel / 2)), row);
        Tensor weight = b.parameter("conv.weight", 1, 1, 1, kernel);
        Tensor mixed = b.apply(new Convolution(1, 0, 1, 1, false, false), framed, weight);
        return b.multiply(x, b.reshape(b.unary(Function.SIGMOID, mixed), batch, channels, 1, 1));
    }
}
