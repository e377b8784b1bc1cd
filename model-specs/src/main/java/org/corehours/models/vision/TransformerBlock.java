package org.corehours.models.vision;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Linear;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;

/**
 * A block of self-attention and MLP, each a residual branch (Vaswani et al., 2017; pre-norm as in Dosovitskiy et
 * al., 2021).
 *
 * @param width token width
 * @param heads attention heads; divide the width
 * @param mlpWidth hidden width of the MLP, of each half where it is gated
 * @param norm where the layer norms stand
 * @param qkvBias which of query, key and value have a bias
 * @param qkNorm whether queries and keys are layer-normalized per head
 * @param scaling how residual branches are scaled by a learned vector
 * @param mlp the MLP's nonlinearity
 * @param dropPath rate at which residual branches are dropped in training
 * @param code whose code computes it
 * @param scale where attention's 1/sqrt(d) is applied: the scores in DINO, iBOT and timm before 0.9, the query since
 */
public record TransformerBlock(
        int width,
        int heads,
        int mlpWidth,
        Norm norm,
        QkvBias qkvBias,
        boolean qkNorm,
        LayerScale scaling,
        Mlp mlp,
        double dropPath,
        Code code,
        ScalePlacement scale) {

    /** Where layer norms stand. */
    public enum Norm {
        /** Before each branch. */
        PRE,
        /** At the end of each branch, before the residual sum. */
        BRANCH_END
    }

    /** Which of query, key and value have a bias. */
    public enum QkvBias {
        ALL,
        NONE,
        /** A key bias cancels in the softmax; BEiT leaves it out (a constant of zeros stands for it). */
        QUERY_AND_VALUE
    }

    /** How a residual branch is scaled by a learned vector. */
    public enum LayerScale {
        NONE,
        /** A module of its own that scales the branch (timm's ViT). */
        MODULE,
        /** A parameter of the block that multiplies the branch (BEiT, CaiT). */
        PARAMETER
    }

    /** The nonlinearity between the MLP's two layers. */
    public enum Mlp {
        GELU,
        QUICK_GELU,
        /** The first layer makes two halves; SiLU of the one gates the other. */
        SWIGLU
    }

    public TransformerBlock {
        if (width < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "The width (" + width + ") must be a multiple of the heads (" + heads + ").");
        }
    }

    /** A pre-norm block with biases everywhere and GELU. */
    public static TransformerBlock of(int width, int heads, int mlpWidth) {
        return new TransformerBlock(
                width,
                heads,
                mlpWidth,
                Norm.PRE,
                QkvBias.ALL,
                false,
                LayerScale.NONE,
                Mlp.GELU,
                0,
                Code.TIMM,
                ScalePlacement.QUERY);
    }

    public TransformerBlock withNorm(Norm changed) {
        return new TransformerBlock(
                width, heads, mlpWidth, changed, qkvBias, qkNorm, scaling, mlp, dropPath, code, scale);
    }

    public TransformerBlock withQkvBias(QkvBias changed) {
        return new TransformerBlock(width, heads, mlpWidth, norm, changed, qkNorm, scaling, mlp, dropPath, code, scale);
    }

    public TransformerBlock withQkNorm() {
        return new TransformerBlock(width, heads, mlpWidth, norm, qkvBias, true, scaling, mlp, dropPath, code, scale);
    }

    public TransformerBlock withLayerScale(LayerScale changed) {
        return new TransformerBlock(width, heads, mlpWidth, norm, qkvBias, qkNorm, changed, mlp, dropPath, code, scale);
    }

    public TransformerBlock withMlp(Mlp changed) {
        return new TransformerBlock(
                width, heads, mlpWidth, norm, qkvBias, qkNorm, scaling, changed, dropPath, code, scale);
    }

    public TransformerBlock withDropPath(double rate) {
        return new TransformerBlock(width, heads, mlpWidth, norm, qkvBias, qkNorm, scaling, mlp, rate, code, scale);
    }

    public TransformerBlock withCode(Code changed) {
        return new TransformerBlock(
                width, heads, mlpWidth, norm, qkvBias, qkNorm, scaling, mlp, dropPath, changed, scale);
    }

    public TransformerBlock withScale(ScalePlacement placement) {
        return new TransformerBlock(
                width, heads, mlpWidth, norm, qkvBias, qkNorm, scaling, mlp, dropPath, code, placement);
    }

    /** The block applied to {@code x[batch, tokens, width]}. */
    public Tensor apply(GraphBuilder b, Tensor x) {
        return apply(b, x, Optional::empty);
    }

    /**
     * The block applied to {@code x[batch, tokens, width]}.
     *
     * @param bias writes what is added to the attention scores, within the attention's module path
     */
    public Tensor apply(GraphBuilder b, Tensor x, Supplier<Optional<Tensor>> bias) {
        Tensor attended = b.residual(x, h -> branch(b, 1, h, in -> attention(b, in, bias)));
        return b.residual(attended, h -> branch(b, 2, h, in -> mlp(b, in)));
    }

    /** The residual branch of attention alone, as it is added to {@code x}. */
    public Tensor attentionBranch(GraphBuilder b, Tensor x) {
        return branch(b, 1, x, in -> attention(b, in, Optional::empty));
    }

    /** The residual branch of the MLP alone, as it is added to {@code x}. */
    public Tensor mlpBranch(GraphBuilder b, Tensor x) {
        return branch(b, 2, x, in -> mlp(b, in));
    }

    private Tensor branch(GraphBuilder b, int index, Tensor x, UnaryOperator<Tensor> content) {
        Tensor y = norm == Norm.PRE
                ? content.apply(b.layerNorm("norm" + index, x))
                : b.layerNorm("norm" + index, content.apply(x));
        Tensor scaled = switch (scaling) {
            case NONE -> y;
            case MODULE -> b.multiply(y, b.parameter("ls" + index + ".gamma", width));
            case PARAMETER -> b.multiply(b.parameter("gamma_" + index, width), y);
        };
        return b.dropPath(scaled, dropPath, code == Code.ORIGINAL);
    }

    private Tensor attention(GraphBuilder b, Tensor x, Supplier<Optional<Tensor>> bias) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        return b.module("attn", () -> {
            Tensor qkv = b.reshape(queryKeyValue(b, x), batch, tokens, 3, heads, width / heads);
            List<Tensor> taken = take(b, b.permute(qkv, 2, 0, 3, 1, 4));
            Tensor q = qkNorm ? b.layerNorm("q_norm", taken.get(0)) : taken.get(0);
            Tensor k = qkNorm ? b.layerNorm("k_norm", taken.get(1)) : taken.get(1);
            Attention attention = new Attention(scale, false);
            Tensor y = bias.get()
                    .map(added -> b.apply(attention, q, k, taken.get(2), added))
                    .orElseGet(() -> b.apply(attention, q, k, taken.get(2)));
            return b.linear("proj", b.reshape(b.permute(y, 0, 2, 1, 3), batch, tokens, width), width);
        });
    }

    private List<Tensor> take(GraphBuilder b, Tensor qkv) {
        return code == Code.TIMM
                ? b.unbind(qkv, 0)
                : List.of(b.select(qkv, 0, 0), b.select(qkv, 0, 1), b.select(qkv, 0, 2));
    }

    private Tensor queryKeyValue(GraphBuilder b, Tensor x) {
        if (qkvBias != QkvBias.QUERY_AND_VALUE) {
            return b.linear("qkv", x, 3L * width, qkvBias == QkvBias.ALL);
        }
        Tensor joined =
                b.concatenate(0, b.parameter("q_bias", width), b.input("k_bias", width), b.parameter("v_bias", width));
        Tensor weight = b.parameter("qkv.weight", 3L * width, width);
        return b.apply(new Linear(true), x, weight, joined);
    }

    private Tensor mlp(GraphBuilder b, Tensor x) {
        return b.module("mlp", () -> {
            Tensor hidden = switch (mlp) {
                case GELU -> b.gelu(b.linear("fc1", x, mlpWidth));
                case QUICK_GELU -> b.unary(Function.QUICK_GELU, b.linear("fc1", x, mlpWidth));
                case SWIGLU -> {
                    List<Tensor> halves = b.split(b.linear("fc1", x, 2L * mlpWidth), -1, 2);
                    yield b.multiply(b.unary(Function.SILU, halves.get(0)), halves.get(1));
                }
            };
            return b.linear("fc2", hidden, width);
        });
    }
}
