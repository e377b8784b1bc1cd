package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** The blocks made of blocks. */
final class Structures {

    private static final int MOST_PATHS = 64;

    private Structures() {}

    record Residual(BlockList blocks) implements Block {
        static final RecordKind<Residual> KIND = RecordKind.of(
                        Residual.class, "residual", "What goes in, plus what the blocks make of it.")
                .field("blocks", new BlockList.Kind(false), "The residual branch.")
                .shorthand("blocks")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Tensor y = blocks.apply(b, x);
            if (!y.shape().equals(x.shape())) {
                throw new IllegalArgumentException(
                        "the residual branch makes " + y.shape() + " of it, which cannot be added to it.");
            }
            return b.add(x, y);
        }
    }

    record Repeat(int times, BlockList blocks) implements Block {
        static final RecordKind<Repeat> KIND = RecordKind.of(
                        Repeat.class, "repeat", "Blocks several times in a row, each time with weights of their own.")
                .field("times", Kinds.repeats(), "How many times.")
                .field("blocks", new BlockList.Kind(false), "What is repeated; leaves the shape as it is.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.repeat("times", times, x, h -> blocks.apply(b, h));
        }
    }

    record Module(BlockList blocks) implements Block {
        static final RecordKind<Module> KIND = RecordKind.of(
                        Module.class, "module", "Blocks in a row that are counted as one module; give it a name.")
                .field("blocks", new BlockList.Kind(false), "The blocks.")
                .shorthand("blocks")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return blocks.apply(b, x);
        }
    }

    /** How the results of a branch are joined. */
    enum Join {
        ADD,
        MULTIPLY,
        CONCATENATE
    }

    record Branch(List<BlockList> paths, Join join, int axis) implements Block {
        static final RecordKind<Branch> KIND = RecordKind.of(
                        Branch.class, "branch", "Several paths of blocks from the same tensor, joined at the end.")
                .field(
                        "paths",
                        Kinds.list(new BlockList.Kind(true), 2, MOST_PATHS),
                        "The paths; an empty list is the tensor itself.")
                .field("join", Kinds.choice(Join.class), "How the results are joined.")
                .field("axis", Maps.anyAxis(), 1, "The axis along which results are concatenated.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            List<Tensor> results = new ArrayList<>();
            for (int i = 0; i < paths.size(); i++) {
                BlockList path = paths.get(i);
                results.add(b.module("path" + i, () -> path.apply(b, x)));
            }
            return switch (join) {
                case ADD -> results.stream().reduce(b::add).orElseThrow();
                case MULTIPLY -> results.stream().reduce(b::multiply).orElseThrow();
                case CONCATENATE -> b.concatenate(axis, results.toArray(new Tensor[0]));
            };
        }
    }

    static final List<RecordKind<? extends Block>> KINDS =
            List.of(Residual.KIND, Repeat.KIND, Branch.KIND, Module.KIND);
}
