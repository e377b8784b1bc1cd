package org.corehours.models.spec;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** What a network of blocks reads. */
interface NetworkInput {

    VariantKind<NetworkInput> KIND =
            new VariantKind<>("input", "What the first block reads.", List.of(Image.KIND, Tokens.KIND, Features.KIND));

    /** A batch of it. */
    Tensor of(GraphBuilder b);

    record Image(int size, int channels) implements NetworkInput {
        static final RecordKind<Image> KIND = RecordKind.of(
                        Image.class, "image", "A square image: a map [channels, size, size].")
                .field("size", Kinds.size(), "Side in pixels.")
                .field("channels", Kinds.size(), 3, "Channels of a pixel.")
                .shorthand("size")
                .build();

        @Override
        public Tensor of(GraphBuilder b) {
            return b.input("images", b.batch(), channels, size, size);
        }
    }

    record Tokens(int length) implements NetworkInput {
        static final RecordKind<Tokens> KIND = RecordKind.of(
                        Tokens.class, "tokens", "A row of token ids, for an embedding to read.")
                .field("length", Kinds.size(), "How many.")
                .shorthand("length")
                .build();

        @Override
        public Tensor of(GraphBuilder b) {
            return b.integers("tokens", b.batch(), length);
        }
    }

    record Features(List<Integer> shape) implements NetworkInput {
        static final RecordKind<Features> KIND = RecordKind.of(Features.class, "features", "Numbers of any shape.")
                .field("shape", Kinds.list(Kinds.size(), 1, 7), "Dimensions of one sample.")
                .shorthand("shape")
                .build();

        @Override
        public Tensor of(GraphBuilder b) {
            long[] dimensions = new long[shape.size() + 1];
            dimensions[0] = b.batch();
            for (int i = 0; i < shape.size(); i++) {
                dimensions[i + 1] = shape.get(i);
            }
            return b.input("features", dimensions);
        }
    }
}
