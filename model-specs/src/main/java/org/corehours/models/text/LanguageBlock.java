package org.corehours.models.text;

import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Operator.Attention.Masking;
import org.corehours.core.graph.Operator.Dropout;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;

/**
 * A block of self-attention and MLP on text, as BERT, GPT and Llama have it.
 *
 * @param width token width
 * @param heads attention heads; divide the width
 * @param keyValueHeads heads of keys and values, each serving several queries; divide the heads
 * @param mlpWidth hidden width of the MLP
 * @param norm which norm
 * @param normFirst whether norms stand before the branches (GPT, Llama) instead of after the sums (BERT)
 * @param bias which linear layers have biases
 * @param joint whether query, key and value are one linear layer
 * @param rotary whether positions turn queries and keys (Su et al., 2021, arXiv 2104.09864)
 * @param mlp the MLP's nonlinearity
 * @param masking whether tokens see only those before them, and how that is brought about; no product is saved
 * @param dropout whether attention weights and the end of each branch drop out while training
 */
public record LanguageBlock(
        int width,
        int heads,
        int keyValueHeads,
        int mlpWidth,
        Norm norm,
        boolean normFirst,
        Bias bias,
        boolean joint,
        boolean rotary,
        Mlp mlp,
        Masking masking,
        boolean dropout) {

    /** Which linear layers have biases. */
    public enum Bias {
        ALL,
        NONE,
        /** Those of query, key and value (Qwen2; Yang et al., 2024, arXiv 2407.10671). */
        QUERY_KEY_VALUE
    }

    /** Which norm. */
    public enum Norm {
        LAYER,
        ROOT_MEAN_SQUARE
    }

    /** The MLP's nonlinearity. */
    public enum Mlp {
        GELU,
        /** GELU by tanh (arXiv 1606.08415), each operation a kernel of its own (gelu_new of transformers). */
        GELU_WRITTEN_OUT,
        RELU,
        /** SiLU of one linear layer gates another (Shazeer, 2020, arXiv 2002.05202). */
        SWIGLU
    }

    public LanguageBlock {
        if (width < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "The width (" + width + ") must be a multiple of the heads (" + heads + ").");
        }
        if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
            throw new IllegalArgumentException("The heads (" + heads
                    + ") must be a multiple of those of keys and values (" + keyValueHeads + ").");
        }
    }

    /** BERT's block: norms after the sums, three linear layers for query, key and value. */
    public static LanguageBlock bert(int width, int heads) {
        return new LanguageBlock(
                width,
                heads,
                heads,
                4 * width,
                Norm.LAYER,
                false,
                Bias.ALL,
                false,
                false,
                Mlp.GELU,
                Masking.NONE,
                true);
    }

    /** GPT-2's block: norms first, one linear layer for query, key and value, causal. */
    public static LanguageBlock gpt(int width, int heads) {
        return new LanguageBlock(
                width,
                heads,
                heads,
                4 * width,
                Norm.LAYER,
                true,
                Bias.ALL,
                true,
                false,
                Mlp.GELU_WRITTEN_OUT,
                Masking.REPLACED,
                true);
    }

    /** Llama's block: root-mean-square norms, no biases, rotary positions, a gated MLP, causal. */
    public static LanguageBlock llama(int width, int heads, int keyValueHeads, int mlpWidth) {
        return new LanguageBlock(
                width,
                heads,
                keyValueHeads,
                mlpWidth,
                Norm.ROOT_MEAN_SQUARE,
                true,
                Bias.NONE,
                false,
                true,
                Mlp.SWIGLU,
                Masking.ADDED,
                false);
    }

    /** This block with other biases. */
    public LanguageBlock withBias(Bias changed) {
        return new LanguageBlock(
                width, heads, keyValueHeads, mlpWidth, norm, normFirst, changed, joint, rotary, mlp, masking, dropout);
    }

    /** The block applied to {@code x[batch, tokens, width]}, with a mask that is added to the scores. */
    public Tensor apply(GraphBuilder b, Tensor x, Optional<Tensor> mask) {
        if (normFirst) {
            Tensor attended = b.residual(x, h -> drop(b, attention(b, normalize(b, "norm1", h), mask)));
            return b.residual(attended, h -> drop(b, expand(b, normalize(b, "norm2", h))));
        }
        Tensor attended = normalize(b, "norm1", b.add(drop(b, attention(b, x, mask)), x));
        return normalize(b, "norm2", b.add(drop(b, expand(b, attended)), attended));
    }

    /** The block's norm, for use outside as well. */
    Tensor normalize(GraphBuilder b, String part, Tensor x) {
        return norm == Norm.LAYER ? b.layerNorm(part, x) : b.rootMeanSquareNorm(part, x);
    }

    /** Elements zeroed at random, where the block drops out. */
    Tensor drop(GraphBuilder b, Tensor x) {
        return dropout ? b.apply(new Dropout(false, false), x) : x;
    }

    private Tensor attention(GraphBuilder b, Tensor x, Optional<Tensor> mask) {
        return b.module("attention", () -> {
            List<Tensor> parts = joint ? together(b, x) : apart(b, x);
            Tensor q = rotary ? turn(b, parts.get(0)) : parts.get(0);
            Tensor k = serveAll(b, rotary ? turn(b, parts.get(1)) : parts.get(1));
            Tensor v = serveAll(b, parts.get(2));
            // OPT, which alone raises masked scores, scales its queries.
            ScalePlacement scale = masking == Masking.ADDED_AND_RAISED ? ScalePlacement.QUERY : ScalePlacement.SCORES;
            Attention attention = new Attention(scale, masking, dropout);
            Tensor y =
                    mask.map(added -> b.apply(attention, q, k, v, added)).orElseGet(() -> b.apply(attention, q, k, v));
            long batch = x.shape().dimension(0);
            long tokens = x.shape().dimension(1);
            return b.linear(
                    "output", b.reshape(b.permute(y, 0, 2, 1, 3), batch, tokens, width), width, bias == Bias.ALL);
        });
    }

    private List<Tensor> together(GraphBuilder b, Tensor x) {
        return b.split(b.linear("qkv", x, 3L * width, bias != Bias.NONE), 2, 3).stream()
                .map(part -> split(b, part, heads))
                .toList();
    }

    private List<Tensor> apart(GraphBuilder b, Tensor x) {
        long narrow = (long) width / heads * keyValueHeads;
        return List.of(
                split(b, b.linear("query", x, width, bias != Bias.NONE), heads),
                split(b, b.linear("key", x, narrow, bias != Bias.NONE), keyValueHeads),
                split(b, b.linear("value", x, narrow, bias != Bias.NONE), keyValueHeads));
    }

    private Tensor split(GraphBuilder b, Tensor x, int count) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        return b.permute(b.reshape(x, batch, tokens, count, width / heads), 0, 2, 1, 3);
    }

    /** Each key or value head repeated for the queries that it serves. */
    private Tensor serveAll(GraphBuilder b, Tensor x) {
        if (keyValueHeads == heads) {
            return x;
        }
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(2);
        long head = x.shape().dimension(3);
        int served = heads / keyValueHeads;
        Tensor repeated = b.expand(
                b.reshape(x, batch, keyValueHeads, 1, tokens, head), batch, keyValueHeads, served, tokens, head);
        return b.reshape(repeated, batch, heads, tokens, head);
    }

    /** Pairs of elements turned by an angle that grows with the position. */
    private static Tensor turn(GraphBuilder b, Tensor x) {
        long tokens = x.shape().dimension(2);
        long head = x.shape().dimension(3);
        List<Tensor> halves = b.split(x, 3, 2);
        Tensor turned = b.concatenate(3, b.unary(Function.NEGATE, halves.get(1)), halves.get(0));
        Tensor cosine = b.multiply(x, b.input("cosine", tokens, head));
        return b.add(cosine, b.multiply(turned, b.input("sine", tokens, head)));
    }

    private Tensor expand(GraphBuilder b, Tensor x) {
        return b.module("mlp", () -> {
            Tensor up = b.linear("up", x, mlpWidth, bias == Bias.ALL);
            Tensor hidden = switch (mlp) {
                case GELU -> b.gelu(up);
                case GELU_WRITTEN_OUT -> writtenOut(b, up);
                case RELU -> b.relu(up);
                case SWIGLU -> b.multiply(b.unary(Function.SILU, b.linear("gate", x, mlpWidth, bias == Bias.ALL)), up);
            };
            return b.linear("down", hidden, width, bias == Bias.ALL);
        });
    }

    /** {@code 0.5 x · (1 + tanh(√(2/π) · (x + 0.044715 x³)))}. */
    private static Tensor writtenOut(GraphBuilder b, Tensor x) {
        Tensor half = b.scalar(Arithmetic.MULTIPLY, x);
        Tensor cubic = b.add(x, b.scalar(Arithmetic.MULTIPLY, b.unary(Function.CUBE, x)));
        Tensor tanh = b.unary(Function.TANH, b.scalar(Arithmetic.MULTIPLY, cubic));
        return b.multiply(half, b.scalar(Arithmetic.ADD, tanh));
    }
}
