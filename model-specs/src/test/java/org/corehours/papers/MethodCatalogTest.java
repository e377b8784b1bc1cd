package org.corehours.papers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.step.StepProgram;
import org.corehours.models.ReferenceCounts;
import org.corehours.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodCatalogTest {

    @TempDir
    private Path folder;

    static List<String> listed() {
        return MethodCatalog.listed();
    }

    private static NamedMethod named(String name) {
        return MethodCatalog.find(name).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("listed")
    void everyListedNameIsTheSameMethodOnceWrittenAndRead(String name) throws IOException {
        Path yaml = Files.writeString(
                folder.resolve("a.yaml"), MethodCatalog.yaml(name).orElseThrow());
        Path json = Files.writeString(
                folder.resolve("a.json"), MethodCatalog.json(name).orElseThrow());
        assertThat(MethodFile.read(yaml)).isEqualTo(named(name));
        assertThat(MethodFile.read(json)).isEqualTo(named(name));
    }

    @ParameterizedTest
    @MethodSource("listed")
    void workGrowsInStepWithTheBatch(String name) {
        FlopTable one = named(name).plan(1).graph().flops();
        FlopTable four = named(name).plan(4).graph().flops();
        assertThat(four.forwardFlops()).isEqualTo(4 * one.forwardFlops());
        assertThat(four.trainingFlops()).isEqualTo(4 * one.trainingFlops());
    }

    @ParameterizedTest
    @MethodSource("listed")
    void trainingCostsAtMostThreeForwardPasses(String name) {
        StepProgram step = named(name).plan(1);
        FlopTable flops = step.graph().flops();
        assertThat(flops.trainingFlops()).isLessThanOrEqualTo(3 * flops.forwardFlops());
        assertThat(flops.backwardFlops() > 0).isEqualTo(step.trains());
    }

    @ParameterizedTest
    @CsvSource({
        "beit_dvae, dvae.csv, beit_dvae_256_L3_h64_t8192_loss",
        "beit_dvae_112, dvae.csv, beit_dvae_112_L3_h64_t8192_loss",
        "vqkd_decoder1, vqkd.csv, vqkd_base_decoder1x768x12_train",
        "vqkd_decoder3, vqkd.csv, vqkd_base_decoder3x768x12_train"
    })
    void tokenizersMatchTheReferenceCounts(String name, String table, String reference) {
        ReferenceCounts.of(table, reference).verify(named(name).plan(1).graph());
    }

    /**
     * Forward and training FLOPs of whole steps as PyTorch's counter gives them for facebookresearch/mae,
     * facebookresearch/dino and microsoft/unilm.
     */
    @ParameterizedTest
    @CsvSource({
        "mae_vit_base_patch16, 19562266624",
        "dino_vit_small_patch16, 50264825856",
        "dino_vit_small_patch16_local10, 53589471232",
        "beit_base_patch16_224_8k_vocab, 36069838848",
        "dalle_encoder, 52118814720",
        "dalle_encoder_224, 208475258880",
        "vqkd_encoder, 35469725696",
        "beit_dvae_encoder, 3975544832"
    })
    void forwardPassesMatchTheReferenceCounts(String name, long flops) {
        assertThat(named(name).plan(1).graph().flops().forwardFlops()).isEqualTo(flops);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mae_vit_bse_patch16", "dino_resnet50", "ibot_", "vqkd_decoder0", "beit_base_8k_vocab", "vit"})
    void whatIsNoMethodIsNotUnderstood(String name) {
        assertThat(MethodCatalog.find(name)).isEmpty();
    }

    @Test
    void aMethodReadsAModelOfAFileBesideIt() throws IOException {
        Files.writeString(
                folder.resolve("mine.yaml"),
                "family: vit\npatch: 16\nimage_size: 224\nblock: {width: 192, heads: 3}\ndepth: 12\n");
        String text = MethodCatalog.yaml("ibot_vit_tiny_patch16").orElseThrow();
        Path file = Files.writeString(
                folder.resolve("method.yaml"), text.replace("backbone: vit_tiny_patch16_224", "backbone: mine.yaml"));
        assertThat(MethodFile.read(file).plan(2).graph().flops().trainingFlops())
                .isEqualTo(
                        named("ibot_vit_tiny_patch16").plan(2).graph().flops().trainingFlops());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../mine.yaml", "/etc/mine.yaml", "below/../../mine.yaml"})
    void filesOutsideOfTheFolderAreNotOpened(String path) throws IOException {
        String text = MethodCatalog.yaml("ibot_vit_tiny_patch16").orElseThrow();
        Path file = Files.writeString(
                folder.resolve("method.yaml"),
                text.replace("backbone: vit_tiny_patch16_224", "backbone: \"" + path + "\""));
        assertThatThrownBy(() -> MethodFile.read(file))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("method.backbone")
                .hasMessageContaining("within the folder of this file");
    }

    @Test
    void mistakesAreLocated() throws IOException {
        Path file = Files.writeString(
                folder.resolve("method.yaml"),
                MethodCatalog.yaml("ibot_vit_tiny_patch16").orElseThrow().replace("drop_path:", "drop_pat:"));
        assertThatThrownBy(() -> MethodFile.read(file))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("drop_pat is not a field here; did you mean drop_path?");
    }

    @Test
    void everyReadingOfPerceptualGroupingIsAFile() throws IOException {
        String text = MethodCatalog.yaml("dino_pgt_g_base").orElseThrow();
        Path file = Files.writeString(
                folder.resolve("method.yaml"),
                text.replace(
                        "encoder: pgt_g_base",
                        "encoder: {like: pgt_g_base, reading: {tokens_per_head: false, width_per_head: false}}"));
        assertThat(MethodFile.read(file).plan(1).graph().flops().forwardFlops())
                .isNotEqualTo(named("dino_pgt_g_base").plan(1).graph().flops().forwardFlops());
    }

    @Test
    void theExampleOfTheReferenceIsAMethod() throws IOException {
        String reference = Files.readString(Path.of("..", "docs", "models.md"));
        int start = reference.indexOf("name: ibot-mine");
        Path file = Files.writeString(
                folder.resolve("method.yaml"), reference.substring(start, reference.indexOf("```", start)));
        assertThat(MethodFile.read(file).method())
                .isEqualTo(MethodFile.read(Files.writeString(
                                folder.resolve("named.yaml"),
                                MethodCatalog.yaml("ibot_vit_small_patch16")
                                        .orElseThrow()
                                        .replace("model: vit_small_patch16", "model: mine")))
                        .method());
    }
}
