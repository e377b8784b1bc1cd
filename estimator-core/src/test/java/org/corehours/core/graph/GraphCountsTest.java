package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        assertThat(once.flops().elementwiseFlops())
                .isEqualTo(copies.flops().elementwiseFlops())
                .isPositive();
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
    void theGradientOfABiasIsNoMatrixProduct() {
        GraphBuilder b = new GraphBuilder("biased", 1);
        Tensor map = b.convolution("c", b.differentiableInput("x", 1, 8, 10, 10), 16, 3, 1, 1, 1, true);
        FlopTable flops = b.build(map).flops();
        assertThat(flops.backwardFlops()).isEqualTo(2 * flops.forwardFlops());
        assertThat(flops.trainingByCategory())
                .containsOnly(
                        Map.entry(Category.CONVOLUTION, flops.forwardFlops()),
                        Map.entry(Category.CONVOLUTION_BACKWARD, 2 * flops.forwardFlops()));
    }

    @Test
    void productsOfActivationsAreBatchedProducts() {
        GraphBuilder b = new GraphBuilder("product", 1);
        Tensor product = b.matrixProduct(b.differentiableInput("a", 2, 3, 4), b.differentiableInput("b", 2, 4, 5));
        long forward = 2L * 2 * 3 * 5 * 4;
        FlopTable flops = b.build(product).flops();
        assertThat(flops.forwardByCategory()).containsOnly(Map.entry(Category.BMM, forward));
        assertThat(flops.trainingByCategory()).containsOnly(Map.entry(Category.BMM, 3 * forward));
    }

    /** The first linear layer learns through all blocks; gradients reach it past a block of no weights too. */
    @Test
    void gradientsPassThroughRepeatedBlocks() {
        GraphBuilder b = new GraphBuilder("through", 1);
        Tensor embedded = b.linear("embed", b.input("x", 1, 5, 4), 6);
        Graph graph = b.build(b.repeat("block", 3, embedded, b::gelu));
        assertThat(graph.flops().backwardFlops()).isEqualTo(2L * 5 * 4 * 6);
        assertThat(graph.differentiates(embedded)).isTrue();
        assertThat(graph.differentiates(graph.results().get(0))).isTrue();
    }

    /** Two carried values change places, so that the first result rests on the second value of the block before. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aValueThatALaterBlockUsesIsDifferentiated(int times) {
        GraphBuilder b = new GraphBuilder("swapped", 1);
        Tensor first = b.linear("first", b.input("x", 1, 4), 4);
        Tensor second = b.linear("second", b.input("y", 1, 4), 4);
        List<Tensor> carried = b.repeat(
                "block",
                times,
                List.of(first, second),
                both -> List.of(both.get(1), b.linear("layer", both.get(0), 4)));
        Graph graph = b.build(carried.get(0));
        Repeat repeat = (Repeat) graph.sections().get(0).elements().get(2);
        assertThat(graph.differentiates((Node) repeat.body().get(0))).isEqualTo(times > 1);
        assertThat(graph.differentiates(first)).isEqualTo(times > 1);
        assertThat(graph.differentiates(second)).isTrue();
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
        assertThat(graph.flops().backwardFlops("forward")).isEqualTo(forward);
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
        assertThat(whole).isEqualTo(2L * 10 * 10 * 16 * 8 * 3 * 3);
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

    /**
     * The gradient of the attention weights, a product with the values, is needed once, for the query or the key; the
     * gradients of query and key are one product of the scores each.
     */
    @ParameterizedTest
    @CsvSource({
        "true,false,false,1,1",
        "false,true,false,1,1",
        "true,true,false,2,1",
        "false,false,true,0,1",
        "true,false,true,1,2",
        "false,true,true,1,2",
        "false,false,false,0,0",
    })
    void attentionComputesTheGradientsThatAreWanted(
            boolean query, boolean key, boolean value, long scoreProducts, long valueProducts) {
        GraphBuilder b = new GraphBuilder("attention", 2);
        Tensor q = query ? b.differentiableInput("q", 2, 3, 5, 8) : b.input("q", 2, 3, 5, 8);
        Tensor k = key ? b.differentiableInput("k", 2, 3, 7, 8) : b.input("k", 2, 3, 7, 8);
        Tensor v = value ? b.differentiableInput("v", 2, 3, 7, 9) : b.input("v", 2, 3, 7, 9);
        Graph graph = b.build(b.attention(ScalePlacement.QUERY, q, k, v));
        long pairs = 2L * 2 * 3 * 5 * 7;
        assertThat(graph.flops().backwardFlops()).isEqualTo(scoreProducts * pairs * 8 + valueProducts * pairs * 9);
    }

    @Test
    void theGradientOfAnAttentionBiasIsNoMatrixProduct() {
        GraphBuilder b = new GraphBuilder("biased", 2);
        Tensor bias = b.parameter("bias", 3, 5, 7);
        Graph graph = b.build(b.attention(
                ScalePlacement.QUERY,
                b.input("q", 2, 3, 5, 8),
                b.input("k", 2, 3, 7, 8),
                b.input("v", 2, 3, 7, 9),
                bias));
        assertThat(graph.flops().backwardFlops()).isZero();
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

    @Test
    void elementwiseWorkIsCountedApart() {
        GraphBuilder b = new GraphBuilder("elementwise", 1);
        Tensor squared = b.unary(Operator.Function.SQUARE, b.linear("layer", b.input("x", 3, 4), 5));
        FlopTable flops = b.build(b.reshape(squared, 15)).flops();
        assertThat(flops.elementwiseFlops()).as("a bias and a square each").isEqualTo(15 + 15);
        assertThat(flops.forwardFlops()).isEqualTo(2 * 3 * 4 * 5);
    }

    @Test
    void modulesAddUpToTheWhole() {
        GraphBuilder b = new GraphBuilder("modules", 1);
        Tensor embedded = b.linear("embed", b.input("x", 1, 4), 6);
        Tensor tall =
                b.repeat("block", 3, embedded, x -> b.module("mlp", () -> b.linear("fc", b.linear("in", x, 9), 6)));
        FlopTable flops = b.build(b.linear("head", tall, 2)).flops();
        long embed = 2L * 4 * 6;
        long layer = 2L * 6 * 9;
        long head = 2L * 6 * 2;

        assertThat(flops.forwardByModule(1))
                .containsExactly(Map.entry("embed", embed), Map.entry("block", 6 * layer), Map.entry("head", head));
        assertThat(flops.backwardByModule(3))
                .containsExactly(
                        Map.entry("embed", embed), Map.entry("block.*.mlp", 12 * layer), Map.entry("head", 2 * head));
        assertThat(flops.forwardByModule(4))
                .containsExactly(
                        Map.entry("embed", embed),
                        Map.entry("block.*.mlp.in", 3 * layer),
                        Map.entry("block.*.mlp.fc", 3 * layer),
                        Map.entry("head", head));
        assertThat(flops.forwardByModule(9)).isEqualTo(flops.forwardByModule(4));
    }

    @Test
    void categoriesAreNamedAsTheFrameworksCounterNamesThem() {
        assertThat(Category.values())
                .extracting(Category::label)
                .containsExactly("addmm", "mm", "bmm", "convolution", "convolution_backward");
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
