package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.core.graph.Tensor.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each word of the builder writes the operator it names, on the operands it was given. */
class GraphBuilderTest {
    private GraphBuilder b;
    private Tensor x;

    @BeforeEach
    void start() {
        b = new GraphBuilder("model", 3);
        x = b.differentiableInput("x", 2, 6, 4, 4);
    }

    @Test
    void keepsNameBatchAndResults() {
        Tensor y = b.relu(x);
        Graph graph = b.build(y);
        assertThat(graph.name()).isEqualTo("model");
        assertThat(graph.batch()).isEqualTo(3).isEqualTo(b.batch());
        assertThat(graph.results()).containsExactly(y);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GraphBuilder("none", 0))
                .withMessage("The batch (0) must be at least 1.");
        assertThat(new GraphBuilder("one", 1).batch()).isOne();
    }

    @Test
    void tensorsOfOneNameAndShapeAreStillTwo() {
        assertThat(b.input("x", 2)).isNotEqualTo(b.input("x", 2));
    }

    @Test
    void writesArithmetic() {
        assertWritten(b.relu(x), new Operator.Unary(Function.RELU, false), x);
        assertWritten(b.reluInPlace(x), new Operator.Unary(Function.RELU, true), x);
        assertWritten(b.gelu(x), new Operator.Unary(Function.GELU, false), x);
        assertWritten(b.unary(Function.TANH, x), new Operator.Unary(Function.TANH, false), x);
        assertWritten(b.add(x, x), new Operator.Binary(Arithmetic.ADD, false), x, x);
        assertWritten(b.addInPlace(x, x), new Operator.Binary(Arithmetic.ADD, true), x, x);
        assertWritten(b.multiply(x, x), new Operator.Binary(Arithmetic.MULTIPLY, false), x, x);
        assertWritten(b.binary(Arithmetic.MAXIMUM, x, x), new Operator.Binary(Arithmetic.MAXIMUM, false), x, x);
        assertWritten(b.scalar(Arithmetic.DIVIDE, x), new Operator.Scalar(Arithmetic.DIVIDE), x);
        assertWritten(b.softmax(x, 1), new Operator.Softmax(1, false), x);
        assertWritten(b.unitLength(x), new Operator.UnitLength(), x);
        assertWritten(
                b.reduce(Reduction.MEAN, x, true, 2, 3), new Operator.Reduce(Reduction.MEAN, List.of(2, 3), true), x);
        assertWritten(b.matrixProduct(x, x), new Operator.MatrixProduct(), x, x);
    }

    @Test
    void writesChangesOfShape() {
        assertWritten(b.reshape(x, 12, 16), new Operator.Reshape(Shape.of(12, 16)), x);
        assertWritten(b.permute(x, 0, 2, 3, 1), new Operator.Permute(List.of(0, 2, 3, 1)), x);
        assertWritten(b.contiguous(x), new Operator.Contiguous(), x);
        assertWritten(b.expand(x, 5, 2, 6, 4, 4), new Operator.Expand(Shape.of(5, 2, 6, 4, 4)), x);
        assertWritten(b.slice(x, 1, 2, 5), new Operator.Slice(1, 2, 5), x);
        assertWritten(b.select(x, 1, 2), new Operator.Select(1, 2), x);
        assertWritten(b.concatenate(1, x, x), new Operator.Concatenate(1, false), x, x);
        assertThat(b.split(x, 1, 3))
                .hasSize(3)
                .allSatisfy(part -> assertThat(part.shape()).isEqualTo(Shape.of(2, 2, 4, 4)));
        assertThat(b.unbind(x, 0)).hasSize(2);
        Tensor indices = b.integers("i", 7);
        assertWritten(b.gather(x, indices), new Operator.Gather(), x, indices);
    }

    @Test
    void writesAttention() {
        Tensor bias = b.input("bias", 4, 4);
        assertWritten(
                b.attention(ScalePlacement.SCORES, x, x, x),
                new Operator.Attention(ScalePlacement.SCORES, false),
                x,
                x,
                x);
        assertWritten(
                b.attention(ScalePlacement.QUERY, x, x, x, bias),
                new Operator.Attention(ScalePlacement.QUERY, false),
                x,
                x,
                x,
                bias);
    }

    @Test
    void writesLossesAndWhatIsDropped() {
        Tensor logits = b.input("logits", 5, 10);
        Tensor labels = b.integers("labels", 5);
        assertWritten(b.crossEntropy(logits, labels), new Operator.CrossEntropy(), logits, labels);
        assertWritten(b.dropPath(x, 0.1), new Operator.Dropout(true, false), x);
        assertWritten(b.dropPath(x, 0.1, true), new Operator.Dropout(true, true), x);
        assertThat(b.dropPath(x, 0)).isSameAs(x);
    }

    @Test
    void normsHaveTheirParameters() {
        assertWritten(
                b.layerNorm("layer", x),
                new Operator.Normalization(Statistics.LAYER, 1, true),
                x,
                b.parameterNamed("layer.weight"),
                b.parameterNamed("layer.bias"));
        assertWritten(
                b.batchNorm("batch", x),
                new Operator.Normalization(Statistics.BATCH, 1, true),
                x,
                b.parameterNamed("batch.weight"),
                b.parameterNamed("batch.bias"));
        assertWritten(
                b.groupNorm("group", x, 3),
                new Operator.Normalization(Statistics.GROUP, 3, true),
                x,
                b.parameterNamed("group.weight"),
                b.parameterNamed("group.bias"));
        assertWritten(
                b.rootMeanSquareNorm("rms", x),
                new Operator.Normalization(Statistics.ROOT_MEAN_SQUARE, 1, true),
                x,
                b.parameterNamed("rms.weight"));
        assertThat(b.build(x).parameters())
                .extracting(Parameter::name, Parameter::elements)
                .containsExactly(
                        tuple("layer.weight", 4L),
                        tuple("layer.bias", 4L),
                        tuple("batch.weight", 6L),
                        tuple("batch.bias", 6L),
                        tuple("group.weight", 6L),
                        tuple("group.bias", 6L),
                        tuple("rms.weight", 4L));
    }

    @Test
    void convolutionsWithoutBiasHaveOneParameter() {
        b.convolution("plain", x, 8, 3, 1, 1, 2, false);
        b.convolution("biased", x, 8, 3, 1, 1, 2, true);
        assertThat(b.build(x).parameters())
                .extracting(parameter -> parameter.tensor().shape())
                .containsExactly(Shape.of(8, 3, 3, 3), Shape.of(8, 3, 3, 3), Shape.of(8));
    }

    @Test
    void resultsHaveTheTypeOfTheirOperator() {
        Tensor mask = b.booleans("mask", 2, 5);
        Tensor ids = b.integers("ids", 2, 5);
        assertThat(mask.type()).isEqualTo(ElementType.BOOLEAN);
        assertThat(b.reduce(Reduction.SUM, mask, false, 1).type()).isEqualTo(ElementType.INTEGER);
        assertThat(b.reduce(Reduction.SUM, x, false, 1).type()).isEqualTo(ElementType.REAL);
        assertThat(b.reshape(mask, 10).type()).isEqualTo(ElementType.BOOLEAN);
        assertThat(b.scalar(Arithmetic.MULTIPLY, ids).type()).isEqualTo(ElementType.REAL);
        assertThat(b.apply(new Operator.Convert(ElementType.REAL), mask).type()).isEqualTo(ElementType.REAL);
        Tensor order = b.apply(new Operator.Sort(false), x);
        assertThat(order.type()).isEqualTo(ElementType.INTEGER);
        assertThat(order.requiresGradient()).isFalse();
        assertThat(b.gather(x, ids).requiresGradient()).isTrue();
        assertThat(b.gather(b.input("table", 9, 4), ids).requiresGradient()).isFalse();
    }

    @Test
    void passesHaveTheirNameGradientAndPrecision() {
        b.relu(x);
        b.fullPrecisionSection("exact");
        b.relu(x);
        b.section("teacher", false);
        b.relu(x);
        b.section("empty", true);
        b.section("student", true);
        assertThat(b.build(b.relu(x)).sections())
                .extracting(Section::name, Section::gradient, Section::fullPrecision)
                .containsExactly(
                        tuple("forward", true, false),
                        tuple("exact", false, true),
                        tuple("teacher", false, false),
                        tuple("student", true, false));
    }

    @Test
    void aWeightNeedsAGradientOnlyInPassesThatHaveOne() {
        Tensor trained = b.parameter("w", 2);
        b.section("teacher", false);
        Tensor read = b.parameter("w", 2);
        assertThat(trained.requiresGradient()).isTrue();
        assertThat(read.requiresGradient()).isFalse();
        assertThat(b.parameter("new", 2).requiresGradient()).isFalse();
        assertThat(read.role()).isEqualTo(Role.PARAMETER);
        b.section("student", true);
        assertThat(b.parameter("w", 2)).isSameAs(trained);
        assertThat(b.parameter("new", 2).requiresGradient())
                .as("what was first met without a gradient is not trained")
                .isFalse();
        Tensor still = b.frozen(() -> b.parameter("still", 2));
        assertThat(b.parameter("still", 2)).isSameAs(still);
        assertThat(b.build(x).parameters())
                .extracting(Parameter::name, Parameter::trainable)
                .containsExactly(tuple("w", true), tuple("new", false), tuple("still", false));
    }

    @Test
    void aParameterOfOneNameHasOneNumberOfCopies() {
        b.repeat("block", 3, b.input("tokens", 5), carried -> {
            b.parameter("w", 5);
            return carried;
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> b.module("block.*", () -> b.parameter("w", 5)))
                .withMessage("The parameter block.*.w has the shape [5] (3 copies) and cannot have [5] (1 copies) as"
                        + " well.");
    }

    @Test
    void aBlockIsAppliedAtLeastOnceAndCarriesAsManyValuesOn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> b.repeat("block", 0, x, b::relu))
                .withMessage("The block block must be applied at least once, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> b.repeat("block", 2, List.of(x), carried -> List.of(x, x)))
                .withMessage("The repeated block block turns [[2, 6, 4, 4]] into [[2, 6, 4, 4], [2, 6, 4, 4]]; both"
                        + " must be the same.");
    }

    /** The tensor's node is the last written: it reads the operands and stands where the builder was. */
    private void assertWritten(Tensor made, Operator operator, Tensor... operands) {
        List<Element> elements = lastSection();
        Node last = (Node) elements.get(elements.size() - 1);
        assertThat(last.operator()).isEqualTo(operator);
        assertThat(last.inputs()).containsExactly(operands);
        assertThat(last.output()).isSameAs(made);
    }

    private List<Element> lastSection() {
        List<Section> sections = b.build().sections();
        return sections.get(sections.size() - 1).elements();
    }
}
