package org.corehours.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.corehours.core.graph.Graph;
import org.corehours.models.ImageNetwork;
import org.corehours.models.Model;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {
    static List<String> listed() {
        return ModelCatalog.listed();
    }

    @ParameterizedTest
    @MethodSource("listed")
    void everyListedNameResolvesToACountableModel(String name) {
        Model model = ModelCatalog.get(name);
        assertThat(model.id()).isEqualTo(name);
        assertThat(model.description()).isNotBlank();
        assertThat(model.graph(1).flops().forwardFlops()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("listed")
    void backwardCostsAtMostTwiceTheForwardPass(String name) {
        Graph graph = ModelCatalog.get(name).graph(2);
        assertThat(graph.flops().backwardFlops())
                .isPositive()
                .isLessThanOrEqualTo(2 * graph.flops().forwardFlops());
    }

    /** Perceptual grouping draws its groups once for all images, and small networks of positions run once a batch. */
    @ParameterizedTest
    @MethodSource("listed")
    void workIsLinearInTheBatchButForWhatAllSamplesShare(String name) {
        Model model = ModelCatalog.get(name);
        long one = model.graph(1).flops().trainingFlops();
        long two = model.graph(2).flops().trainingFlops();
        long five = model.graph(5).flops().trainingFlops();
        assertThat(five - two).isEqualTo(3 * (two - one));
        assertThat(2 * one - two).isBetween(0L, one / 10);
    }

    @ParameterizedTest
    @MethodSource("listed")
    void countsThatDoNotFitAreErrors(String name) {
        assertThatThrownBy(() ->
                        ModelCatalog.get(name).graph(Long.MAX_VALUE / 4).flops().trainingFlops())
                .isInstanceOf(ArithmeticException.class);
    }

    /** Parameters in millions and forward GMACs as timm's own benchmark table for the RTX 3090 prints them. */
    @ParameterizedTest
    @CsvSource({
        "vit_base_patch32_384, 88.30, 13.06",
        "vit_base_patch32_plus_256, 119.48, 7.79",
        "vit_base_patch16_224_miil, 86.54, 17.59",
        "vit_base_patch16_rpn_224, 86.54, 17.49",
        "vit_small_patch16_36x1_224, 64.67, 13.71",
        "vit_giant_patch14_224, 1012.61, 267.18",
        "vit_large_patch16_384, 304.72, 191.21",
        "vit_relpos_base_patch16_cls_224, 86.43, 17.60",
        "vit_relpos_medium_patch16_cls_224, 38.76, 8.03",
        "vit_relpos_small_patch16_rpn_224, 21.97, 4.59",
        "vit_relpos_base_patch32_plus_rpn_256, 119.42, 7.68",
        "vit_relpos_base_patch16_plus_240, 117.38, 27.30",
        "vit_srelpos_medium_patch16_224, 38.74, 7.96",
        "deit3_small_patch16_384_in21ft1k, 22.21, 15.52",
        "deit3_large_patch16_384, 304.76, 191.21",
        "deit_base_distilled_patch16_384, 87.63, 55.65",
        "beit_base_patch16_384, 86.74, 55.54",
        "swin_large_patch4_window12_384, 196.74, 104.08",
        "swin_s3_small_224, 49.74, 9.43",
        "swinv2_small_window16_256, 49.73, 12.82",
        "swinv2_base_window12to24_192to384_22kft1k, 87.92, 55.25",
        "swinv2_cr_tiny_224, 28.33, 4.66",
        "swinv2_cr_small_ns_224, 49.70, 9.08",
        "swinv2_cr_base_384, 87.88, 50.57",
        "vit_small_resnet26d_224, 63.61, 5.07",
        "vit_small_resnet50d_s16_224, 57.53, 13.48",
        "gmixer_12_224, 12.70, 2.67",
        "gmlp_b16_224, 73.08, 15.78",
        "resmlp_36_224, 44.69, 8.91",
        "resmlp_big_24_224, 129.14, 100.23",
        "resnetblur50d, 25.58, 5.40",
        "seresnetaa50d, 28.11, 5.40"
    })
    void namesMeanWhatTimmMeans(String name, double millionParameters, double gigaMacs) {
        Graph graph = ModelCatalog.get(name).graph(1);
        assertThat(graph.parameterCount() / 1e6).isCloseTo(millionParameters, within(0.0051));
        // The table also counts some elementwise work.
        assertThat(graph.flops().forwardFlops() / 2e9).isCloseTo(gigaMacs, withinPercentage(0.55));
    }

    /** As above, of models whose norms the table counts too, which are several percent of a small network's work. */
    @ParameterizedTest
    @CsvSource({
        "vit_tiny_r_s16_p8_384, 6.36, 1.34",
        "vit_small_r26_s32_384, 36.47, 10.43",
        "vit_base_r50_s16_224, 98.66, 21.67",
        "vit_large_r50_s32_384, 329.09, 57.43",
        "resnetv2_50x3_bitm, 217.32, 145.70",
        "resnetv2_152x2_bit_teacher, 236.34, 46.95",
        "resnet50_gn, 25.56, 4.14",
        "ecaresnext26t_32x4d, 15.41, 2.70",
        "seresnext26tn_32x4d, 16.81, 2.70"
    })
    void namesOfHeavilyNormalizedNetworksMeanWhatTimmMeans(String name, double millionParameters, double gigaMacs) {
        Graph graph = ModelCatalog.get(name).graph(1);
        assertThat(graph.parameterCount() / 1e6).isCloseTo(millionParameters, within(0.0051));
        assertThat(graph.flops().forwardFlops() / 2e9).isBetween(0.975 * gigaMacs, gigaMacs);
    }

    /** Classes of the weights that a name or its tag names. */
    @ParameterizedTest
    @CsvSource({
        "vit_base_patch16_224_in21k, vit_base_patch16_224, 21843, 768",
        "vit_base_patch16_224_in21k_miil, vit_base_patch16_224_miil, 11221, 768",
        "vit_base_patch16_224_miil.in21k, vit_base_patch16_224_miil, 11221, 768",
        "vit_medium_patch16_gap_256.sw_in12k, vit_medium_patch16_gap_256, 11821, 512",
        "vit_base_patch16_clip_224.laion2b_ft_in12k_in1k, vit_base_patch16_clip_224, 1000, 768",
        "beit_base_patch16_224_in22k, beit_base_patch16_224, 21841, 768",
        "beit_base_patch16_224.in22k_ft_in22k_in1k, beit_base_patch16_224, 1000, 768",
        "swin_base_patch4_window7_224.ms_in22k, swin_base_patch4_window7_224, 21841, 1024",
        "swin_base_patch4_window7_224.ms_in22k_ft_in1k, swin_base_patch4_window7_224, 1000, 1024",
        "swinv2_base_window12_192_22k, swinv2_base_window12_192, 21841, 1024",
        "convnext_base_in22k, convnext_base, 21841, 1024",
        "convnext_base.fb_in22k_ft_in1k_384, convnext_base, 1000, 1024",
        "mixer_l16_224.goog_in21k, mixer_l16_224, 21843, 1024",
        "resnetv2_50x1_bit.goog_in21k, resnetv2_50x1_bit, 21843, 2048"
    })
    void namesOfWeightsHaveTheirClasses(String name, String plain, long classes, long width) {
        long more = ModelCatalog.get(name).graph(1).parameterCount()
                - ModelCatalog.get(plain).graph(1).parameterCount();
        assertThat(more).isEqualTo((classes - 1000) * (width + 1));
    }

    @ParameterizedTest
    @CsvSource({
        "convnext_base.fb_in22k_ft_in1k_384, 384",
        "resnetv2_101x1_bit.goog_in21k_ft_in1k, 448",
        "resnetrs350, 288",
        "flexivit_large, 240",
        "vit_large_patch14_dinov2.lvd142m, 518"
    })
    void namesWithoutAResolutionHaveTheirsToo(String name, int pixels) {
        assertThat(((ImageNetwork) ModelCatalog.get(name).network()).imageSize())
                .isEqualTo(pixels);
    }

    @ParameterizedTest
    @CsvSource({"vit_small_patch8_384, 48", "vit_base_patch14_reg4_dinov2, 37", "vit_tiny_patch16_224.augreg_in21k, 14"
    })
    void unlistedNamesOfThePatternResolve(String name, int side) {
        VisionTransformer network = (VisionTransformer) ModelCatalog.get(name).network();
        assertThat(network.imageSize() / network.patch()).isEqualTo(side);
    }

    @Test
    void weightsOfLargerLabelSetsHaveWiderClassifiers() {
        long usual = ModelCatalog.get("vit_tiny_patch16_224").graph(1).parameterCount();
        long wide =
                ModelCatalog.get("vit_tiny_patch16_224.augreg_in21k").graph(1).parameterCount();
        assertThat(wide - usual).isEqualTo((21_843 - 1000) * (192L + 1));
    }

    @Test
    void imageSizeChangesTokensAndPositionsAlone() {
        Model model = ModelCatalog.get("vit_base_patch16_224");
        Graph small = model.graph(1);
        Graph large = model.withImageSize(384).graph(1);
        assertThat(large.parameterCount() - small.parameterCount()).isEqualTo((576 - 196) * 768L);
        assertThat(large.flops().forwardFlops())
                .isEqualTo(ModelCatalog.get("vit_base_patch16_384")
                        .graph(1)
                        .flops()
                        .forwardFlops());
    }

    @Test
    void unknownNamesGetTheNearestKnownOnes() {
        assertThatThrownBy(() -> ModelCatalog.get("vit_bse_patch16_224"))
                .isInstanceOf(UnknownModelException.class)
                .hasMessageContaining("\"vit_bse_patch16_224\"")
                .hasMessageContaining("vit_base_patch16_224");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vit_base_patch0_224",
                "vit_base_patch16_8",
                "vit_base_patch16",
                "vit_base_patch16_224_nonsense",
                "swin_tiny_patch4_window0_224",
                "swin_tiny_patch4_window7_16",
                ""
            })
    void namesThatMeanNothingDoNotResolve(String name) {
        assertThat(ModelCatalog.find(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 24})
    void aRepeatedBlockCostsWhatItsCopiesDo(int depth) {
        TransformerBlock block = TransformerBlock.of(128, 2, 512);
        long once = flops(block, 1);
        long perBlock = flops(block, 2) - once;
        assertThat(flops(block, depth)).isEqualTo(once + (depth - 1) * perBlock);
        // A stage without its first, undropped block is the same work in two parts.
        assertThat(flops(block.withDropPath(0.1), depth)).isEqualTo(flops(block, depth));
    }

    private static long flops(TransformerBlock block, int depth) {
        return new Model("vit", "", VisionTransformer.of(96, 16, depth, block))
                .graph(3)
                .flops()
                .trainingFlops();
    }
}
