package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class FitCommandTest {

    private static JsonNode rows(String line) {
        Program.Result result = Program.run((line + " --json").split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        return result.json().get("rows");
    }

    @Test
    void theLargestBatchFitsAndOneMoreDoesNot() {
        String options = " --hardware v100-sxm2-16gb --precision fp32";
        JsonNode row = rows("fit vit_small_patch16_224" + options).get(0);
        long batch = row.get("largest_batch").asLong();
        assertThat(row.get("memory_bytes").asLong())
                .isLessThanOrEqualTo(row.get("memory_capacity_bytes").asLong());
        String estimate = "estimate vit_small_patch16_224" + options + " --batch ";
        assertThat(Program.run((estimate + batch).split(" ")).code()).isEqualTo(ExitCode.DONE);
        assertThat(Program.run((estimate + (batch + 1)).split(" ")).code()).isEqualTo(ExitCode.INFEASIBLE);
        assertThat(row.get("limited_by").asText()).isEqualTo("saved_activations");
        assertThat(row.get("ways"))
                .isNotEmpty()
                .allSatisfy(way -> assertThat(way.get("largest_batch").asLong()).isGreaterThan(batch));
    }

    @Test
    void moreMemoryFitsMore() {
        JsonNode rows = rows("fit resnet50 --hardware v100-sxm2-16gb,v100-sxm2-32gb");
        assertThat(rows.get(1).get("largest_batch").asLong())
                .isGreaterThan(2 * rows.get(0).get("largest_batch").asLong());
    }

    @Test
    void aBatchIsRefused() {
        Program.Result result = Program.run("fit", "resnet50", "--hardware", "t4", "--batch", "8");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("corehours estimate");
    }

    @Test
    void aMethodIsKnownByItsName() {
        JsonNode whole =
                rows("fit ibot_vit_small_patch16 --hardware v100-sxm2-32gb").get(0);
        JsonNode network =
                rows("fit vit_small_patch16_224 --hardware v100-sxm2-32gb").get(0);
        assertThat(whole.get("largest_batch").asLong())
                .isPositive()
                .isLessThan(network.get("largest_batch").asLong());
    }

    @Test
    void compiledStepsShowWhatIsAliveAtThePeak() {
        JsonNode row = rows("fit vit_small_patch16_224 --hardware tpu-v3").get(0);
        JsonNode alive = row.get("alive_at_peak");
        long sum = 0;
        for (JsonNode each : alive) {
            sum += each.get("bytes").asLong();
        }
        assertThat(alive.get(0).get("kind").asText()).isEqualTo("saved_activations");
        assertThat(sum).isLessThan(row.get("memory_bytes").asLong());
        assertThat(row.get("memory_bytes_by_part").has("allocator_slack")).isFalse();
    }

    @Test
    void theSizeOfAMethodsSamplesIsItsOwn() {
        Program.Result result = Program.run("fit", "mae_vit_base_patch16", "--hardware", "t4", "--image-size", "96");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--image-size");
    }
}
