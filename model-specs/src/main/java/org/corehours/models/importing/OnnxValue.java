package org.corehours.models.importing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * A value while an ONNX graph is read: a tensor, or a constant that becomes one when an operator needs it so. Small
 * constants, and whole numbers computed of shapes, are known by value.
 */
final class OnnxValue {

    private final String name;
    private final long[] dimensions;
    private final ElementType type;
    private final boolean weight;
    private final long @Nullable [] integers;
    private final double @Nullable [] reals;
    private @Nullable Tensor tensor;
    private @Nullable Tensor flipped;

    private OnnxValue(
            String name,
            long[] dimensions,
            ElementType type,
            boolean weight,
            long @Nullable [] integers,
            double @Nullable [] reals,
            @Nullable Tensor tensor) {
        this.name = name;
        this.dimensions = dimensions;
        this.type = type;
        this.weight = weight;
        this.integers = integers;
        this.reals = reals;
        this.tensor = tensor;
    }

    static OnnxValue of(Tensor tensor) {
        return new OnnxValue("", tensor.shape().toArray(), tensor.type(), false, null, null, tensor);
    }

    /** Whole numbers or flags known by value. */
    static OnnxValue known(ElementType type, long[] dimensions, long[] values) {
        return new OnnxValue("known", dimensions, type, false, values, null, null);
    }

    /** Numbers known by value. */
    static OnnxValue known(long[] dimensions, double[] values) {
        return new OnnxValue("known", dimensions, ElementType.REAL, false, null, values, null);
    }

    /**
     * A constant of the file.
     *
     * @param weight whether it is trained: a weight, unless it is a single number
     */
    static OnnxValue constant(String name, OnnxGraph.OnnxConstant constant, boolean weight) {
        long[] dimensions =
                constant.dimensions().stream().mapToLong(Long::longValue).toArray();
        return new OnnxValue(
                name,
                dimensions,
                constant.type(),
                weight
                        && constant.type() == ElementType.REAL
                        && Arrays.stream(dimensions).reduce(1, Math::multiplyExact) > 1,
                constant.integers().map(OnnxValue::longs).orElse(null),
                constant.reals()
                        .map(values ->
                                values.stream().mapToDouble(Double::doubleValue).toArray())
                        .orElse(null),
                null);
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    long[] dimensions() {
        return dimensions.clone();
    }

    int rank() {
        return dimensions.length;
    }

    long elements() {
        return Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
    }

    ElementType type() {
        return type;
    }

    boolean isWeight() {
        return weight;
    }

    /** Whether this is a single number that is the same in every step. */
    boolean isSingleConstant() {
        return tensor == null && !weight && elements() == 1;
    }

    Optional<long[]> integers() {
        return Optional.ofNullable(integers);
    }

    Optional<double[]> reals() {
        return Optional.ofNullable(reals);
    }

    /** The value in the graph. */
    Tensor tensor(GraphBuilder b) {
        if (tensor == null) {
            tensor = weight
                    ? flipped != null
                            ? b.apply(new Operator.Permute(List.of(1, 0)), flipped)
                            : b.parameter(name, dimensions)
                    : switch (type) {
                        case REAL -> b.input(name, dimensions);
                        case INTEGER -> b.integers(name, dimensions);
                        case BOOLEAN -> b.booleans(name, dimensions);
                    };
        }
        return tensor;
    }

    /** A weight of two dimensions in the other order, as linear layers hold it: {@code [out, in]}. */
    Tensor flipped(GraphBuilder b) {
        if (flipped == null) {
            flipped = tensor == null
                    ? b.parameter(name, dimensions[1], dimensions[0])
                    : b.apply(new Operator.Permute(List.of(1, 0)), tensor);
        }
        return flipped;
    }

    /** This weight's transpose, whose other order is this weight. */
    OnnxValue transposed(GraphBuilder b) {
        Tensor own = tensor(b);
        OnnxValue result = new OnnxValue(name, new long[] {dimensions[1], dimensions[0]}, type, true, null, null, null);
        result.flipped = own;
        return result;
    }
}
