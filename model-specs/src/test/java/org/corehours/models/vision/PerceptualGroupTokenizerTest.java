package org.corehours.models.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.corehours.core.graph.Element;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Repeat;
import org.corehours.core.graph.Tensor;
import org.corehours.models.vision.GroupingReading.Differentiation;
import org.corehours.models.vision.GroupingReading.Flow;
import org.corehours.models.vision.GroupingReading.Refinement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerceptualGroupTokenizerTest {
    private static final PerceptualGroupTokenizer BASE = PerceptualGroupTokenizer.base(GroupingReading.PER_HEAD);

    /** The largest tensor of a ViT-B with 4 x 4 patches: the scores of 12 heads, 56 x 56 patches and a class token. */
    private static final long VIT_B4_SCORES = 12L * 3137 * 3137;

    @Test
    void parametersAreThoseOfItsLayers() {
        long expected = 3 * 16 * 384 + 384 + 56 * 56 * 384;
        for (long g : new long[] {98, 192, 288}) {
            long keysAndValues = 2 * (384 * 6 * g + 6 * g);
            long sampling = 2 * 6 * g;
            long query = g * g;
            long gru = 2 * (3 * g * g + 3 * g);
            long out = 6 * g * 384 + 384;
            long mlp = 2 * (384 * 384 + 384);
            long norms = 2 * 2 * 384 + 2 * g;
            expected += 10 * (keysAndValues + sampling + query + gru + out + mlp + norms);
        }
        expected += 2 * 288 + 2048 + 2 * (2048 * 2048 + 2048) + 2 * (288 * 2048 + 2048);
        assertThat(graph(BASE, 1).parameterCount()).isEqualTo(expected);
    }

    /** Reviews quote 70 million parameters for PGT-G-B, one "70-80M". */
    @Test
    void parametersNarrowTheReadings() {
        assertThat(millions(GroupingReading.PER_HEAD)).isCloseTo(68.9, within(0.1));
        assertThat(millions(reading(true, true, false, false, Refinement.ASSIGNMENT)))
                .isGreaterThan(110);
        assertThat(millions(reading(true, true, true, false, Refinement.CROSS_ATTENTION)))
                .isGreaterThan(80);
        assertThat(millions(reading(true, false, true, false, Refinement.ASSIGNMENT)))
                .isLessThan(30);
        // PGT-F-B is said to have 115 million.
        assertThat(millions(GroupingReading.PER_HEAD.withFlow(new Flow(6, 384, 2))))
                .isCloseTo(115, within(1.0));
    }

    /**
     * The paper's peak memories relative to ViT-B with 4 x 4 patches, 4.6 % with up to 256 group tokens and 16.3 %
     * with 1024, are the ratios of the largest tensors if group tokens and their width are counted per head.
     */
    @ParameterizedTest
    @CsvSource({"256,0.046", "32,0.046", "1024,0.163"})
    void largestTensorsHaveTheReportedRatio(int groupTokens, double reported) {
        double ratio = (double) largestTensor(graph(BASE.withGroupTokens(groupTokens), 1)) / VIT_B4_SCORES;
        assertThat(ratio).isCloseTo(reported, within(0.0005));

        for (boolean width : new boolean[] {true, false}) {
            GroupingReading split = reading(false, width, true, false, Refinement.ASSIGNMENT);
            double other = (double) largestTensor(
                            graph(PerceptualGroupTokenizer.base(split).withGroupTokens(groupTokens), 1))
                    / VIT_B4_SCORES;
            if (groupTokens == 1024) {
                assertThat(other).isLessThan(0.05);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 384, 1024})
    void groupTokensChangeTheWorkAndNotTheWeights(int tokens) {
        Graph changed = graph(BASE.withGroupTokens(tokens), 1);
        Graph trained = graph(BASE, 1);
        assertThat(changed.parameterCount()).isEqualTo(trained.parameterCount());
        assertThat(Long.signum(changed.flops().forwardFlops() - trained.flops().forwardFlops()))
                .isEqualTo(Integer.signum(tokens - 256));
    }

    @Test
    void backwardPassesThroughOneRound() {
        long throughOne = backward(BASE, 3, Differentiation.STRAIGHT_THROUGH);
        assertThat(throughOne).isEqualTo(backward(BASE, 1, Differentiation.UNROLLED));
        assertThat(backward(BASE, 3, Differentiation.LAST_ITERATION)).isLessThan(throughOne);
        assertThat(backward(BASE, 3, Differentiation.UNROLLED)).isGreaterThan(throughOne);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 16})
    void workIsLinearInTheBatch(long batch) {
        assertThat(graph(BASE, batch).flops().trainingFlops())
                .isEqualTo(batch * graph(BASE, 1).flops().trainingFlops());
    }

    private static long backward(PerceptualGroupTokenizer model, int iterations, Differentiation differentiation) {
        GroupingReading r = model.reading();
        GroupingReading changed = new GroupingReading(
                r.tokensPerHead(),
                r.widthPerHead(),
                r.sharedOverHeads(),
                r.groupMlp(),
                r.refinement(),
                differentiation,
                r.sampledPerImage(),
                r.flow());
        PerceptualGroupTokenizer other = new PerceptualGroupTokenizer(
                model.imageSize(),
                model.patch(),
                model.width(),
                model.groupWidths(),
                model.layersPerBlock(),
                iterations,
                model.heads(),
                model.groupTokens(),
                model.mlpWidth(),
                model.summaryWidth(),
                changed);
        return graph(other, 1).flops().backwardFlops();
    }

    private static GroupingReading reading(
            boolean tokensPerHead, boolean widthPerHead, boolean shared, boolean mlp, Refinement refinement) {
        return new GroupingReading(
                tokensPerHead,
                widthPerHead,
                shared,
                mlp,
                refinement,
                Differentiation.STRAIGHT_THROUGH,
                true,
                Flow.NONE);
    }

    private static double millions(GroupingReading reading) {
        return graph(PerceptualGroupTokenizer.base(reading), 1).parameterCount() / 1e6;
    }

    private static Graph graph(PerceptualGroupTokenizer model, long batch) {
        GraphBuilder b = new GraphBuilder("pgt", batch);
        return b.build(model.features(b, b.input("images", batch, 3, 224, 224)));
    }

    private static long largestTensor(Graph graph) {
        return graph.sections().stream()
                .flatMap(section -> nodes(section.elements()))
                .flatMapToLong(PerceptualGroupTokenizerTest::sizes)
                .max()
                .orElseThrow();
    }

    private static LongStream sizes(Node node) {
        long scores = node.operator() instanceof Attention attention ? attention.scoreElements(node) : 0;
        return LongStream.concat(LongStream.of(scores), node.outputs().stream().mapToLong(Tensor::elements));
    }

    private static Stream<Node> nodes(List<Element> elements) {
        return elements.stream().flatMap(e -> e instanceof Repeat repeat ? nodes(repeat.body()) : Stream.of((Node) e));
    }
}
