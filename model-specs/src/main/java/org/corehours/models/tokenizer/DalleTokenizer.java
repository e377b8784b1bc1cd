package org.corehours.models.tokenizer;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Convert;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.Pool;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Resize;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Tensor;

/**
 * The discrete autoencoder of DALL-E, whose encoder gives BEiT its targets: four groups of bottleneck
 * blocks of 1, 2, 4 and 8 times a base width, between them a halving of the map (Ramesh et al., 2021,
 * arXiv 2102.12092; code: openai/DALL-E, dall_e/encoder.py and decoder.py).
 *
 * @param width channels of the widest map; 256 in the released model
 * @param blocksPerGroup blocks before each change of resolution; 2 in the released model
 * @param decoderInput channels the decoder embeds a code in; 128 in the released model
 * @param vocabulary codes; 8192 in the released model
 */
public record DalleTokenizer(int width, int blocksPerGroup, int decoderInput, int vocabulary)
        implements ImageTokenizer {
    /** The released model. */
    public static final DalleTokenizer RELEASED = new DalleTokenizer(256, 2, 128, 8192);

    private static final int GROUPS = 4;

    /** Channels the decoder describes a pixel with: a location and a scale per colour. */
    private static final int OUTPUT_CHANNELS = 6;

    @Override
    public int stride() {
        return 1 << (GROUPS - 1);
    }

    @Override
    public boolean halfPrecision() {
        return true;
    }

    @Override
    public Tensor codes(GraphBuilder b, Tensor images) {
        Tensor features = features(b, images);
        // The released code keeps this layer alone in fp32 (use_float16=False).
        b.fullPrecisionSection("tokenizer, output layer");
        Tensor logits = logits(b, b.apply(new Convert(Tensor.ElementType.REAL), features));
        return b.apply(new Sort(true), b.permute(logits, 0, 2, 3, 1));
    }

    /** The encoder's logits {@code [batch, vocabulary, height / 8, width / 8]}. */
    public Tensor encode(GraphBuilder b, Tensor images) {
        return logits(b, features(b, images));
    }

    private Tensor logits(GraphBuilder b, Tensor features) {
        return b.module("blocks", () -> convolution(b, "output.conv", features, vocabulary, 1));
    }

    private Tensor features(GraphBuilder b, Tensor images) {
        return b.module("blocks", () -> {
            Tensor x = convolution(b, "input", images, width, 7);
            for (int group = 1; group <= GROUPS; group++) {
                x = group(b, x, group, width << (group - 1), 3, 1);
                if (group < GROUPS) {
                    x = b.apply(new Pool(Pooling.MAX, 2, 2, 0), x);
                }
            }
            return b.relu(x);
        });
    }

    /** The decoder's output {@code [batch, 6, height, width]} for {@code codes[batch, vocabulary, height / 8, width / 8]}. */
    public Tensor decode(GraphBuilder b, Tensor codes) {
        return b.module("blocks", () -> {
            Tensor x = convolution(b, "input", codes, decoderInput, 1);
            for (int group = 1; group <= GROUPS; group++) {
                x = group(b, x, group, width << (GROUPS - group), 1, 3);
                if (group < GROUPS) {
                    long side = 2 * x.shape().dimension(2);
                    x = b.apply(
                            new Resize(
                                    Interpolation.NEAREST, side, 2 * x.shape().dimension(3)),
                            x);
                }
            }
            return convolution(b, "output.conv", b.relu(x), OUTPUT_CHANNELS, 1);
        });
    }

    private Tensor group(GraphBuilder b, Tensor x, int group, int channels, int firstKernel, int lastKernel) {
        Tensor y = x;
        for (int block = 1; block <= blocksPerGroup; block++) {
            y = block(b, "group_" + group + ".block_" + block, y, channels, firstKernel, lastKernel);
        }
        return y;
    }

    private static Tensor block(GraphBuilder b, String name, Tensor x, int channels, int firstKernel, int lastKernel) {
        return b.module(name, () -> {
            Tensor identity = x.shape().dimension(1) == channels ? x : convolution(b, "id_path", x, channels, 1);
            Tensor y = b.module("res_path", () -> {
                Tensor h = convolution(b, "conv_1", b.relu(x), channels / 4, firstKernel);
                h = convolution(b, "conv_2", b.relu(h), channels / 4, 3);
                h = convolution(b, "conv_3", b.relu(h), channels / 4, 3);
                return convolution(b, "conv_4", b.relu(h), channels, lastKernel);
            });
            return b.add(identity, b.scalar(Arithmetic.MULTIPLY, y));
        });
    }

    private static Tensor convolution(GraphBuilder b, String name, Tensor x, int channels, int kernel) {
        return b.convolution(name, x, channels, kernel, 1, kernel / 2, 1, true);
    }
}
