package org.corehours.models.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Graph;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.tokenizer.VqGan;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;

class TokenizerTrainingTest {
    private static final VisionTransformer VIT_B =
            (VisionTransformer) ModelCatalog.get("vit_base_patch16_224").network();

    @Test
    void perceptualNetworkRunsTwiceForwardAndBackwardToTheReconstructionOnly() {
        Graph with = graph(true, 1);
        Graph without = graph(false, 1);
        FlopTable flops = with.flops();
        // All of a ViT-B but its classifier, which the features do not pass.
        long forward = 35_127_656_448L - 2L * 768 * 1000;
        assertThat(flops.forwardFlops("perceptual_target")).isEqualTo(forward);
        assertThat(flops.backwardFlops("perceptual_target")).isZero();
        assertThat(flops.forwardFlops("perceptual")).isEqualTo(forward);
        // Frozen weights get no gradient: one product per linear layer, all four per attention.
        long attention = 1_430_654_976L;
        assertThat(flops.backwardFlops("perceptual")).isEqualTo(forward - attention + 2 * attention);
        assertThat(flops.trainingFlops() - without.flops().trainingFlops())
                .isEqualTo(2 * forward + flops.backwardFlops("perceptual"));
        assertThat(with.trainableParameterCount()).isEqualTo(without.parameterCount());
    }

    @Test
    void workIsLinearInTheBatch() {
        assertThat(graph(true, 8).flops().trainingFlops())
                .isEqualTo(8 * graph(true, 1).flops().trainingFlops());
    }

    private static Graph graph(boolean perceptual, long samples) {
        return new TokenizerTraining(VqGan.F16, 224, VqGan.Quantizer.LOSS, VIT_B, perceptual, 4)
                .plan(samples)
                .graph();
    }
}
