package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;

/** The blocks that rearrange and reduce. */
final class Maps {

    private static final int HIGHEST_RANK = 8;

    private Maps() {}

    /** An axis: 0 is the batch; negative counts from the last. */
    static ValueKind<Integer> anyAxis() {
        return Kinds.whole(-HIGHEST_RANK, HIGHEST_RANK);
    }

    static void requireRank(Tensor x, int rank, String expected) {
        if (x.shape().rank() != rank) {
            throw new IllegalArgumentException("expected " + expected + " behind the batch.");
        }
    }

    static void requireMap(Tensor x) {
        requireRank(x, 4, "a map [channels, height, width]");
    }

    static void requireMultiple(String what, long value, String of, long divisor) {
        if (value % divisor != 0) {
            throw new IllegalArgumentException(
                    "the " + what + " (" + value + ") must be a multiple of the " + of + " (" + divisor + ").");
        }
    }

    /** A map's pixels in a row: {@code [batch, pixels, channels]}. */
    static Tensor tokens(GraphBuilder b, Tensor map) {
        long batch = map.shape().dimension(0);
        long channels = map.shape().dimension(1);
        return b.permute(b.reshape(map, batch, channels, map.shape().elements(2, 4)), 0, 2, 1);
    }

    /** An axis that is not the batch. */
    private static int sampleAxis(Tensor x, int axis) {
        int at = x.shape().axis(axis);
        if (at == 0) {
            throw new IllegalArgumentException("axis 0 is the batch, which stays as it is.");
        }
        return at;
    }

