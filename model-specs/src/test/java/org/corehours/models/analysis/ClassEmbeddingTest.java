package org.corehours.models.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.corehours.core.graph.Graph;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.vision.TokenRefinement;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The analyses in class embedding space cost what their code runs. */
class ClassEmbeddingTest {
    private static final String B32 = "vit_base_patch32_224";
    private static final long B32_FORWARD = 8_818_372_608L;

    @ParameterizedTest
    @CsvSource({
        "vit_base_patch16_224,197,768,12",
        "vit_base_patch32_224,50,768,12",
        "vit_large_patch16_224,197,1024,24",
        "vit_base_patch16_224_miil,197,768,12",
        "vit_base_patch16_rpn_224,196,768,12"
    })
    void projectionAppliesTheClassifierToThreeStreamsOfEveryBlock(String name, int tokens, int width, int depth) {
        Model model = ModelCatalog.get(name);
        Graph graph = new ClassProjection(model).plan(5).graph();
        assertThat(graph.flops().forwardFlops("projection")).isEqualTo(5L * 3 * depth * 2 * tokens * width * 1000);
        assertThat(graph.flops().forwardFlops("forward"))
                .isEqualTo(model.graph(5).flops().forwardFlops());
        assertThat(graph.parameterCount()).isEqualTo(model.graph(1).parameterCount());
    }

    @Test
    void editedModelScoresTheAttentionOfEveryBlock() {
        Graph graph = new TokenPerturbation(ModelCatalog.get(B32), 50).plan(1).graph();
        long scores = 2L * 50 * 768 * 1000;
        assertThat(graph.flops().forwardFlops()).isEqualTo(B32_FORWARD + 12 * scores + scores);
        assertThat(graph.parameterCount())
                .isEqualTo(ModelCatalog.get(B32).graph(1).parameterCount());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void editingAttentionCostsNoProducts(boolean selfOnly) {
        Model model = ModelCatalog.get(B32);
        Graph edited = new AttentionPerturbation(model, selfOnly).plan(1).graph();
        Graph plain = new TokenPerturbation(model, 50).plan(1).graph();
        assertThat(edited.flops().forwardFlops()).isEqualTo(plain.flops().forwardFlops());
        assertThat(edited.parameterCount()).isEqualTo(plain.parameterCount());
    }

    @Test
    void insertionCurveRunsEveryNumberOfTokens() {
        Model model = ModelCatalog.get(B32);
        long rank = 2L * 768 * 1000;
        long expected = 0;
        for (int kept = 2; kept <= 49; kept++) {
            Graph one = new TokenPerturbation(model, kept).plan(1).graph();
            expected += one.flops().forwardFlops() - kept * rank;
        }
        assertThat(new InsertionCurve(model).plan(1).graph().flops().forwardFlops())
                .isEqualTo(expected);
    }

    @Test
    void gradientsAreTakenTokenByToken() {
        Graph graph = new TokenGradients(ModelCatalog.get(B32)).plan(1).graph();
        long one = 2L * 50 * 1000 * 768 + 2L * 50 * 768 * 768 + 2L * 50 * 50 * 768;
        assertThat(graph.flops().forwardFlops("gradients")).isEqualTo(600 * one);
        assertThat(graph.parameterCount())
                .isEqualTo(ModelCatalog.get(B32).graph(1).parameterCount());
    }

    @Test
    void relevancePassesABlockOnceForEveryEarlierOne() {
        Graph graph = new RelevancePropagation(ModelCatalog.get(B32)).plan(1).graph();
        long attention = 92_160_000L / 12;
        long linear = 2L * 50 * (4L * 768 * 768 + 2L * 768 * 3072);
        long block = linear + 2 * attention;
        long mlp = 2L * 50 * 2 * 768 * 3072;
        long map = 2L * 50 * 768 * 768 + attention / 2;
        long head = 2L * 768 * 1000;
        long relevance = 2L * 50 * 50 * 50;
        assertThat(graph.flops().forwardFlops("gradients")).isEqualTo(66 * block + 12 * (mlp + map + head + relevance));
    }

    @Test
    void probingRunsPartOfTheNetworkForEveryLayer() {
        Graph graph = new LinearProbing(ModelCatalog.get(B32)).plan(1).graph();
        long embedding = 231_211_008L;
        long block = (B32_FORWARD - embedding - 2L * 768 * 1000) / 12;
        long mlp = 2L * 50 * 2 * 768 * 3072;
        // Block and MLP outputs need blocks 0 to i, attention's all of those but the last MLP.
        long blocks = 3 * 78 * block - 12 * mlp;
        assertThat(graph.flops().forwardFlops()).isEqualTo(36 * embedding + blocks);
        assertThat(graph.parameterCount())
                .isEqualTo(ModelCatalog.get(B32).graph(1).parameterCount() - 2 * 768 - 769_000);
    }

    /** Counted from the code: 5.90 M parameters per head, 64.9 M in all. */
    @Test
    void refinementHeadsHaveTheKnownSize() {
        VisionTransformer deit =
                (VisionTransformer) ModelCatalog.get("deit_base_patch16_224").network();
        Graph graph = new Model("deit_base_trm", "", new TokenRefinement(deit)).graph(1);
        long heads = graph.parameterCount() - 86_567_656L;
        assertThat(heads / 1e6).isCloseTo(64.9, within(0.05));
        assertThat(heads).isEqualTo(11L * (9 * 768 * 768 + 2 * 768 + 768 * 768 + 768));
        long one = 2 * 2L * 196 * 9 * 768 * 768 + 2L * 768 * 768 + 2L * 768 * 1000;
        assertThat(graph.flops().forwardFlops()).isEqualTo(35_127_656_448L + 11 * one);
    }
}
