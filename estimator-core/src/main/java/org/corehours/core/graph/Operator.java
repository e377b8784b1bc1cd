package org.corehours.core.graph;

import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a {@link Node} computes, free of any framework: shapes in, shapes out, and the work between.
 *
 * <p>FLOPs are counted as the field does: two per multiply-add of matrix products and convolutions,
 * padded positions included, causal masks saving nothing. Elementwise arithmetic is counted apart,
 * one per arithmetic operation or function value and element; it never mixes with the former.
 */
public sealed interface Operator {

    /**
     * Result shapes for the given operand shapes.
     *
     * @throws IllegalArgumentException if the operands do not fit the operator
     */
    List<Shape> infer(List<Shape> inputs);

    /** Matrix-product and convolution FLOPs of the forward computation. */
    default long flops(Node node) {
        return 0;
    }

    /** Matrix-product and convolution FLOPs to obtain the gradient of operand {@code index}. */
    default long gradientFlops(Node node, int index) {
        return 0;
    }

    /** Elementwise operations of the forward computation. */
    default long elementwiseFlops(Node node) {
        return 0;
    }

    <R> R accept(OperatorVisitor<R> visitor, Node node);

    /** A scalar function applied to every element. */
    enum Function {
        GELU(8),
        RELU(1),
        SILU(5),
        SIGMOID(4),
        TANH(5),
        QUICK_GELU(6),
        EXP(1),
        LOG(1),
        SQRT(1),
        NEGATE(1),
        SQUARE(1),
        CUBE(2);

        private final int operations;

        Function(int operations) {
            this.operations = operations;
        }

        /** Elementwise operations per element, by the function's usual formula. */
        public int operations() {
            return operations;
        }
    }

    /** A binary arithmetic operation. */
    enum Arithmetic {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        /** The larger of the two. */
        MAXIMUM
    }

    /** How a dimension is reduced. */
    enum Reduction {
        SUM,
        MEAN,
        MAX
    }

    /** Which matrix the factor 1/sqrt(d) of attention multiplies. */
    enum ScalePlacement {
        QUERY,
        SCORES
    }

    /** How pixels are read when a map is resized. */
    enum Interpolation {
        NEAREST,
        BILINEAR,
        BICUBIC
    }

    /** How a window is pooled. */
    enum Pooling {
        MAX,
        AVERAGE
    }

