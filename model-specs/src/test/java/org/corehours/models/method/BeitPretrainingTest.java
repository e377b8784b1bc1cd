package org.corehours.models.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.Update;
import org.corehours.models.Counts;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.tokenizer.DalleTokenizer;
import org.corehours.models.tokenizer.ImageTokenizer;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;

class BeitPretrainingTest {
    private static final VisionTransformer BASE =
            (VisionTransformer) ModelCatalog.get("beit_base_patch16_224").network();

    private static BeitPretraining training(Optional<ImageTokenizer> tokenizer) {
        return BeitPretraining.of("base", BASE, tokenizer);
    }

    /**
     * microsoft/unilm 768a3c87, beit_base_patch16_224_8k_vocab with 75 masked patches, counted by
     * torch.utils.flop_counter of PyTorch 2.13 at batch 1.
     */
    @Test
    void stepEqualsTheReference() {
        Graph graph = training(Optional.empty()).plan(1).graph();
        FlopTable flops = graph.flops();
        assertThat(graph.parameterCount()).isEqualTo(91_965_776);
        assertThat(flops.forwardFlops()).isEqualTo(36_069_838_848L);
        assertThat(Counts.of(flops.forwardByCategory(), Category.CONVOLUTION)).isEqualTo(231_211_008);
        assertThat(flops.trainingFlops()).isEqualTo(107_978_305_536L);
        assertThat(Counts.matrix(flops.trainingByCategory()))
                .isEqualTo(34_407_972_864L + 4_291_964_928L + 68_815_945_728L);
        assertThat(training(Optional.empty()).plan(2).graph().flops().trainingFlops())
                .isEqualTo(215_956_611_072L);
    }

    @Test
    void onlineTokenizerAddsItsForwardPassAlone() {
        Graph cached = training(Optional.empty()).plan(2).graph();
        Graph online = training(Optional.of(DalleTokenizer.RELEASED)).plan(2).graph();
        // The released DALL-E encoder at 112 pixels, two images.
        long tokenizer = 2 * 52_118_814_720L;
        assertThat(online.flops().trainingFlops()).isEqualTo(cached.flops().trainingFlops() + tokenizer);
        assertThat(online.trainableParameterCount()).isEqualTo(cached.parameterCount());
        assertThat(online.sections().get(0).fullPrecision()).isFalse();
        assertThat(online.sections().get(1).fullPrecision()).isTrue();
    }

    @Test
    void aPlainTransformerKeepsItsPositionsAndHasNoTable() {
        VisionTransformer plain =
                (VisionTransformer) ModelCatalog.get("vit_base_patch16_224").network();
        Graph graph =
                BeitPretraining.of("plain", plain, Optional.empty()).plan(1).graph();
        long classifier = 769_000;
        long maskToken = 768;
        long namesPatches = 8192 * (768L + 1);
        assertThat(graph.parameterCount()).isEqualTo(86_567_656 - classifier + maskToken + namesPatches);
    }

    @Test
    void moreMaskedPatchesThanPatchesAreRefused() {
        Update update = Update.of(Optimizer.ADAMW);
        assertThatThrownBy(() -> new BeitPretraining("base", BASE, 8192, 197, Optional.empty(), 0, update))
                .hasMessageContaining("(197)")
                .hasMessageContaining("196 patches");
    }
}
