package org.corehours.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Attention.Masking;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageModelTest {
    @ParameterizedTest(name = "{0} at {1}")
    @CsvFileSource(resources = "language-models.csv", useHeadersInDisplayName = true)
    void equalsTheReference(String name, int sequenceLength, long parameters, long forward, long training) {
        for (long batch : new long[] {1, 3}) {
            Graph graph = graph(name, sequenceLength, batch);
            assertThat(graph.parameterCount()).isEqualTo(parameters);
            assertThat(graph.flops().forwardFlops()).isEqualTo(batch * forward);
            assertThat(graph.flops().trainingFlops()).isEqualTo(batch * training);
        }
    }

    private static Graph graph(String name, int sequenceLength, long batch) {
        if (!name.startsWith("torch_encoder")) {
            return ModelCatalog.get(name).withSequenceLength(sequenceLength).graph(batch);
        }
        boolean normFirst = name.endsWith("prenorm");
        LanguageBlock block = new LanguageBlock(
                normFirst ? 1024 : 768,
                normFirst ? 16 : 12,
                normFirst ? 16 : 12,
                normFirst ? 4096 : 3072,
                LanguageBlock.Norm.LAYER,
                normFirst,
                LanguageBlock.Bias.ALL,
                true,
                false,
                LanguageBlock.Mlp.RELU,
                Masking.NONE,
                false);
        GraphBuilder b = new GraphBuilder(name, batch);
        return b.build(b.repeat(
                "layers",
                normFirst ? 24 : 12,
                b.input("embeddings", batch, sequenceLength, block.width()),
                x -> block.apply(b, x, Optional.empty())));
    }

    /** Parameters that the papers and model cards state, in billions. */
    @ParameterizedTest
    @CsvSource({
        "llama_7b,6.738",
        "llama-13b,13.016",
        "llama2_70b,68.977",
        "llama3_8b,8.030",
        "llama3_70b,70.554",
        "opt_1.3b,1.316",
        "gpt2_xl,1.558"
    })
    void namesSpellModelsOfTheirStatedSize(String name, double billions) {
        assertThat(ModelCatalog.get(name).graph(1).parameterCount() / 1e9).isCloseTo(billions, within(0.0006));
    }

    /** Two FLOPs per parameter of the blocks and token, and attention's products. */
    @Test
    void fewerKeyValueHeadsSaveTheirLayersOnly() {
        LanguageModel shared = (LanguageModel) ModelCatalog.get("llama3_8b").network();
        Graph graph = new Model("llama3_8b", "", shared.withSequenceLength(256)).graph(1);
        long tables = 2L * 128_256 * 4096;
        long norms = (2L * 32 + 1) * 4096;
        long linear = graph.parameterCount() - tables - norms + 128_256L * 4096;
        long attention = 32L * 2 * 2 * 256 * 256 * 4096;
        assertThat(graph.flops().forwardFlops()).isEqualTo(2 * 256 * linear + attention);
    }

    @Test
    void sequencesCannotExceedThePositions() {
        assertThatThrownBy(() -> ModelCatalog.get("bert_base").withSequenceLength(513))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("513")
                .hasMessageContaining("512");
        assertThatThrownBy(() -> ModelCatalog.get("resnet50").withSequenceLength(128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resnet50");
    }
}