    /** {@code y[..., out] = x[..., in] · W[out, in]^T (+ b[out])}. */
    record Linear(boolean bias) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            Shape weight = inputs.get(1);
            require(
                    x.dimension(-1) == weight.dimension(1),
                    () -> "A linear layer of weight " + weight + " cannot take the input " + x + ".");
            return List.of(x.with(-1, weight.dimension(0)));
        }

        @Override
        public long flops(Node node) {
            Shape weight = node.input(1).shape();
            long rows = node.input(0).elements() / weight.dimension(1);
            return matrixFlops(1, rows, weight.dimension(0), weight.dimension(1));
        }

        @Override
        public long gradientFlops(Node node, int index) {
            return index < 2 ? flops(node) : 0;
        }

        @Override
        public long elementwiseFlops(Node node) {
            return bias ? node.output().elements() : 0;
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.linear(this, node);
        }
    }

    /**
     * Two-dimensional convolution of {@code x[n, c, h, w]} with {@code W[out, c/groups, kh, kw]}; transposed, with
     * {@code W[c, out/groups, kh, kw]}.
     */
    record Convolution(int stride, int padding, int dilation, int groups, boolean transposed, boolean bias)
            implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            Shape weight = inputs.get(1);
            long channels = transposed ? weight.dimension(0) : weight.dimension(1) * groups;
            require(
                    x.rank() == 4 && x.dimension(1) == channels,
                    () -> "A convolution of weight " + weight + " and " + groups + " groups cannot take the input " + x
                            + ".");
            long out = transposed ? weight.dimension(1) * groups : weight.dimension(0);
            return List.of(Shape.of(
                    x.dimension(0),
                    out,
                    extent(x.dimension(2), weight.dimension(2)),
                    extent(x.dimension(3), weight.dimension(3))));
        }

        private long extent(long in, long kernel) {
            long reach = (long) dilation * (kernel - 1);
            if (transposed) {
                return (in - 1) * stride - 2L * padding + reach + 1;
            }
            long room = in + 2L * padding - reach - 1;
            require(room >= 0, () -> "A kernel of " + kernel + " does not fit a map of " + in + " pixels.");
            return room / stride + 1;
        }

        @Override
        public long flops(Node node) {
            Shape weight = node.input(1).shape();
            Shape map = transposed ? node.input(0).shape() : node.output().shape();
            long positions = Math.multiplyExact(map.dimension(0), map.elements(2, 4));
            return matrixFlops(1, positions, weight.dimension(0), weight.elements(1, 4));
        }

        @Override
        public long gradientFlops(Node node, int index) {
            return index < 2 ? flops(node) : 0;
        }

        @Override
        public long elementwiseFlops(Node node) {
            return bias ? node.output().elements() : 0;
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.convolution(this, node);
        }
    }

    /** {@code a[..., m, k] · b[..., k, n]}, leading dimensions broadcast. */
    record MatrixProduct() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape a = inputs.get(0);
            Shape b = inputs.get(1);
            require(
                    a.rank() >= 2 && b.rank() >= 2 && a.dimension(-1) == b.dimension(-2),
                    () -> "The matrices " + a + " and " + b + " cannot be multiplied.");
            Shape batch =
                    Shape.broadcast(a.without(-1).without(-1), b.without(-1).without(-1));
            long[] result = new long[batch.rank() + 2];
            System.arraycopy(batch.toArray(), 0, result, 0, batch.rank());
            result[batch.rank()] = a.dimension(-2);
            result[batch.rank() + 1] = b.dimension(-1);
            return List.of(Shape.of(result));
        }

        @Override
        public long flops(Node node) {
            Shape out = node.output().shape();
            return matrixFlops(
                    out.elements(0, out.rank() - 2),
                    out.dimension(-2),
                    out.dimension(-1),
                    node.input(0).shape().dimension(-1));
        }

        @Override
        public long gradientFlops(Node node, int index) {
            return flops(node);
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.matrixProduct(this, node);
        }
    }

    /**
     * Scaled dot-product attention {@code softmax(q·k^T/sqrt(d) + bias)·v} of {@code q[b, h, n, d]},
     * {@code k[b, h, m, d]}, {@code v[b, h, m, e]}, and optionally a bias that broadcasts to
     * {@code [b, h, n, m]} and after it a mask {@code [w, n, m]} whose {@code w} windows repeat along the
     * batch, the same for all heads.
     *
     * @param scale where eager implementations apply 1/sqrt(d)
     * @param masking whether and how eager implementations hide later positions; counts as dense
     * @param dropout whether weights are zeroed at random while training
     */
    record Attention(ScalePlacement scale, Masking masking, boolean dropout) implements Operator {

        /** How eager implementations hide what comes later. */
        public enum Masking {
            /** Every position is seen. */
            NONE,
            /** Hidden scores are replaced by the lowest number (GPT-2 of transformers). */
            REPLACED,
            /** The bias holds the lowest number where a position is hidden (Llama of transformers). */
            ADDED,
            /** The same, and sums below the lowest number are raised to it (OPT of transformers). */
            ADDED_AND_RAISED
        }

        /** Without dropout, hidden scores replaced. */
        public Attention(ScalePlacement scale, boolean causal) {
            this(scale, causal ? Masking.REPLACED : Masking.NONE, false);
        }

        /** Whether positions see only those before them. */
        public boolean causal() {
            return masking != Masking.NONE;
        }

        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape q = inputs.get(0);
            Shape k = inputs.get(1);
            Shape v = inputs.get(2);
            require(
                    q.rank() == 4
                            && k.rank() == 4
                            && v.rank() == 4
                            && q.dimension(-1) == k.dimension(-1)
                            && k.dimension(-2) == v.dimension(-2)
                            && q.dimension(1) == k.dimension(1),
                    () -> "Attention cannot take the query " + q + ", key " + k + " and value " + v + ".");
            if (inputs.size() > 3) {
                Shape scores = q.with(-1, k.dimension(-2));
                require(
                        Shape.broadcast(inputs.get(3), scores).equals(scores),
                        () -> "The attention bias " + inputs.get(3) + " does not fit the scores " + scores + ".");
            }
            if (inputs.size() > 4) {
                Shape mask = inputs.get(4);
                require(
                        mask.rank() == 3
                                && q.dimension(0) % mask.dimension(0) == 0
                                && mask.dimension(1) == q.dimension(2)
                                && mask.dimension(2) == k.dimension(2),
                        () -> "The attention mask " + mask + " does not fit the query " + q + " and key " + k + ".");
            }
            return List.of(q.with(-1, v.dimension(-1)));
        }

        /** FLOPs of the scores product {@code q·k^T}. */
        public long scoreFlops(Node node) {
            Shape q = node.input(0).shape();
            return matrixFlops(
                    q.elements(0, 2), q.dimension(2), node.input(1).shape().dimension(2), q.dimension(3));
        }

        /** FLOPs of the product of the attention weights and the values. */
        public long valueFlops(Node node) {
            Shape q = node.input(0).shape();
            Shape v = node.input(2).shape();
            return matrixFlops(q.elements(0, 2), q.dimension(2), v.dimension(3), v.dimension(2));
        }

        /**
         * Of {@code flops} of this attention, forward or backward, those on positions that a causal mask hides: of
         * {@code n} queries and {@code m} keys, {@code n·(n-1)/2} of {@code n·m} pairs. The last query sees all keys.
         *
         * @return 0 without a causal mask, or if there are more queries than keys
         */
        public long maskedFlops(Node node, long flops) {
            long queries = node.input(0).shape().dimension(2);
            long keys = node.input(1).shape().dimension(2);
            if (!causal() || queries > keys) {
                return 0;
            }
            // Every product is a multiple of 2·n·m.
            return Math.multiplyExact(flops / 2 / (queries * keys), queries * (queries - 1));
        }

        /** Elements of the score matrices of all heads. */
        public long scoreElements(Node node) {
            Shape q = node.input(0).shape();
            return Math.multiplyExact(q.elements(0, 3), node.input(1).shape().dimension(2));
        }

        @Override
        public long flops(Node node) {
            return Math.addExact(scoreFlops(node), valueFlops(node));
        }

        @Override
        public long gradientFlops(Node node, int index) {
            boolean scores = node.input(0).requiresGradient() || node.input(1).requiresGradient();
            return switch (index) {
                        case 0, 1 -> scoreFlops(node);
                        // The gradient of the weights, which only query and key need, is a product with the values.
                        case 2 -> valueFlops(node);
                        default -> 0;
                    }
                    + (scores && index == (node.input(0).requiresGradient() ? 0 : 1) ? valueFlops(node) : 0);
        }

        @Override
        public long elementwiseFlops(Node node) {
            long scores = scoreElements(node);
            long scaled = scale == ScalePlacement.QUERY ? node.input(0).elements() : scores;
            return Math.addExact(scaled, Math.multiplyExact(5L + node.inputs().size() - 3, scores));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.attention(this, node);
        }
    }

    /** Softmax, or its logarithm, along one axis: maximum, subtract, exponential, sum, divide. */
    record Softmax(int axis, boolean logarithm) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            inputs.get(0).axis(axis);
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(5L, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.softmax(this, node);
        }
    }

    /** What statistics a normalization shares. */
    enum Statistics {
        /** Mean and variance of the trailing axis, per position. */
        LAYER,
        /** Root mean square of the trailing axis, per position. */
        ROOT_MEAN_SQUARE,
        /** Mean and variance per channel (axis 1) over the batch. */
        BATCH,
        /** Mean and variance per sample and group of channels. */
        GROUP
    }

    /**
     * Normalization of {@code x}, with scale and shift where {@code affine}.
     *
     * @param groups groups of channels for {@link Statistics#GROUP}, else 1
     */
    record Normalization(Statistics statistics, int groups, boolean affine) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(affine ? 8L : 6L, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.normalization(this, node);
        }
    }

    /**
     * A function of every element.
     *
     * @param inPlace whether the result is written over the operand where the framework can
     */
    record Unary(Function function, boolean inPlace) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(
                    (long) function.operations(), node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.unary(this, node);
        }
    }

    /**
     * Elementwise arithmetic of two tensors that broadcast.
     *
     * @param inPlace whether the result is written over the first operand where the framework can
     */
    record Binary(Arithmetic arithmetic, boolean inPlace) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(Shape.broadcast(inputs.get(0), inputs.get(1)));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return node.output().elements();
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.binary(this, node);
        }
    }

    /** Elementwise arithmetic with a constant. */
    record Scalar(Arithmetic arithmetic) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return node.output().elements();
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.scalar(this, node);
        }
    }

    /** The same elements in the same order under other dimensions. */
    record Reshape(Shape shape) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            require(
                    inputs.get(0).elements() == shape.elements(),
                    () -> "The shape " + inputs.get(0) + " cannot be reshaped to " + shape + ".");
            return List.of(shape);
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.reshape(this, node);
        }
    }

    /** The axes in another order: result axis {@code i} is operand axis {@code axes[i]}. */
    record Permute(List<Integer> axes) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            require(
                    axes.size() == x.rank() && axes.stream().distinct().count() == x.rank(),
                    () -> "The axes " + axes + " do not permute the shape " + x + ".");
            return List.of(Shape.of(axes.stream().mapToLong(x::dimension).toArray()));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.permute(this, node);
        }
    }

    /** The same elements laid out in memory in the order of the axes; a copy unless they already are. */
    record Contiguous() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.contiguous(this, node);
        }
    }

    /** Dimensions of 1 repeated to {@code shape}, without a copy. */
    record Expand(Shape shape) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            require(
                    Shape.broadcast(inputs.get(0), shape).equals(shape),
                    () -> "The shape " + inputs.get(0) + " does not expand to " + shape + ".");
            return List.of(shape);
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.expand(this, node);
        }
    }

    /** The positions {@code start} (inclusive) to {@code end} (exclusive) of an axis. */
    record Slice(int axis, long start, long end) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            require(
                    0 <= start && start < end && end <= x.dimension(axis),
                    () -> "The slice " + start + ":" + end + " is outside axis " + axis + " of " + x + ".");
            return List.of(x.with(axis, end - start));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.slice(this, node);
        }
    }

    /** One position of an axis, which disappears. */
    record Select(int axis, long position) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            require(
                    0 <= position && position < x.dimension(axis),
                    () -> "The position " + position + " is outside axis " + axis + " of " + x + ".");
            return List.of(x.without(axis));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.select(this, node);
        }
    }

    /** Every position of an axis, as results of their own. */
    record Unbind(int axis) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            Shape part = x.without(axis);
            return Collections.nCopies(Math.toIntExact(x.dimension(axis)), part);
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.unbind(this, node);
        }
    }

    /** An axis cut into {@code parts} of equal size. */
    record Split(int axis, int parts) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            require(
                    x.dimension(axis) % parts == 0,
                    () -> "Axis " + axis + " of " + x + " cannot be split into " + parts + " equal parts.");
            return Collections.nCopies(parts, x.with(axis, x.dimension(axis) / parts));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.split(this, node);
        }
    }

    /** Tensors joined along an axis they have, or, where {@code fresh}, along a new one. */
    record Concatenate(int axis, boolean fresh) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape first = inputs.get(0);
            if (fresh) {
                require(
                        inputs.stream().allMatch(first::equals),
                        () -> "The shapes " + inputs + " differ, so they cannot be stacked.");
                long[] result = new long[first.rank() + 1];
                for (int i = 0, j = 0; i < result.length; i++) {
                    result[i] = i == axis ? inputs.size() : first.dimension(j++);
                }
                return List.of(Shape.of(result));
            }
            long extent = 0;
            for (Shape input : inputs) {
                require(
                        input.rank() == first.rank() && input.with(axis, 1).equals(first.with(axis, 1)),
                        () -> "The shapes " + inputs + " cannot be joined along axis " + axis + ".");
                extent += input.dimension(axis);
            }
            return List.of(first.with(axis, extent));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.concatenate(this, node);
        }
    }

    /** Constant values added {@code before} and {@code after} each axis. */
    record Pad(List<Integer> before, List<Integer> after) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            long[] result = x.toArray();
            for (int i = 0; i < result.length; i++) {
                result[i] += before.get(i) + after.get(i);
            }
            return List.of(Shape.of(result));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.pad(this, node);
        }
    }

    /** Positions shifted around along the axes. */
    record Roll(List<Integer> axes) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.roll(this, node);
        }
    }

    /** Rows of a table {@code t[rows, ...]} picked by integers {@code i[...]}: {@code y[..., ...]}. */
    record Gather() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape table = inputs.get(0);
            Shape indices = inputs.get(1);
            long[] result = new long[indices.rank() + table.rank() - 1];
            System.arraycopy(indices.toArray(), 0, result, 0, indices.rank());
            System.arraycopy(table.toArray(), 1, result, indices.rank(), table.rank() - 1);
            return List.of(Shape.of(result));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.gather(this, node);
        }
    }

    /** The {@code rows} positions of {@code x[b, n, ...]} that a boolean mask {@code m[b, n]} marks. */
    record MaskedSelect(long rows) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            int masked = inputs.get(1).rank();
            long[] result = new long[x.rank() - masked + 1];
            result[0] = rows;
            System.arraycopy(x.toArray(), masked, result, 1, result.length - 1);
            require(
                    rows <= x.elements(0, masked),
                    () -> "A mask cannot select " + rows + " of " + x.elements(0, masked) + " positions.");
            return List.of(Shape.of(result));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.maskedSelect(this, node);
        }
    }

    /** {@code x[..., d]} with the positions a boolean mask {@code m[...]} marks set to {@code v[d]} or {@code v[1, d]}. */
    record MaskedReplace() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.maskedReplace(this, node);
        }
    }

    /** Axes reduced to one number, kept as 1 or removed. */
    record Reduce(Reduction reduction, List<Integer> axes, boolean keep) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            List<Integer> reduced = axes.stream().map(x::axis).toList();
            long[] result = new long[keep ? x.rank() : x.rank() - reduced.size()];
            for (int i = 0, j = 0; i < x.rank(); i++) {
                if (!reduced.contains(i)) {
                    result[j++] = x.dimension(i);
                } else if (keep) {
                    result[j++] = 1;
                }
            }
            return List.of(Shape.of(result));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return node.input(0).elements();
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.reduce(this, node);
        }
    }

    /** Vectors along the last axis divided by their Euclidean length. */
    record UnitLength() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(3L, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.unitLength(this, node);
        }
    }

    /** A weight {@code v[out, in]} rescaled so that each row has the length {@code g[out, 1]}. */
    record WeightNormalization() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(3L, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.weightNormalization(this, node);
        }
    }

    /** A map {@code x[n, c, h, w]} resampled to {@code height} by {@code width}. */
    record Resize(Interpolation interpolation, long height, long width) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0).with(2, height).with(3, width));
        }

        @Override
        public long elementwiseFlops(Node node) {
            int taps = switch (interpolation) {
                case NEAREST -> 0;
                case BILINEAR -> 4;
                case BICUBIC -> 16;
            };
            return Math.multiplyExact(2L * taps, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.resize(this, node);
        }
    }

    /** Square windows of a map {@code x[n, c, h, w]} pooled. */
    record Pool(Pooling pooling, int window, int stride, int padding) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            Shape x = inputs.get(0);
            return List.of(x.with(2, extent(x.dimension(2))).with(3, extent(x.dimension(3))));
        }

        private long extent(long in) {
            return (in + 2L * padding - window) / stride + 1;
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact((long) window * window, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.pool(this, node);
        }
    }

    /**
     * Elements, or where {@code samples} whole samples, zeroed at random while training, and the rest scaled up.
     *
     * @param samples whether whole samples are dropped
     * @param scalesOperand whether the operand is scaled before it is masked, instead of the mask
     */
    record Dropout(boolean samples, boolean scalesOperand) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(2L, node.output().elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.dropout(this, node);
        }
    }

    /** Mean cross-entropy of {@code x[n, classes]} with integer targets {@code t[n]}. */
    record CrossEntropy() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(Shape.of());
        }

        @Override
        public long elementwiseFlops(Node node) {
            return Math.multiplyExact(5L, node.input(0).elements());
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.crossEntropy(this, node);
        }
    }

    /** The elements as another kind: a mask as numbers. */
    record Convert(Tensor.ElementType type) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.convert(this, node);
        }
    }

    /** The operand without its gradient. */
    record Detach() implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(inputs.get(0));
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.detach(this, node);
        }
    }

    /** The positions of the elements along the last axis in order of size; integers. */
    record Sort(boolean greatestOnly) implements Operator {
        @Override
        public List<Shape> infer(List<Shape> inputs) {
            return List.of(greatestOnly ? inputs.get(0).without(-1) : inputs.get(0));
        }

        @Override
        public long elementwiseFlops(Node node) {
            return node.input(0).elements();
        }

        @Override
        public <R> R accept(OperatorVisitor<R> visitor, Node node) {
            return visitor.sort(this, node);
        }
    }

    /** FLOPs of {@code batch} products of an {@code m × k} and a {@code k × n} matrix: {@code 2·batch·m·n·k}. */
    static long matrixFlops(long batch, long m, long n, long k) {
        return Math.multiplyExact(Math.multiplyExact(2L, Math.multiplyExact(batch, m)), Math.multiplyExact(n, k));
    }

    private static void require(boolean condition, Supplier<String> message) {
        if (!condition) {
            throw new IllegalArgumentException(message.get());
        }
    }
}
