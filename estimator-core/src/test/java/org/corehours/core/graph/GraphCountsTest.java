package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts follow from shapes, whatever way a graph is written. */
class GraphCountsTest {
    private static final int WIDTH = 6;
    private static final long TOKENS = 5;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17})
    void repeatingCountsAsMuchAsWritingCopies(int times) {
        GraphBuilder repeated = new GraphBuilder("repeated", 2);
        Graph once = repeated.build(repeated.repeat("block", times, tokens(repeated), x -> block(repeated, x)));

        GraphBuilder written = new GraphBuilder("written", 2);
        Tensor x = tokens(written);
        for (int i = 0; i < times; i++) {
            Tensor in = x;
            x = written.module("block" + i, () -> block(written, in));
        }
        Graph copies = written.build(x);

        assertThat(once.parameterCount()).isEqualTo(copies.parameterCount());
        assertThat(once.flops().forwardByCategory()).isEqualTo(copies.flops().forwardByCategory());
        assertThat(once.flops().trainingByCategory()).isEqualTo(copies.flops().trainingByCategory());
        assertThat(once.flops().elementwiseFlops()).isEqualTo(copies.flops().elementwiseFlops());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void iteratingKeepsTheWeights(int times) {
        GraphBuilder iterated = new GraphBuilder("iterated", 2);
        Graph graph = iterated.build(iterated.iterate("block", times, tokens(iterated), x -> block(iterated, x)));
        GraphBuilder single = new GraphBuilder("single", 2);
        Graph one = single.build(block(single, tokens(single)));

        assertThat(graph.parameterCount()).isEqualTo(one.parameterCount());
        assertThat(graph.flops().forwardFlops()).isEqualTo(times * one.flops().forwardFlops());
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 7, 100})
    void countsAreLinearInTheBatch(long batch) {
        assertThat(chain(batch).flops().trainingFlops())
                .isEqualTo(batch * chain(1).flops().trainingFlops());
        assertThat(chain(batch).parameterCount()).isEqualTo(chain(1).parameterCount());
    }

    @Test
    void trainingIsThreeTimesForwardLessTheGradientOfTheInput() {
        GraphBuilder b = new GraphBuilder("two", 3);
        Tensor hidden = b.linear("first", b.input("x", 3, 10), 20);
        Graph graph = b.build(b.linear("second", hidden, 30, false));
        long first = 2 * 3 * 10 * 20;
        long second = 2 * 3 * 20 * 30;
        assertThat(graph.flops().forwardFlops()).isEqualTo(first + second);
        assertThat(graph.flops().trainingFlops()).isEqualTo(3 * (first + second) - first);
        assertThat(graph.flops().trainingByCategory())
                .containsEntry(Category.ADDMM, first)
                .containsEntry(Category.MM, first + 3 * second);
    }

    @Test
    void inputWhoseGradientIsWantedCostsIt() {
        GraphBuilder b = new GraphBuilder("one", 3);
        Graph graph = b.build(b.linear("only", b.differentiableInput("x", 3, 10), 20));
        assertThat(graph.flops().trainingFlops()).isEqualTo(3 * graph.flops().forwardFlops());
    }

    @Test
    void gradientStopsAtADetachedTensor() {
        GraphBuilder b = new GraphBuilder("detached", 3);
        Tensor hidden = b.linear("first", b.input("x", 3, 10), 20);
        Graph graph = b.build(b.linear("second", b.detach(hidden), 30));
        long second = 2 * 3 * 20 * 30;
        assertThat(graph.flops().backwardFlops()).isEqualTo(second);
        assertThat(graph.differentiates(hidden)).isFalse();
    }

    @Test
    void frozenWeightsGetNoGradientButPassOneOn() {
        GraphBuilder b = new GraphBuilder("frozen", 3);
        Tensor hidden = b.linear("first", b.input("x", 3, 10), 20);
        Tensor out = b.frozen(() -> b.linear("second", hidden, 30));
        Graph graph = b.build(out);
        long first = 2 * 3 * 10 * 20;
        long second = 2 * 3 * 20 * 30;
        assertThat(graph.flops().backwardFlops()).isEqualTo(first + second);
        assertThat(graph.trainableParameterCount()).isEqualTo(10 * 20 + 20);
        assertThat(graph.parameterCount()).isEqualTo(10 * 20 + 20 + 20 * 30 + 30);
    }

    @Test
    void passWithoutGradientSharesWeightsAndCostsNoBackward() {
        GraphBuilder b = new GraphBuilder("shared", 3);
        Tensor x = b.input("x", 3, 10);
        Tensor trained = b.linear("layer", x, 20);
        b.section("teacher", false);
        b.linear("layer", x, 20);
        Graph graph = b.build(trained);
        long forward = 2 * 3 * 10 * 20;
        assertThat(graph.parameterCount()).isEqualTo(10 * 20 + 20);
        assertThat(graph.flops().forwardFlops()).isEqualTo(2 * forward);
        assertThat(graph.flops().forwardFlops("teacher")).isEqualTo(forward);
        assertThat(graph.flops().backwardFlops("teacher")).isZero();
        assertThat(graph.flops().backwardFlops()).isEqualTo(forward);
    }

    @Test
    void workThatNoResultNeedsIsNotDifferentiated() {
        GraphBuilder b = new GraphBuilder("aside", 3);
        Tensor x = b.linear("main", b.input("x", 3, 10), 20);
        b.linear("aside", x, 1000);
        Graph graph = b.build(b.linear("end", x, 5));
        long main = 2 * 3 * 10 * 20;
        long end = 2 * 3 * 20 * 5;
        assertThat(graph.flops().backwardFlops()).isEqualTo(main + 2 * end);
    }

    @Test
    void groupedConvolutionDividesItsWork() {
        long whole = convolution(1).forwardFlops();
        assertThat(convolution(4).forwardFlops()).isEqualTo(whole / 4);
        assertThat(convolution(4).trainingFlops()).isEqualTo(convolution(1).trainingFlops() / 4);
    }

    @Test
    void transposedConvolutionCostsAsMuchAsTheOneItUndoes() {
        GraphBuilder down = new GraphBuilder("down", 1);
        Graph reducing = down.build(down.convolution("c", down.input("x", 1, 8, 16, 16), 12, 4, 2, 1, 1, true));
        GraphBuilder up = new GraphBuilder("up", 1);
        Tensor grown = up.transposedConvolution("c", up.input("x", 1, 12, 8, 8), 8, 4, 2, 1);
        assertThat(grown.shape()).isEqualTo(Shape.of(1, 8, 16, 16));
        assertThat(up.build(grown).flops().forwardFlops())
                .isEqualTo(reducing.flops().forwardFlops());
    }

    @Test
    void attentionCostsTwoProductsForwardAndFourBackward() {
        GraphBuilder b = new GraphBuilder("attention", 2);
        Tensor q = b.differentiableInput("q", 2, 3, 50, 8);
        Tensor k = b.differentiableInput("k", 2, 3, 70, 8);
        Tensor v = b.differentiableInput("v", 2, 3, 70, 9);
        Graph graph = b.build(b.attention(ScalePlacement.QUERY, q, k, v));
        long scores = 2L * 2 * 3 * 50 * 70 * 8;
        long values = 2L * 2 * 3 * 50 * 70 * 9;
        assertThat(graph.flops().forwardFlops()).isEqualTo(scores + values);
        assertThat(graph.flops().backwardFlops()).isEqualTo(2 * scores + 2 * values);
    }

    @Test
    void countsBeyondALongAreAnErrorAndNeverWrong() {
        GraphBuilder b = new GraphBuilder("huge", 1);
        Tensor x = b.input("x", 1L << 30, 1L << 20);
        Tensor y = b.linear("layer", x, 1L << 20);
        assertThatThrownBy(() -> b.build(y)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 32)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void blockThatChangesItsShapeCannotRepeat() {
        GraphBuilder b = new GraphBuilder("wrong", 1);
        assertThatThrownBy(() -> b.repeat("block", 3, tokens(b), x -> b.linear("grow", x, 7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("block")
                .hasMessageContaining("[1, 5, 6]")
                .hasMessageContaining("[1, 5, 7]");
    }

    @Test
    void parameterOfOneNameHasOneShape() {
        GraphBuilder b = new GraphBuilder("wrong", 1);
        b.parameter("weight", 2, 3);
        assertThatThrownBy(() -> b.parameter("weight", 3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight")
                .hasMessageContaining("[2, 3]");
        assertThatThrownBy(() -> b.parameterNamed("bias"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bias")
                .hasMessageContaining("weight");
    }

    private static FlopTable convolution(int groups) {
        GraphBuilder b = new GraphBuilder("convolution", 1);
        Tensor x = b.differentiableInput("x", 1, 8, 10, 10);
        return b.build(b.convolution("c", x, 16, 3, 1, 1, groups, false)).flops();
    }

    private static Graph chain(long batch) {
        GraphBuilder b = new GraphBuilder("chain", batch);
        Tensor map = b.relu(b.convolution("c", b.input("images", batch, 3, 9, 9), 4, 3, 2, 1, 1, true));
        Tensor rows = b.permute(b.reshape(map, batch, 4, 25), 0, 2, 1);
        return b.build(b.linear("head", b.layerNorm("norm", rows), 7));
    }

    private static Tensor tokens(GraphBuilder b) {
        return b.input("tokens", b.batch(), TOKENS, WIDTH);
    }

    /** An attention without norms, so that the first block's input needs no gradient, and an MLP. */
    private static Tensor block(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        List<Tensor> parts = b.unbind(
                b.permute(b.reshape(b.linear("qkv", x, 3 * WIDTH), batch, TOKENS, 3, 2, WIDTH / 2), 2, 0, 3, 1, 4), 0);
        Tensor y = b.attention(ScalePlacement.SCORES, parts.get(0), parts.get(1), parts.get(2));
        Tensor mixed = b.add(x, b.reshape(b.permute(y, 0, 2, 1, 3), batch, TOKENS, WIDTH));
        return b.residual(mixed, h -> b.linear("fc2", b.gelu(b.linear("fc1", h, 4 * WIDTH)), WIDTH));
    }
}
