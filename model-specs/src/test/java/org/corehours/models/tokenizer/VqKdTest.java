package org.corehours.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.models.Backbone;
import org.corehours.models.ReferenceCounts;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.VqKdTraining;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VqKdTest {
    @ParameterizedTest
    @CsvSource({"1,1", "3,1", "1,2", "3,4"})
    void trainingMatchesTheReferenceCounts(int decoderDepth, int batch) {
        Graph graph = new VqKdTraining(VqKd.base(decoderDepth), Optional.empty())
                .plan(batch)
                .graph();
        ReferenceCounts.of("vqkd.csv", "vqkd_base_decoder" + decoderDepth + "x768x12_train")
                .verify(graph);
        assertThat(graph.parameterCount() - graph.trainableParameterCount()).isEqualTo(532_480);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2"})
    void inferenceMatchesTheReferenceCounts(int decoderDepth, int batch) {
        VqKd model = VqKd.base(decoderDepth);
        GraphBuilder b = new GraphBuilder("vqkd", batch);
        b.section("forward", false);
        Tensor images = b.input("images", batch, 3, 224, 224);
        VqKd.Quantized quantized = model.quantize(b, model.features(b, images), false);
        Graph graph = b.build(model.reconstruct(b, quantized));
        ReferenceCounts.of("vqkd.csv", "vqkd_base_decoder" + decoderDepth + "x768x12_eval")
                .verify(graph);
    }

    @Test
    void tokensNeedTheEncoderOnly() {
        GraphBuilder b = new GraphBuilder("vqkd", 1);
        b.section("forward", false);
        Graph graph = b.build(VqKd.base(1).codes(b, b.input("images", 1, 3, 224, 224)));
        ReferenceCounts reference = ReferenceCounts.of("vqkd.csv", "vqkd_base_decoder1x768x12_encode_only");
        assertThat(graph.flops().forwardFlops()).isEqualTo(reference.forward());
    }

    @Test
    void teacherRunsForwardWithoutGradient() {
        Backbone teacher = (Backbone) ModelCatalog.get("vit_base_patch16_224").network();
        Graph with =
                new VqKdTraining(VqKd.base(1), Optional.of(teacher)).plan(1).graph();
        Graph without = new VqKdTraining(VqKd.base(1), Optional.empty()).plan(1).graph();
        long projection = 2L * 196 * 768 * 512;
        long classifier = 2L * 768 * 1000;
        assertThat(with.flops().forwardFlops("teacher")).isEqualTo(35_127_656_448L - classifier + projection);
        assertThat(with.flops().backwardFlops()).isEqualTo(without.flops().backwardFlops());
    }
}
