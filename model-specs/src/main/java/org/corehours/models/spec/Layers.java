package org.corehours.models.spec;

import java.util.Arrays;
import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;

/** The blocks that have weights, and the functions between them. */
final class Layers {

    private Layers() {}

    record Linear(int features, boolean bias) implements Block {
        static final RecordKind<Linear> KIND = RecordKind.of(Linear.class, "linear", "A linear layer of the last axis.")
                .field("features", Kinds.size(), "Size of the last axis of the result.")
                .field("bias", Kinds.flag(), true, "Whether there is a bias.")
                .shorthand("features")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.linear("linear", x, features, bias);
        }
    }

    record Convolution(int channels, int kernel, int stride, int padding, int groups, boolean bias) implements Block {
        static final RecordKind<Convolution> KIND = RecordKind.of(
                        Convolution.class, "convolution", "A square convolution of a map [channels, height, width].")
                .field("channels", Kinds.size(), "Channels of the result.")
                .field("kernel", Kinds.size(), "Side of the kernel.")
                .field("stride", Kinds.size(), 1, "Step between neighbours of the result.")
                .field("padding", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Zeros added on every side of the map.")
                .field("groups", Kinds.size(), 1, "Groups of channels that do not mix.")
                .field("bias", Kinds.flag(), true, "Whether there is a bias.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireMap(x);
            Maps.requireMultiple("channels of the map", x.shape().dimension(1), "groups", groups);
            Maps.requireMultiple("channels", channels, "groups", groups);
            return b.convolution("convolution", x, channels, kernel, stride, padding, groups, bias);
        }
    }

    record DepthwiseConvolution(int kernel, int stride, int padding, boolean bias) implements Block {
        static final RecordKind<DepthwiseConvolution> KIND = RecordKind.of(
                        DepthwiseConvolution.class,
                        "depthwise_convolution",
                        "A square convolution of every channel of a map by itself.")
                .field("kernel", Kinds.size(), "Side of the kernel.")
                .field("stride", Kinds.size(), 1, "Step between neighbours of the result.")
                .field("padding", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Zeros added on every side of the map.")
                .field("bias", Kinds.flag(), true, "Whether there is a bias.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireMap(x);
            long channels = x.shape().dimension(1);
            return b.convolution("convolution", x, channels, kernel, stride, padding, Math.toIntExact(channels), bias);
        }
    }

    record TransposedConvolution(int channels, int kernel, int stride, int padding) implements Block {
        static final RecordKind<TransposedConvolution> KIND = RecordKind.of(
                        TransposedConvolution.class,
                        "transposed_convolution",
                        "A square transposed convolution of a map, with bias.")
                .field("channels", Kinds.size(), "Channels of the result.")
                .field("kernel", Kinds.size(), "Side of the kernel.")
                .field("stride", Kinds.size(), 1, "Factor by which the map grows.")
                .field("padding", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Rows and columns taken off on every side.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireMap(x);
            return b.transposedConvolution("convolution", x, channels, kernel, stride, padding);
        }
    }

    record Attention(int heads, int keyValueHeads, int headWidth, boolean bias, boolean outputBias, boolean causal)
            implements Block {
        static final RecordKind<Attention> KIND = RecordKind.of(
                        Attention.class,
                        "attention",
                        "Self-attention of tokens [tokens, width]: query, key and value, their attention, and a"
                                + " projection back to the width.")
                .field("heads", Kinds.size(), "Attention heads.")
                .derived(
                        "key_value_heads",
                        Kinds.size(),
                        "as many as heads",
                        given -> Kinds.givenSize(given, "heads"),
                        "Heads of keys and values, which groups of query heads share.")
                .field("head_width", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Width of a head; 0 for width / heads.")
                .field("bias", Kinds.flag(), true, "Whether query, key and value have a bias.")
                .field("output_bias", Kinds.flag(), true, "Whether the projection has a bias.")
                .field("causal", Kinds.flag(), false, "Whether later tokens are masked; the work is counted in full.")
                .shorthand("heads")
                .build();

        Attention {
            Maps.requireMultiple("heads", heads, "key_value_heads", keyValueHeads);
        }

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireRank(x, 3, "tokens [tokens, width]");
            long batch = x.shape().dimension(0);
            long tokens = x.shape().dimension(1);
            long width = x.shape().dimension(2);
            if (headWidth == 0) {
                Maps.requireMultiple("width", width, "heads", heads);
            }
            long each = headWidth == 0 ? width / heads : headWidth;
            Tensor q = heads(b, b.linear("query", x, heads * each, bias), heads, each);
            Tensor k = shared(b, heads(b, b.linear("key", x, keyValueHeads * each, bias), keyValueHeads, each));
            Tensor v = shared(b, heads(b, b.linear("value", x, keyValueHeads * each, bias), keyValueHeads, each));
            Tensor y = b.apply(new Operator.Attention(ScalePlacement.QUERY, causal), q, k, v);
            Tensor merged = b.reshape(b.permute(y, 0, 2, 1, 3), batch, tokens, heads * each);
            return b.linear("output", merged, width, outputBias);
        }

        private static Tensor heads(GraphBuilder b, Tensor x, long count, long each) {
            long batch = x.shape().dimension(0);
            long tokens = x.shape().dimension(1);
            return b.permute(b.reshape(x, batch, tokens, count, each), 0, 2, 1, 3);
        }

        /** Keys or values repeated for the query heads that share them. */
        private Tensor shared(GraphBuilder b, Tensor x) {
            if (keyValueHeads == heads) {
                return x;
            }
            long batch = x.shape().dimension(0);
            long tokens = x.shape().dimension(2);
            long each = x.shape().dimension(3);
            long group = heads / keyValueHeads;
            Tensor wide = b.expand(
                    b.reshape(x, batch, keyValueHeads, 1, tokens, each), batch, keyValueHeads, group, tokens, each);
            return b.reshape(wide, batch, heads, tokens, each);
        }
    }

    record Mlp(int features, Activation activation, boolean gated, boolean bias) implements Block {
        static final RecordKind<Mlp> KIND = RecordKind.of(
                        Mlp.class, "mlp", "Two linear layers of the last axis with a function between them.")
                .field("features", Kinds.size(), "Hidden width.")
                .field("activation", Kinds.choice(Activation.class), Activation.GELU, "The function between.")
                .field(
                        "gated",
                        Kinds.flag(),
                        false,
                        "Whether the function of one hidden layer gates a second (SwiGLU with silu).")
                .field("bias", Kinds.flag(), true, "Whether the layers have a bias.")
                .shorthand("features")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Tensor hidden = b.unary(activation.function, b.linear("in", x, features, bias));
            if (gated) {
                hidden = b.multiply(hidden, b.linear("gate", x, features, bias));
            }
            return b.linear("out", hidden, x.shape().dimension(-1), bias);
        }
    }

    /** The functions between layers. */
    enum Activation {
        GELU(Function.GELU),
        QUICK_GELU(Function.QUICK_GELU),
        RELU(Function.RELU),
        SILU(Function.SILU),
        SIGMOID(Function.SIGMOID),
        TANH(Function.TANH);

        private final Function function;

        Activation(Function function) {
            this.function = function;
        }
    }

    record Activate(Activation function) implements Block {
        static final RecordKind<Activate> KIND = RecordKind.of(
                        Activate.class, "activation", "A function of every element.")
                .field("function", Kinds.choice(Activation.class), "Which.")
                .shorthand("function")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.unary(function.function, x);
        }
    }

    record Softmax(int axis) implements Block {
        static final RecordKind<Softmax> KIND = RecordKind.of(Softmax.class, "softmax", "Softmax along an axis.")
                .field("axis", Maps.anyAxis(), -1, "The axis.")
                .shorthand("axis")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.softmax(x, axis);
        }
    }

    record LayerNorm() implements Block {
        static final RecordKind<LayerNorm> KIND = RecordKind.of(
                        LayerNorm.class, "layer_norm", "Layer normalization of the last axis, with scale and shift.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.layerNorm("norm", x);
        }
    }

    record RmsNorm() implements Block {
        static final RecordKind<RmsNorm> KIND = RecordKind.of(
                        RmsNorm.class, "rms_norm", "Division of the last axis by its root mean square, with a scale.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Tensor scale = b.parameter("norm.weight", x.shape().dimension(-1));
            return b.apply(new Normalization(Statistics.ROOT_MEAN_SQUARE, 1, true), x, scale);
        }
    }

    record BatchNorm() implements Block {
        static final RecordKind<BatchNorm> KIND = RecordKind.of(
                        BatchNorm.class, "batch_norm", "Batch normalization of axis 1, with scale and shift.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireMap(x);
            return b.batchNorm("norm", x);
        }
    }

    record GroupNorm(int groups) implements Block {
        static final RecordKind<GroupNorm> KIND = RecordKind.of(
                        GroupNorm.class, "group_norm", "Normalization of groups of channels, with scale and shift.")
                .field("groups", Kinds.size(), "Groups; divide the channels.")
                .shorthand("groups")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireMap(x);
            Maps.requireMultiple("channels of the map", x.shape().dimension(1), "groups", groups);
            return b.groupNorm("norm", x, groups);
        }
    }

    record Scale(int axis) implements Block {
        static final RecordKind<Scale> KIND = RecordKind.of(
                        Scale.class, "scale", "Multiplication by a learned vector along an axis (layer scale).")
                .field("axis", Maps.anyAxis(), -1, "The axis.")
                .shorthand("axis")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            int at = x.shape().axis(axis);
            long size = x.shape().dimension(at);
            Tensor vector = b.parameter("gamma", size);
            if (at < x.shape().rank() - 1) {
                long[] wide = new long[x.shape().rank() - at];
                Arrays.fill(wide, 1);
                wide[0] = size;
                vector = b.reshape(vector, wide);
            }
            return b.multiply(x, vector);
        }
    }

    record Embedding(int vocabulary, int width) implements Block {
        static final RecordKind<Embedding> KIND = RecordKind.of(
                        Embedding.class, "embedding", "A learned vector for each token id.")
                .field("vocabulary", Kinds.size(), "How many ids there are.")
                .field("width", Kinds.size(), "Width of a vector.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            if (x.type() != ElementType.INTEGER) {
                throw new IllegalArgumentException("an embedding reads token ids; start with input: {tokens: ...}.");
            }
            return b.gather(b.parameter("weight", vocabulary, width), x);
        }
    }

    record Patches(int size, int width, boolean bias) implements Block {
        static final RecordKind<Patches> KIND = RecordKind.of(
                        Patches.class, "patches", "A map cut into square patches, each embedded as a token.")
                .field("size", Kinds.size(), "Side of a patch.")
                .field("width", Kinds.size(), "Width of a token.")
                .field("bias", Kinds.flag(), true, "Whether the embedding has a bias.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireMap(x);
            return Maps.tokens(b, b.convolution("embedding", x, width, size, size, 0, 1, bias));
        }
    }

    record Positions() implements Block {
        static final RecordKind<Positions> KIND = RecordKind.of(
                        Positions.class, "positions", "A learned embedding of every position of a sample, added.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.add(x, b.parameter("positions", x.shape().with(0, 1).toArray()));
        }
    }

    record Tokens(int count) implements Block {
        static final RecordKind<Tokens> KIND = RecordKind.of(
                        Tokens.class,
                        "learned_tokens",
                        "Learned tokens put before the others (class token, registers).")
                .field("count", Kinds.size(), 1, "How many.")
                .shorthand("count")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Maps.requireRank(x, 3, "tokens [tokens, width]");
            long width = x.shape().dimension(2);
            Tensor learned = b.parameter("tokens", 1, count, width);
            return b.concatenate(1, b.expand(learned, x.shape().dimension(0), count, width), x);
        }
    }

    record Multiply() implements Block {
        static final RecordKind<Multiply> KIND = RecordKind.of(
                        Multiply.class, "multiply_constant", "Multiplication by a constant.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.scalar(Arithmetic.MULTIPLY, x);
        }
    }

    static final List<RecordKind<? extends Block>> KINDS = List.of(
            Linear.KIND,
            Convolution.KIND,
            DepthwiseConvolution.KIND,
            TransposedConvolution.KIND,
            Attention.KIND,
            Mlp.KIND,
            Activate.KIND,
            Softmax.KIND,
            LayerNorm.KIND,
            RmsNorm.KIND,
            BatchNorm.KIND,
            GroupNorm.KIND,
            Scale.KIND,
            Embedding.KIND,
            Patches.KIND,
            Positions.KIND,
            Tokens.KIND,
            Multiply.KIND);
}
