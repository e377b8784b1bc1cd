package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operands that do not fit their operator are refused, and the message names them. */
class OperatorRefusalsTest {
    private static final Attention ATTENTION = new Attention(ScalePlacement.QUERY, false);

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("misfits")
    void namesWhatDoesNotFit(Operator operator, List<Shape> operands, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> operator.infer(operands))
                .withMessage(message);
    }

    private static Stream<Arguments> misfits() {
        return Stream.of(
                misfit(
                        new Operator.Linear(true),
                        "A linear layer of weight [7, 6] cannot take the input [2, 5].",
                        "2,5",
                        "7,6",
                        "7"),
                misfit(
                        convolution(2),
                        "A convolution of weight [16, 4, 3, 3] and 2 groups cannot take the input [1, 4, 9, 9].",
                        "1,4,9,9",
                        "16,4,3,3"),
                misfit(
                        convolution(1),
                        "A convolution of weight [16, 4, 3, 3] and 1 groups cannot take the input [1, 4, 9].",
                        "1,4,9",
                        "16,4,3,3"),
                misfit(convolution(1), "A kernel of 4 does not fit a map of 3 pixels.", "1,2,3,3", "5,2,4,4"),
                product("4,5", "6,5"),
                product("5", "5,6"),
                product("4,5", "5"),
                attention("2,3,4,8", "2,3,5,9", "2,3,5,7"),
                attention("2,3,4,8", "2,3,5,8", "2,3,6,7"),
                attention("2,3,4,8", "2,1,5,8", "2,3,5,7"),
                attention("3,4,8", "2,3,5,8", "2,3,5,7"),
                attention("2,3,4,8", "3,5,8", "2,3,5,7"),
                attention("2,3,4,8", "2,3,5,8", "3,5,7"),
                misfit(
                        ATTENTION,
                        "The attention bias [2, 2, 3, 4, 5] does not fit the scores [2, 3, 4, 5].",
                        "2,3,4,8",
                        "2,3,5,8",
                        "2,3,5,7",
                        "2,2,3,4,5"),
                mask("4,5"),
                mask("3,4,5"),
                mask("2,5,5"),
                mask("2,4,4"),
                misfit(new Operator.Softmax(2, false), "The axis 2 is outside the shape [2, 3].", "2,3"),
                misfit(new Operator.Softmax(-3, false), "The axis -3 is outside the shape [2, 3].", "2,3"),
                misfit(new Operator.Reshape(Shape.of(4, 2)), "The shape [2, 3] cannot be reshaped to [4, 2].", "2,3"),
                misfit(new Operator.Permute(List.of(0, 0)), "The axes [0, 0] do not permute the shape [2, 3].", "2,3"),
                misfit(new Operator.Permute(List.of(0)), "The axes [0] do not permute the shape [2, 3].", "2,3"),
                misfit(new Operator.Expand(Shape.of(1, 3)), "The shape [2, 3] does not expand to [1, 3].", "2,3"),
                slice(-1, 2),
                slice(2, 2),
                slice(1, 4),
                select(-1),
                select(3),
                misfit(new Operator.Split(1, 2), "Axis 1 of [2, 3] cannot be split into 2 equal parts.", "2,3"),
                misfit(
                        new Operator.Concatenate(0, true),
                        "The shapes [[2, 3], [2, 4]] differ, so they cannot be stacked.",
                        "2,3",
                        "2,4"),
                misfit(
                        new Operator.Concatenate(1, false),
                        "The shapes [[2, 3], [3, 3]] cannot be joined along axis 1.",
                        "2,3",
                        "3,3"),
                misfit(
                        new Operator.Concatenate(1, false),
                        "The shapes [[2, 3], [2]] cannot be joined along axis 1.",
                        "2,3",
                        "2"),
                misfit(new Operator.MaskedSelect(7), "A mask cannot select 7 of 6 positions.", "2,3,4", "2,3"));
    }

    private static Operator convolution(int groups) {
        return new Operator.Convolution(1, 0, 1, groups, false, false);
    }

    private static Arguments product(String a, String b) {
        return misfit(
                new Operator.MatrixProduct(),
                "The matrices " + shape(a) + " and " + shape(b) + " cannot be multiplied.",
                a,
                b);
    }

    private static Arguments attention(String query, String key, String value) {
        return misfit(
                ATTENTION,
                "Attention cannot take the query " + shape(query) + ", key " + shape(key) + " and value " + shape(value)
                        + ".",
                query,
                key,
                value);
    }

    private static Arguments mask(String mask) {
        return misfit(
                ATTENTION,
                "The attention mask " + shape(mask) + " does not fit the query [2, 3, 4, 8] and key [2, 3, 5, 8].",
                "2,3,4,8",
                "2,3,5,8",
                "2,3,5,7",
                "1,1,4,5",
                mask);
    }

    private static Arguments slice(long start, long end) {
        return misfit(
                new Operator.Slice(1, start, end),
                "The slice " + start + ":" + end + " is outside axis 1 of [2, 3].",
                "2,3");
    }

    private static Arguments select(long position) {
        return misfit(
                new Operator.Select(1, position), "The position " + position + " is outside axis 1 of [2, 3].", "2,3");
    }

    private static Arguments misfit(Operator operator, String message, String... operands) {
        return arguments(operator, OperatorShapesTest.shapes(operands), message);
    }

    private static Shape shape(String dimensions) {
        return OperatorShapesTest.shapes(dimensions).get(0);
    }
}
