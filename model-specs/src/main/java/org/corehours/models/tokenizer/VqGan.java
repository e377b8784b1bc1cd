package org.corehours.models.tokenizer;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.Pad;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Resize;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Tensor;

/**
 * A convolutional autoencoder with a vector-quantized map in between: residual blocks at falling
 * resolutions, attention at the lowest (Esser et al., 2021, arXiv 2012.09841; code:
 * CompVis/taming-transformers, modules/diffusionmodules/model.py and modules/vqvae/quantize.py).
 *
 * @param channels base width
 * @param multipliers the width of each resolution, as a multiple of the base; each further one halves the map
 * @param blocks residual blocks of a resolution; the decoder has one more
 * @param codeWidth width of a code's embedding and of the map it stands in
 * @param vocabulary codes
 */
public record VqGan(int channels, List<Integer> multipliers, int blocks, int codeWidth, int vocabulary)
        implements ImageTokenizer {
    /**
     * One code per 16 × 16 pixels with DALL-E's 8192 codes (taming-transformers,
     * configs/imagenet_vqgan.yaml, whose 16384 codes are the only difference).
     */
    public static final VqGan F16 = new VqGan(128, List.of(1, 1, 2, 2, 4), 2, 256, 8192);

    /**
     * A narrower, deeper-growing reading of the same architecture. Its encoder has 37.5 million parameters, the
     * number remembered, without a source, for PeCo's tokenizer.
     */
    public static final VqGan NARROW = new VqGan(64, List.of(1, 2, 4, 8, 8), 2, 256, 8192);

    private static final int GROUPS = 32;

    public VqGan {
        multipliers = List.copyOf(multipliers);
    }

    /** How the codebook follows the encoder. */
    public enum Quantizer {
        /** A loss pulls codes to the encoder's vectors. */
        LOSS,
        /** Codes are moving averages of the vectors assigned to them (van den Oord et al., 2017, arXiv 1711.00937). */
        MOVING_AVERAGE
    }

    /** A quantized map: the embedded codes {@code [batch, codeWidth, h, w]}, and the quantizer's scalar loss. */
    public record Quantized(Tensor map, Tensor loss) {}

    @Override
    public int stride() {
        return 1 << (multipliers.size() - 1);
    }

    @Override
    public Tensor codes(GraphBuilder b, Tensor images) {
        Tensor map = encode(b, images);
        Tensor codes = nearest(b, rows(b, map), codebook(b));
        return b.reshape(
                codes,
                map.shape().dimension(0),
                map.shape().dimension(2),
                map.shape().dimension(3));
    }

    /** The map {@code [batch, codeWidth, height / stride, width / stride]} that is quantized. */
    public Tensor encode(GraphBuilder b, Tensor images) {
        Tensor map = b.module("encoder", () -> {
            Tensor x = b.convolution("conv_in", images, channels, 3, 1, 1, 1, true);
            int lowest = multipliers.size() - 1;
            for (int level = 0; level <= lowest; level++) {
                x = level(b, "down." + level, x, channels * multipliers.get(level), blocks, level == lowest);
                if (level < lowest) {
                    x = b.apply(new Pad(List.of(0, 0, 0, 0), List.of(0, 0, 1, 1)), x);
                    x = b.convolution("down." + level + ".downsample.conv", x, channels(x), 3, 2, 0, 1, true);
                }
            }
            return end(b, middle(b, x), codeWidth);
        });
        return b.convolution("quant_conv", map, codeWidth, 1, 1, 0, 1, true);
    }

    /** The nearest codes of a map, with the gradient of the decoder handed to the encoder unchanged. */
    public Quantized quantize(GraphBuilder b, Tensor map, Quantizer quantizer) {
        Tensor rows = rows(b, map);
        Tensor codebook = quantizer == Quantizer.LOSS ? codebook(b) : b.frozen(() -> codebook(b));
        Tensor codes = nearest(b, rows, codebook);
        Tensor nearest = b.gather(codebook, codes);
        Tensor loss = b.scalar(Arithmetic.MULTIPLY, distance(b, b.detach(nearest), rows));
        if (quantizer == Quantizer.LOSS) {
            loss = b.add(loss, distance(b, nearest, b.detach(rows)));
        } else {
            average(b, codes, rows);
        }
        Tensor passed = b.add(rows, b.detach(b.binary(Arithmetic.SUBTRACT, nearest, rows)));
        long batch = map.shape().dimension(0);
        Tensor grid =
                b.reshape(passed, batch, map.shape().dimension(2), map.shape().dimension(3), codeWidth);
        return new Quantized(b.permute(grid, 0, 3, 1, 2), loss);
    }

    /** The image {@code [batch, 3, height, width]} of a quantized map. */
    public Tensor decode(GraphBuilder b, Tensor map) {
        Tensor in = b.convolution("post_quant_conv", map, codeWidth, 1, 1, 0, 1, true);
        return b.module("decoder", () -> {
            int lowest = multipliers.size() - 1;
            Tensor x = b.convolution("conv_in", in, channels * multipliers.get(lowest), 3, 1, 1, 1, true);
            x = middle(b, x);
            for (int level = lowest; level >= 0; level--) {
                x = level(b, "up." + level, x, channels * multipliers.get(level), blocks + 1, level == lowest);
                if (level > 0) {
                    long height = 2 * x.shape().dimension(2);
                    x = b.apply(
                            new Resize(
                                    Interpolation.NEAREST, height, 2 * x.shape().dimension(3)),
                            x);
                    x = b.convolution("up." + level + ".upsample.conv", x, channels(x), 3, 1, 1, 1, true);
                }
            }
            return end(b, x, 3);
        });
    }

    private Tensor codebook(GraphBuilder b) {
        return b.parameter("quantize.embedding.weight", vocabulary, codeWidth);
    }

    private Tensor rows(GraphBuilder b, Tensor map) {
        long rows = map.shape().elements() / codeWidth;
        return b.reshape(b.permute(map, 0, 2, 3, 1), rows, codeWidth);
    }

    /** The index of the nearest code of each row, by squared distance. */
    private Tensor nearest(GraphBuilder b, Tensor rows, Tensor codebook) {
        Tensor fixed = b.detach(rows);
        Tensor lengths = b.add(
                b.reduce(Reduction.SUM, b.unary(Function.SQUARE, fixed), true, 1),
                b.reduce(Reduction.SUM, b.unary(Function.SQUARE, codebook), false, 1));
        Tensor products = b.matrixProduct(fixed, b.permute(codebook, 1, 0));
        Tensor distances = b.binary(Arithmetic.SUBTRACT, lengths, b.scalar(Arithmetic.MULTIPLY, products));
        return b.apply(new Sort(true), distances);
    }

    private static Tensor distance(GraphBuilder b, Tensor one, Tensor other) {
        Tensor squares = b.unary(Function.SQUARE, b.binary(Arithmetic.SUBTRACT, one, other));
        return b.reduce(Reduction.MEAN, squares, false, 0, 1);
    }

    /** The sum of the rows of each code, as a product with the one-hot codes, and the average's update. */
    private void average(GraphBuilder b, Tensor codes, Tensor rows) {
        Tensor column = b.reshape(codes, codes.elements(), 1);
        // One-hot rows as a comparison with all codes, at the cost of a subtraction.
        Tensor oneHot = b.binary(Arithmetic.SUBTRACT, b.input("all_codes", 1, vocabulary), column);
        b.reduce(Reduction.SUM, oneHot, false, 0);
        Tensor sums = b.matrixProduct(b.permute(oneHot, 1, 0), b.detach(rows));
        Tensor kept = b.scalar(Arithmetic.MULTIPLY, b.input("code_sums", vocabulary, codeWidth));
        b.add(kept, b.scalar(Arithmetic.MULTIPLY, sums));
    }

    private Tensor level(GraphBuilder b, String name, Tensor in, int width, int count, boolean attends) {
        return b.module(name, () -> {
            Tensor x = in;
            for (int i = 0; i < count; i++) {
                x = residual(b, "block." + i, x, width);
                if (attends) {
                    x = attention(b, "attn." + i, x);
                }
            }
            return x;
        });
    }

    private Tensor middle(GraphBuilder b, Tensor x) {
        return b.module("mid", () -> {
            Tensor y = residual(b, "block_1", x, channels(x));
            return residual(b, "block_2", attention(b, "attn_1", y), channels(x));
        });
    }

    private Tensor end(GraphBuilder b, Tensor x, int width) {
        return b.convolution("conv_out", swish(b, b.groupNorm("norm_out", x, GROUPS)), width, 3, 1, 1, 1, true);
    }

    private static Tensor residual(GraphBuilder b, String name, Tensor x, int width) {
        return b.module(name, () -> {
            Tensor y = swish(b, b.groupNorm("norm1", x, GROUPS));
            y = b.convolution("conv1", y, width, 3, 1, 1, 1, true);
            y = swish(b, b.groupNorm("norm2", y, GROUPS));
            y = b.convolution("conv2", y, width, 3, 1, 1, 1, true);
            boolean same = channels(x) == width;
            return b.add(same ? x : b.convolution("nin_shortcut", x, width, 1, 1, 0, 1, true), y);
        });
    }

    /** Attention of one head among the positions of a map. */
    private static Tensor attention(GraphBuilder b, String name, Tensor x) {
        return b.module(name, () -> {
            long batch = x.shape().dimension(0);
            long height = x.shape().dimension(2);
            long columns = x.shape().dimension(3);
            int width = channels(x);
            Tensor h = b.groupNorm("norm", x, GROUPS);
            Tensor q = flat(b, b.convolution("q", h, width, 1, 1, 0, 1, true));
            Tensor k = flat(b, b.convolution("k", h, width, 1, 1, 0, 1, true));
            Tensor v = flat(b, b.convolution("v", h, width, 1, 1, 0, 1, true));
            Tensor scores = b.scalar(Arithmetic.MULTIPLY, b.matrixProduct(b.permute(q, 0, 2, 1), k));
            Tensor weights = b.permute(b.softmax(scores, 2), 0, 2, 1);
            Tensor y = b.reshape(b.matrixProduct(v, weights), batch, width, height, columns);
            return b.add(x, b.convolution("proj_out", y, width, 1, 1, 0, 1, true));
        });
    }

    private static Tensor flat(GraphBuilder b, Tensor map) {
        return b.reshape(
                map, map.shape().dimension(0), channels(map), map.shape().elements(2, 4));
    }

    private static Tensor swish(GraphBuilder b, Tensor x) {
        return b.multiply(x, b.unary(Function.SIGMOID, x));
    }

    private static int channels(Tensor map) {
        return Math.toIntExact(map.shape().dimension(1));
    }
}
