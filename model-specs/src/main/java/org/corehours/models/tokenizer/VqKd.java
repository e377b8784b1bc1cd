package org.corehours.models.tokenizer;

import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Tensor;
import org.corehours.models.vision.Code;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.corehours.models.vision.VisionTransformer.Pooling;
import org.corehours.models.vision.VisionTransformer.Readout;

/**
 * BEiT v2's tokenizer: a transformer whose patch tokens, made short and of unit length, are replaced by the nearest
 * of a codebook that averages them, and a shallow transformer that predicts a teacher's features from the codes
 * (Peng et al., 2022, arXiv 2208.06366; code: microsoft/unilm, beit2/modeling_vqkd.py and norm_ema_quantizer.py).
 *
 * @param imageSize side of the square image, in pixels
 * @param patch side of a patch, in pixels
 * @param block a block of both transformers
 * @param depth blocks of the encoder
 * @param decoderDepth blocks of the decoder
 * @param codeWidth width of a code; 32
 * @param vocabulary codes; 8192
 * @param targetWidth width of the teacher's features; 512 for CLIP
 */
public record VqKd(
        int imageSize,
        int patch,
        TransformerBlock block,
        int depth,
        int decoderDepth,
        int codeWidth,
        int vocabulary,
        int targetWidth)
        implements ImageTokenizer {

    /** The base model with CLIP's features as target. */
    public static VqKd base(int decoderDepth) {
        TransformerBlock block = TransformerBlock.of(768, 12, 3072)
                .withQkvBias(TransformerBlock.QkvBias.QUERY_AND_VALUE)
                .withCode(Code.ORIGINAL);
        return new VqKd(224, 16, block, 12, decoderDepth, 32, 8192, 512);
    }

    /** The codes of an image, and what the decoder and the loss take from them. */
    public record Quantized(Tensor codes, Tensor map, Tensor loss) {}

    @Override
    public int stride() {
        return patch;
    }

    @Override
    public Tensor codes(GraphBuilder b, Tensor images) {
        long side = images.shape().dimension(2) / patch;
        Quantized quantized = quantize(b, features(b, images), false);
        return b.reshape(quantized.codes, images.shape().dimension(0), side, side);
    }

    /** What the decoder makes of an image's codes, {@code [batch, patches, targetWidth]}. */
    public Tensor reconstruct(GraphBuilder b, Quantized quantized) {
        Tensor tokens = patches(b, "decoder", transformer(imageSize / patch, 1, decoderDepth), quantized.map);
        return b.module("decode_task_layer", () -> task(b, tokens, targetWidth));
    }

    /** Short features of the patches, {@code [batch, patches, codeWidth]}. */
    public Tensor features(GraphBuilder b, Tensor images) {
        Tensor tokens = patches(b, "encoder", transformer(imageSize, patch, depth), images);
        return b.module("encode_task_layer", () -> task(b, tokens, codeWidth));
    }

    private VisionTransformer transformer(int side, int patchSide, int blocks) {
        return VisionTransformer.of(side, patchSide, blocks, block)
                .withReadout(new Readout(Pooling.AVERAGE, true, false, 0));
    }

    private static Tensor patches(GraphBuilder b, String part, VisionTransformer transformer, Tensor map) {
        return b.module(part, () -> {
            Tensor tokens = transformer.tokens(b, map, Optional.empty());
            return b.layerNorm("fc_norm", b.slice(tokens, 1, 1, tokens.shape().dimension(1)));
        });
    }

    private static Tensor task(GraphBuilder b, Tensor tokens, long width) {
        Tensor hidden =
                b.unary(Function.TANH, b.linear("0", tokens, tokens.shape().dimension(-1)));
        return b.linear("2", hidden, width);
    }

    /**
     * The nearest codes, with the gradient of the decoder handed to the encoder unchanged.
     *
     * @param training whether the codebook is moved towards the features
     */
    public Quantized quantize(GraphBuilder b, Tensor features, boolean training) {
        long batch = features.shape().dimension(0);
        long count = features.shape().dimension(1);
        Tensor rows = b.unitLength(b.reshape(features, batch * count, codeWidth));
        Tensor codebook = b.frozen(() -> b.parameter("quantize.embedding.weight", vocabulary, codeWidth));
        Tensor codes = nearest(b, b.detach(rows), codebook);
        Tensor nearest = b.gather(codebook, codes);
        if (training) {
            average(b, codes, b.detach(rows));
        }
        Tensor squares = b.unary(Function.SQUARE, b.binary(Arithmetic.SUBTRACT, nearest, rows));
        Tensor loss = b.scalar(Arithmetic.MULTIPLY, b.reduce(Reduction.MEAN, squares, false, 0, 1));
        Tensor passed = b.add(rows, b.detach(b.binary(Arithmetic.SUBTRACT, nearest, rows)));
        int side = imageSize / patch;
        Tensor map = b.permute(b.reshape(passed, batch, side, side, codeWidth), 0, 3, 1, 2);
        // The moving averages of sums and counts are kept as parameters that are not trained.
        b.frozen(() -> b.parameter("quantize.embedding.embed_avg", vocabulary, codeWidth));
        b.frozen(() -> b.parameter("quantize.embedding.cluster_size", vocabulary));
        return new Quantized(codes, map, loss);
    }

    private static Tensor nearest(GraphBuilder b, Tensor rows, Tensor codebook) {
        Tensor lengths = b.add(
                b.reduce(Reduction.SUM, b.unary(Function.SQUARE, rows), true, 1),
                b.reduce(Reduction.SUM, b.unary(Function.SQUARE, codebook), false, 1));
        Tensor products = b.matrixProduct(rows, b.permute(codebook, 1, 0));
        Tensor distances = b.binary(Arithmetic.SUBTRACT, lengths, b.scalar(Arithmetic.MULTIPLY, products));
        return b.apply(new Sort(true), distances);
    }

    private void average(GraphBuilder b, Tensor codes, Tensor rows) {
        Tensor column = b.reshape(codes, codes.elements(), 1);
        // One-hot rows as a comparison with all codes, at the cost of a subtraction.
        Tensor oneHot = b.binary(Arithmetic.SUBTRACT, b.input("all_codes", 1, vocabulary), column);
        Tensor counts = b.reduce(Reduction.SUM, oneHot, true, 0);
        Tensor sums = b.matrixProduct(b.permute(rows, 1, 0), oneHot);
        b.unitLength(b.permute(b.binary(Arithmetic.DIVIDE, sums, counts), 1, 0));
    }
}
