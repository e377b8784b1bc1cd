package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models from files, and models as files. */
class ModelFilesCommandTest {

    @TempDir
    private Path folder;

    @Test
    void whatSpecPrintsCountsTheSame() throws IOException {
        for (String name : new String[] {"swin_tiny_patch4_window7_224", "gpt2_small", "vqkd_decoder1"}) {
            Path yaml = Files.writeString(
                    folder.resolve(name + ".yaml"),
                    Program.run("models", name, "--spec").out());
            Path json = Files.writeString(
                    folder.resolve(name + ".json"),
                    Program.run("models", name, "--spec", "--json").out());
            JsonNode expected = Program.run("count", name, "--json").json();
            assertThat(Program.run("count", yaml.toString(), "--json").json()).isEqualTo(expected);
            assertThat(Program.run("count", json.toString(), "--json").json()).isEqualTo(expected);
        }
    }

    @Test
    void countsSayMacsAndCausalAttentionBothWays() {
        JsonNode counts = Program.run("count", "gpt2_small", "--json", "--sequence-length", "128")
                .json();
        assertThat(2 * counts.path("forward_macs").asLong())
                .isEqualTo(counts.path("forward_flops").asLong());
        // 12 blocks of two products of 12 heads, 128 tokens and 64 dimensions: 127 · 128 / 2 pairs are hidden.
        assertThat(counts.path("forward_flops").asLong()
                        - counts.path("causal_forward_flops").asLong())
                .isEqualTo(12L * 2 * 2 * 12 * 64 * (127 * 128 / 2));
        assertThat(counts.path("saved_activation_bytes_by_policy").path("fp32").asLong())
                .isEqualTo(counts.path("saved_activation_bytes").asLong());
    }

    @Test
    void theDepthOfModulesIsTheUsers() {
        assertThat(Program.run("count", "resnet50", "--by", "module", "--depth", "1", "--json")
                        .json()
                        .path("forward_flops_by_module")
                        .has("layer1"))
                .isTrue();
        assertThat(Program.run("count", "resnet50", "--depth", "0").code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aMistakeInAFileSaysWhere() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "family: vit\npatch: 16\ndepths: 12\n");
        Program.Result result = Program.run("count", file.toString());
        assertThat(result.code()).isEqualTo(ExitCode.INPUT);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(file + ":3:1: depths: is not a field here; did you mean depth?")
                .contains(file + ":1:1: block: is missing");
        assertThat(Program.run("estimate", folder.resolve("none.onnx").toString(), "--hardware", "v100-sxm2-16gb")
                        .code())
                .isEqualTo(ExitCode.INPUT);
    }

    @Test
    void theSchemaIsJson() {
        assertThat(Program.run("models", "--schema").json().path("$defs").has("block"))
                .isTrue();
        assertThat(Program.run("models", "--spec").code()).isEqualTo(ExitCode.USAGE);
    }
}
