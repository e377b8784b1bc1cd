package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.core.graph.Tensor.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every operator makes of small operands, computed by hand: the shapes of its results, the FLOPs of its matrix
 * products and its elementwise operations.
 */
class OperatorShapesTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void followsFromTheOperands(Operator operator, List<Shape> operands, List<Shape> results, long flops, long others) {
        assertThat(operator.infer(operands)).isEqualTo(results);
        Node node = node(operator, operands, results);
        assertThat(operator.flops(node)).as("matrix products").isEqualTo(flops);
        assertThat(operator.elementwiseFlops(node)).as("elementwise").isEqualTo(others);
    }

    @Test
    void everyOperatorHasAnExample() {
        Set<Class<?>> shown = examples().map(each -> each.get()[0].getClass()).collect(Collectors.toSet());
        assertThat(shown).containsExactlyInAnyOrder(Operator.class.getPermittedSubclasses());
    }

    private static Stream<Arguments> examples() {
        return Stream.of(
                // 2 · 10 rows · 7 · 6, and a bias of 7 for each row
                example(new Operator.Linear(true), shapes("2,5,6", "7,6", "7"), shapes("2,5,7"), 840, 70),
                example(new Operator.Linear(false), shapes("2,5,6", "7,6"), shapes("2,5,7"), 840, 0),
                // Rows (11 + 2 - 2·2 - 1) / 2 + 1, columns (13 + 2 - 2·4 - 1) / 2 + 1; 2 · 40 positions · 16 · 4·3·5
                example(
                        new Operator.Convolution(2, 1, 2, 2, false, true),
                        shapes("2,8,11,13", "16,4,3,5", "16"),
                        shapes("2,16,5,4"),
                        76_800,
                        640),
                example(
                        new Operator.Convolution(1, 0, 1, 1, false, false),
                        shapes("1,2,3,4", "5,2,3,4"),
                        shapes("1,5,1,1"),
                        240,
                        0),
                // Rows (5 - 1)·3 - 2·2 + 2·2 + 1, columns (4 - 1)·3 - 2·2 + 2·2 + 1; 2 · 20 positions · 6 · 4·3·3
                example(
                        new Operator.Convolution(3, 2, 2, 2, true, true),
                        shapes("1,6,5,4", "6,4,3,3", "8"),
                        shapes("1,8,13,10"),
                        8640,
                        1040),
                // 2 · 6 products · 4 · 6 · 5
                example(new Operator.MatrixProduct(), shapes("3,1,4,5", "2,5,6"), shapes("3,2,4,6"), 1440, 0),
                example(new Operator.MatrixProduct(), shapes("4,5", "5,6"), shapes("4,6"), 240, 0),
                // 2·3 heads of 4 × 5 scores over 8: 2 · 6 · 20 · 8, values of 7: 2 · 6 · 20 · 7. Elementwise: 192
                // elements of the query scaled, or 120 scores; 5 of softmax; the bias and the mask one addition each.
                example(
                        new Attention(ScalePlacement.QUERY, false),
                        shapes("2,3,4,8", "2,3,5,8", "2,3,5,7"),
                        shapes("2,3,4,7"),
                        1920 + 1680,
                        192 + 5 * 120),
                example(
                        new Attention(ScalePlacement.SCORES, false),
                        shapes("2,3,4,8", "2,3,5,8", "2,3,5,7", "3,4,5"),
                        shapes("2,3,4,7"),
                        1920 + 1680,
                        120 + 6 * 120),
                example(
                        new Attention(ScalePlacement.SCORES, true),
                        shapes("2,3,4,8", "2,3,5,8", "2,3,5,7", "1,3,4,5", "2,4,5"),
                        shapes("2,3,4,7"),
                        1920 + 1680,
                        120 + 7 * 120),
                // Maximum, difference, exponential, sum, quotient
                example(new Operator.Softmax(-1, false), shapes("2,3"), shapes("2,3"), 0, 5 * 6),
                example(new Operator.Normalization(Statistics.LAYER, 1, false), shapes("2,3"), shapes("2,3"), 0, 6 * 6),
                example(
                        new Operator.Normalization(Statistics.LAYER, 1, true),
                        shapes("2,3", "3", "3"),
                        shapes("2,3"),
                        0,
                        (6 + 2) * 6),
                example(new Operator.Unary(Function.CUBE, false), shapes("2,3"), shapes("2,3"), 0, 2 * 6),
                example(new Operator.Binary(Arithmetic.ADD, false), shapes("2,1,3", "4,1"), shapes("2,4,3"), 0, 24),
                example(new Operator.Scalar(Arithmetic.DIVIDE), shapes("2,3"), shapes("2,3"), 0, 6),
                example(new Operator.Reshape(Shape.of(3, 4)), shapes("2,6"), shapes("3,4"), 0, 0),
                example(new Operator.Permute(List.of(2, 0, 1)), shapes("2,3,4"), shapes("4,2,3"), 0, 0),
                example(new Operator.Contiguous(), shapes("2,3"), shapes("2,3"), 0, 0),
                example(new Operator.Expand(Shape.of(2, 5, 3)), shapes("5,1"), shapes("2,5,3"), 0, 0),
                example(new Operator.Slice(1, 0, 3), shapes("2,3,4"), shapes("2,3,4"), 0, 0),
                example(new Operator.Slice(-1, 1, 3), shapes("2,3,4"), shapes("2,3,2"), 0, 0),
                example(new Operator.Select(1, 0), shapes("2,3,4"), shapes("2,4"), 0, 0),
                example(new Operator.Select(-3, 1), shapes("2,3,4"), shapes("3,4"), 0, 0),
                example(new Operator.Unbind(0), shapes("3,2,4"), shapes("2,4", "2,4", "2,4"), 0, 0),
                example(new Operator.Split(1, 3), shapes("2,6"), shapes("2,2", "2,2", "2,2"), 0, 0),
                example(new Operator.Concatenate(1, false), shapes("2,3,4", "2,5,4"), shapes("2,8,4"), 0, 0),
                example(new Operator.Concatenate(1, true), shapes("2,5,7", "2,5,7", "2,5,7"), shapes("2,3,5,7"), 0, 0),
                example(new Operator.Pad(List.of(0, 1), List.of(2, 3)), shapes("4,5"), shapes("6,9"), 0, 0),
                example(new Operator.Roll(List.of(1)), shapes("4,5"), shapes("4,5"), 0, 0),
                example(new Operator.Gather(), shapes("10,4,3", "2,5"), shapes("2,5,4,3"), 0, 0),
                example(new Operator.MaskedSelect(10), shapes("2,5,4,3", "2,5"), shapes("10,4,3"), 0, 0),
                example(new Operator.MaskedReplace(), shapes("2,5,4", "2,5", "4"), shapes("2,5,4"), 0, 0),
                example(new Operator.Reduce(Reduction.SUM, List.of(1), true), shapes("2,3,4"), shapes("2,1,4"), 0, 24),
                example(new Operator.Reduce(Reduction.MAX, List.of(-1, 0), false), shapes("2,3,4"), shapes("3"), 0, 24),
                // Square, sum, quotient
                example(new Operator.UnitLength(), shapes("2,3"), shapes("2,3"), 0, 3 * 6),
                example(new Operator.WeightNormalization(), shapes("2,3", "2,1"), shapes("2,3"), 0, 3 * 6),
                // A product and a sum for each of 1, 2·2 or 4·4 pixels
                example(new Operator.Resize(Interpolation.NEAREST, 6, 4), shapes("1,2,3,4"), shapes("1,2,6,4"), 0, 0),
                example(
                        new Operator.Resize(Interpolation.BILINEAR, 6, 5),
                        shapes("1,2,3,4"),
                        shapes("1,2,6,5"),
                        0,
                        2 * 4 * 60),
                example(
                        new Operator.Resize(Interpolation.BICUBIC, 6, 5),
                        shapes("1,2,3,4"),
                        shapes("1,2,6,5"),
                        0,
                        2 * 16 * 60),
                example(new Operator.Pool(Pooling.MAX, 3, 2, 1), shapes("1,2,12,9"), shapes("1,2,6,5"), 0, 9 * 60),
                example(new Operator.Pool(Pooling.AVERAGE, 2, 2, 0), shapes("1,2,2,5"), shapes("1,2,1,2"), 0, 4 * 4),
                // Masked and scaled
                example(new Operator.Dropout(false, false), shapes("2,3"), shapes("2,3"), 0, 2 * 6),
                example(new Operator.CrossEntropy(), shapes("2,3", "2"), List.of(Shape.of()), 0, 5 * 6),
                example(new Operator.Convert(ElementType.REAL), shapes("2,3"), shapes("2,3"), 0, 0),
                example(new Operator.Detach(), shapes("2,3"), shapes("2,3"), 0, 0),
                example(new Operator.Sort(false), shapes("2,3"), shapes("2,3"), 0, 6),
                example(new Operator.Sort(true), shapes("2,3"), shapes("2"), 0, 6));
    }

    /** The formulas build on one another: sigmoid(x), x · sigmoid(x), x · sigmoid(c · x). */
    @Test
    void aFunctionOfAFunctionCountsBoth() {
        assertThat(Function.SILU.operations()).isEqualTo(Function.SIGMOID.operations() + 1);
        assertThat(Function.QUICK_GELU.operations()).isEqualTo(Function.SILU.operations() + 1);
        assertThat(Function.CUBE.operations()).isEqualTo(Function.SQUARE.operations() + 1);
    }

    private static Arguments example(
            Operator operator, List<Shape> operands, List<Shape> results, long flops, long elementwise) {
        return arguments(operator, operands, results, flops, elementwise);
    }

    /** Shapes written as their dimensions, {@code "2,3,4"}. */
    static List<Shape> shapes(String... dimensions) {
        return Stream.of(dimensions)
                .map(each -> Shape.of(Arrays.stream(each.split(","))
                        .mapToLong(Long::parseLong)
                        .toArray()))
                .toList();
    }

    private static Node node(Operator operator, List<Shape> operands, List<Shape> results) {
        return new Node(operator, tensors(operands), tensors(results), "");
    }

    private static List<Tensor> tensors(List<Shape> shapes) {
        return shapes.stream()
                .map(shape -> new Tensor("", shape, Role.RESULT, ElementType.REAL, true))
                .toList();
    }
}