    record Reshape(List<Integer> shape) implements Block {
        static final RecordKind<Reshape> KIND = RecordKind.of(
                        Reshape.class, "reshape", "The same elements of a sample under other dimensions.")
                .field(
                        "shape",
                        Kinds.list(Kinds.whole(-1, Kinds.LARGEST_SIZE), 1, HIGHEST_RANK),
                        "Dimensions behind the batch; one may be -1, which is what is left.")
                .shorthand("shape")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            long batch = x.shape().dimension(0);
            long left = x.shape().elements() / batch;
            long[] dimensions = new long[shape.size() + 1];
            dimensions[0] = batch;
            int open = -1;
            for (int i = 0; i < shape.size(); i++) {
                int dimension = shape.get(i);
                if (dimension == -1 && open < 0) {
                    open = i + 1;
                } else if (dimension < 1) {
                    throw new IllegalArgumentException(
                            "the shape " + shape + " must be of sizes of at least 1, one of them -1 at most.");
                } else {
                    dimensions[i + 1] = dimension;
                    if (left % dimension != 0) {
                        throw new IllegalArgumentException("the " + x.shape().elements() / batch
                                + " elements of a sample do not fill the shape " + shape + ".");
                    }
                    left /= dimension;
                }
            }
            if (open > 0) {
                dimensions[open] = left;
            }
            return b.reshape(x, dimensions);
        }
    }

    record Permute(List<Integer> axes) implements Block {
        static final RecordKind<Permute> KIND = RecordKind.of(
                        Permute.class, "permute", "The axes of a sample in another order.")
                .field(
                        "axes",
                        Kinds.list(Kinds.whole(1, HIGHEST_RANK), 1, HIGHEST_RANK),
                        "Where each axis behind the batch comes from, counted from 1.")
                .shorthand("axes")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            List<Integer> all = new ArrayList<>(List.of(0));
            all.addAll(axes);
            return b.permute(x, all.toArray(new Integer[0]));
        }
    }

    record Flatten() implements Block {
        static final RecordKind<Flatten> KIND = RecordKind.of(
                        Flatten.class, "flatten", "All elements of a sample in one row.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            long batch = x.shape().dimension(0);
            return b.reshape(x, batch, x.shape().elements() / batch);
        }
    }

    record ToTokens() implements Block {
        static final RecordKind<ToTokens> KIND = RecordKind.of(
                        ToTokens.class, "to_tokens", "A map [channels, height, width] as tokens [pixels, channels].")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            requireMap(x);
            return tokens(b, x);
        }
    }

    record ToMap() implements Block {
        static final RecordKind<ToMap> KIND = RecordKind.of(
                        ToMap.class, "to_map", "Tokens [pixels, channels] as a square map [channels, side, side].")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            requireRank(x, 3, "tokens [tokens, width]");
            long tokens = x.shape().dimension(1);
            long side = Math.round(Math.sqrt(tokens));
            if (side * side != tokens) {
                throw new IllegalArgumentException("the tokens (" + tokens + ") are no square number.");
            }
            return b.reshape(
                    b.permute(x, 0, 2, 1), x.shape().dimension(0), x.shape().dimension(2), side, side);
        }
    }

    record Slice(int axis, int start, int end) implements Block {
        static final RecordKind<Slice> KIND = RecordKind.of(
                        Slice.class, "slice", "Positions of an axis, from start (included) to end (excluded).")
                .field("axis", anyAxis(), "The axis; 0 is the batch.")
                .field("start", Kinds.whole(0, Kinds.LARGEST_SIZE), "First position.")
                .field("end", Kinds.size(), "Position behind the last.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.slice(x, sampleAxis(x, axis), start, end);
        }
    }

    record Select(int axis, int position) implements Block {
        static final RecordKind<Select> KIND = RecordKind.of(
                        Select.class, "select", "One position of an axis, which disappears.")
                .field("axis", anyAxis(), "The axis; 0 is the batch.")
                .field("position", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "The position.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            return b.select(x, sampleAxis(x, axis), position);
        }
    }

    record Pool(Pooling kind, int window, int stride, int padding) implements Block {
        static final RecordKind<Pool> KIND = RecordKind.of(
                        Pool.class, "pool", "Square windows of a map, each reduced to one pixel.")
                .field("kind", Kinds.choice(Pooling.class), "How.")
                .field("window", Kinds.size(), "Side of a window.")
                .derived(
                        "stride",
                        Kinds.size(),
                        "the window",
                        given -> Kinds.givenSize(given, "window"),
                        "Step between windows.")
                .field("padding", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Pixels added on every side of the map.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            requireMap(x);
            long room = Math.min(x.shape().dimension(2), x.shape().dimension(3)) + 2L * padding;
            if (room < window) {
                throw new IllegalArgumentException("a window of " + window + " does not fit the map.");
            }
            return b.apply(new Operator.Pool(kind, window, stride, padding), x);
        }
    }

    record Reduce(Reduction kind, List<Integer> axes, boolean keep) implements Block {
        static final RecordKind<Reduce> KIND = RecordKind.of(Reduce.class, "reduce", "Axes reduced to one number.")
                .field("kind", Kinds.choice(Reduction.class), "How.")
                .field("axes", Kinds.list(anyAxis(), 1, HIGHEST_RANK), "Which; 0 is the batch.")
                .field("keep", Kinds.flag(), false, "Whether a reduced axis stays, with size 1.")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            Integer[] reduced = axes.stream().map(axis -> sampleAxis(x, axis)).toArray(Integer[]::new);
            if (List.of(reduced).stream().distinct().count() != reduced.length) {
                throw new IllegalArgumentException("the axes " + axes + " name an axis twice.");
            }
            return b.reduce(kind, x, keep, reduced);
        }
    }

    record Resize(int factor, Interpolation interpolation) implements Block {
        static final RecordKind<Resize> KIND = RecordKind.of(Resize.class, "resize", "A map enlarged.")
                .field("factor", Kinds.whole(1, 1024), "How many times higher and wider.")
                .field(
                        "interpolation",
                        Kinds.choice(Interpolation.class),
                        Interpolation.NEAREST,
                        "How pixels between are filled.")
                .shorthand("factor")
                .build();

        @Override
        public Tensor apply(GraphBuilder b, Tensor x) {
            requireMap(x);
            long height = Math.multiplyExact(x.shape().dimension(2), (long) factor);
            long width = Math.multiplyExact(x.shape().dimension(3), (long) factor);
            return b.apply(new Operator.Resize(interpolation, height, width), x);
        }
    }

    static final List<RecordKind<? extends Block>> KINDS = List.of(
            Reshape.KIND,
            Permute.KIND,
            Flatten.KIND,
            ToTokens.KIND,
            ToMap.KIND,
            Slice.KIND,
            Select.KIND,
            Pool.KIND,
            Reduce.KIND,
            Resize.KIND);
}
