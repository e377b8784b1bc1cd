package org.corehours.models.tokenizer;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Sort;
import org.corehours.core.graph.Tensor;

/**
 * The discrete variational autoencoder that BEiT's repository trains: halving convolutions with a
 * residual block each, a Gumbel softmax over the codebook, and their mirror image (code:
 * microsoft/unilm, beit/modeling_discrete_vae.py).
 *
 * @param layers halvings of the map
 * @param width channels of every map
 * @param vocabulary codes
 * @param codeWidth width of a code's embedding
 */
public record DiscreteVae(int layers, int width, int vocabulary, int codeWidth) implements ImageTokenizer {

    @Override
    public int stride() {
        return 1 << layers;
    }

    @Override
    public Tensor codes(GraphBuilder b, Tensor images) {
        return b.apply(new Sort(true), b.permute(encode(b, images), 0, 2, 3, 1));
    }

    /** The logits of the codes {@code [batch, vocabulary, height / stride, width / stride]}. */
    public Tensor encode(GraphBuilder b, Tensor images) {
        return b.module("encoder", () -> {
            Tensor x = images;
            for (int layer = 0; layer < layers; layer++) {
                x = b.relu(b.convolution(2 * layer + ".0", x, width, 4, 2, 1, 1, true));
                x = block(b, 2 * layer + 1 + ".net", x);
            }
            return b.convolution(Integer.toString(2 * layers), x, vocabulary, 1, 1, 0, 1, true);
        });
    }

    /** The image {@code [batch, 3, height, width]} of embedded codes {@code [batch, codeWidth, h, w]}. */
    public Tensor decode(GraphBuilder b, Tensor codes) {
        return b.module("decoder", () -> {
            Tensor x = codes;
            for (int layer = 0; layer < layers; layer++) {
                x = b.relu(b.transposedConvolution(2 * layer + ".0", x, width, 4, 2, 1));
                x = block(b, 2 * layer + 1 + ".net", x);
            }
            return b.convolution(Integer.toString(2 * layers), x, 3, 1, 1, 0, 1, true);
        });
    }

    /** The training loss: mean squared error of the reconstruction and divergence from uniform codes. */
    public Tensor loss(GraphBuilder b, Tensor images) {
        Tensor logits = encode(b, images);
        Tensor image = decode(b, embed(b, sample(b, logits)));
        Tensor error = b.unary(Function.SQUARE, b.binary(Arithmetic.SUBTRACT, images, image));
        Tensor reconstruction = b.reduce(Reduction.MEAN, error, false, 0, 1, 2, 3);
        return b.add(reconstruction, b.scalar(Arithmetic.MULTIPLY, divergence(b, logits)));
    }

    private Tensor sample(GraphBuilder b, Tensor logits) {
        Tensor exponential = b.input("noise", logits.shape().toArray());
        Tensor noise = b.unary(Function.NEGATE, b.unary(Function.LOG, exponential));
        return b.softmax(b.scalar(Arithmetic.DIVIDE, b.add(logits, noise)), 1);
    }

    private Tensor embed(GraphBuilder b, Tensor weights) {
        long batch = weights.shape().dimension(0);
        long height = weights.shape().dimension(2);
        long columns = weights.shape().dimension(3);
        Tensor codebook = b.permute(b.parameter("codebook.weight", vocabulary, codeWidth), 1, 0);
        Tensor product = b.matrixProduct(
                b.reshape(codebook, 1, codeWidth, vocabulary),
                b.reshape(b.permute(weights, 1, 0, 2, 3), 1, vocabulary, batch * height * columns));
        return b.permute(b.reshape(product, codeWidth, batch, height, columns), 1, 0, 2, 3);
    }

    private Tensor divergence(GraphBuilder b, Tensor logits) {
        Tensor last = b.permute(logits, 0, 2, 3, 1);
        Tensor logarithm = b.unary(Function.LOG, b.scalar(Arithmetic.ADD, b.softmax(last, -1)));
        Tensor difference = b.scalar(Arithmetic.SUBTRACT, logarithm);
        Tensor weighted = b.multiply(b.unary(Function.EXP, logarithm), difference);
        return b.scalar(Arithmetic.DIVIDE, b.reduce(Reduction.SUM, weighted, false, 0, 1, 2, 3));
    }

    private Tensor block(GraphBuilder b, String name, Tensor x) {
        return b.module(name, () -> {
            Tensor y = b.relu(b.convolution("0", x, width, 3, 1, 1, 1, true));
            y = b.relu(b.convolution("2", y, width, 3, 1, 1, 1, true));
            return b.add(b.convolution("4", y, width, 1, 1, 0, 1, true), x);
        });
    }
}
