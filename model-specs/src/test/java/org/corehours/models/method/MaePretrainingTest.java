package org.corehours.models.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.models.Counts;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;

class MaePretrainingTest {
    /**
     * facebookresearch/mae efb2a80, mae_vit_base_patch16 with three quarters masked, counted by
     * torch.utils.flop_counter of PyTorch 2.13 at batch 1.
     */
    @Test
    void stepEqualsTheReference() {
        VisionTransformer base =
                (VisionTransformer) ModelCatalog.get("vit_base_patch16_224").network();
        MaePretraining training = MaePretraining.of("base", base);
        Graph graph = training.plan(1).graph();
        FlopTable flops = graph.flops();
        assertThat(graph.parameterCount()).isEqualTo(111_907_840);
        assertThat(graph.trainableParameterCount()).isEqualTo(111_655_680);
        assertThat(flops.forwardFlops()).isEqualTo(19_562_266_624L);
        assertThat(Counts.matrix(flops.forwardByCategory())).isEqualTo(18_603_048_960L + 728_006_656L);
        assertThat(flops.trainingFlops()).isEqualTo(58_455_588_864L);
        assertThat(Counts.matrix(flops.trainingByCategory()))
                .isEqualTo(18_603_048_960L + 2_184_019_968L + 37_206_097_920L);
        assertThat(Counts.of(flops.trainingByCategory(), Category.CONVOLUTION_BACKWARD))
                .isEqualTo(231_211_008L);
        assertThat(training.plan(2).graph().flops().trainingFlops()).isEqualTo(116_911_177_728L);
    }
}
