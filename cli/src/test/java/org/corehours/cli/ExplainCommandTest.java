package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels and idle times that {@code explain} shows are the step that {@code estimate} predicts, no more, no less. */
class ExplainCommandTest {

    private static final Percentage ROUNDING = Percentage.withPercentage(1e-6);

    private static JsonNode explained(String line) {
        Program.Result result = Program.run((line + " --json").split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        return result.json();
    }

    private static double sum(JsonNode rows, String key) {
        double sum = 0;
        for (JsonNode row : rows) {
            sum += row.get(key).asDouble();
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "explain vit_tiny_patch16_224 --hardware a100-sxm4-80gb --batch 4",
                "explain resnet50 --hardware rtx-3090 --precision fp32",
                "explain vit_small_patch16_224 --hardware v100-sxm2-32gb --devices 16 --batch 2048 --accumulation 2",
                "explain vit_small_patch16_224 --hardware tpu-v3 --batch 128",
                "explain swin_tiny_patch4_window7_224 --hardware a100-sxm4-80gb --stack pytorch-eager-sdpa --inference",
                "explain ibot ibot-s-10x96-800"
            })
    void kernelsAndIdleTimesAddUpToTheStep(String line) {
        JsonNode step = explained(line);
        double total = step.get("step_seconds").asDouble();
        double kernels = sum(step.get("kernels"), "seconds");
        assertThat(kernels).isCloseTo(step.get("busy_seconds").asDouble(), ROUNDING);
        double idle = 0;
        for (JsonNode cause : step.get("idle_seconds")) {
            assertThat(cause.asDouble()).isNotNegative();
            idle += cause.asDouble();
        }
        assertThat(kernels + idle).isCloseTo(total, ROUNDING);
        assertThat(sum(step.get("kernels"), "share") + idle / total).isCloseTo(1, ROUNDING);
        for (JsonNode kernel : step.get("kernels")) {
            assertThat(kernel.get("roofline_fraction").asDouble()).isPositive();
            assertThat(kernel.get("limit").asText()).isIn("arithmetic", "memory", "cache", "launch", "host");
        }
    }

    @Test
    void theStepIsTheOneThatEstimatePredicts() {
        String what = " vit_small_patch16_224 --hardware a100-sxm4-80gb --batch 64";
        JsonNode explained = explained("explain" + what);
        JsonNode estimated = Program.run(("estimate" + what + " --input none --json").split(" "))
                .json();
        assertThat(explained.get("busy_seconds").asDouble())
                .isCloseTo(sum(estimated.get("step_seconds_by_kernel_kind")), ROUNDING);
        assertThat(explained.get("step_seconds").asDouble())
                .isCloseTo(sum(estimated.get("step_seconds_by_cause")), ROUNDING);
    }

    private static double sum(JsonNode parts) {
        double sum = 0;
        for (JsonNode part : parts) {
            sum += part.asDouble();
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(strings = {"module", "phase", "kind"})
    void groupsHoldEveryKernelOnce(String by) {
        JsonNode step = explained("explain vit_tiny_patch16_224 --hardware a100-sxm4-80gb --by " + by);
        for (String key : List.of("seconds", "flops", "bytes", "calls", "launches")) {
            assertThat(sum(step.get("groups"), key)).as(key).isCloseTo(sum(step.get("kernels"), key), ROUNDING);
        }
        assertThat(step.get("groups").get(0).get(by).asText()).isNotBlank();
    }

    @Test
    void theFlopsAreThoseOfTheModel() {
        double forward = sum(
                explained("explain vit_tiny_patch16_224 --hardware a100-sxm4-80gb --batch 3 --inference")
                        .get("kernels"),
                "flops");
        JsonNode counted = Program.run("count", "vit_tiny_patch16_224", "--batch", "3", "--json")
                .json();
        assertThat(forward).isCloseTo(counted.get("forward_flops").asDouble(), within(0.5));
    }

    @Test
    void tensorFloat32IsFasterWhereTheDeviceHasItAndRefusedWhereItHasNot() {
        String line = "explain vit_small_patch16_224 --hardware a100-sxm4-80gb --precision ";
        double full = explained(line + "fp32").get("step_seconds").asDouble();
        double cut = explained(line + "tf32").get("step_seconds").asDouble();
        double half = explained(line + "fp16").get("step_seconds").asDouble();
        assertThat(cut).isBetween(half, full / 2);
        Program.Result refused =
                Program.run("explain", "vit_small_patch16_224", "--hardware", "v100-sxm2-16gb", "--precision", "tf32");
        assertThat(refused.code()).isEqualTo(ExitCode.INFEASIBLE);
        assertThat(refused.err()).contains("v100-sxm2-16gb", "tf32", "fp32, fp16");
    }

    @Test
    void graphsRemoveTheHostFromSmallSteps() {
        String line = "explain vit_tiny_patch16_224 --batch 4 --hardware h100-sxm5-80gb --stack ";
        for (String stack :
                List.of("pytorch-eager-sdpa pytorch-eager-cudagraphs", "torch-compile torch-compile-cudagraphs")) {
            JsonNode issued = explained(line + stack.split(" ")[0]);
            JsonNode replayed = explained(line + stack.split(" ")[1]);
            assertThat(issued.get("idle_seconds").get("host_stall").asDouble()).isPositive();
            assertThat(replayed.get("idle_seconds").get("host_stall").asDouble())
                    .isZero();
            assertThat(replayed.get("busy_seconds").asDouble())
                    .isCloseTo(issued.get("busy_seconds").asDouble(), ROUNDING);
        }
    }

    @Test
    void textIsSortedAndKeepsToTheWidth() {
        Program.Result result =
                Program.run("explain", "vit_base_patch16_224", "--hardware", "a100-sxm4-80gb", "--top", "12");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(result.out().lines().map(String::length)).allMatch(length -> length <= 100);
        assertThat(result.out()).contains("held up by", "more (--top", "the step", "addmm 12608×3072×768 fp16");
        double[] shares = result.out()
                .lines()
                .filter(line -> line.matches(" *[0-9.]+ %.*  (arithmetic|memory|cache|launch|host)  .*"))
                .mapToDouble(line -> Double.parseDouble(line.strip().split(" ")[0]))
                .toArray();
        assertThat(shares).hasSize(12);
        assertThat(Arrays.stream(shares).boxed().toList()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Test
    void rowsAreATableOfAllKernels(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("kernels.csv");
        Program.Result result = Program.run(
                "explain", "vit_tiny_patch16_224", "--hardware", "a100-sxm4-80gb", "--rows", file.toString(), "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).startsWith("phase,operator,kind,modules,data_type,inputs,outputs,products,calls");
        assertThat(lines).hasSize(1 + result.json().get("kernels").size());
        int columns = lines.get(0).split(",").length;
        assertThat(lines).allMatch(line -> line.split(",", -1).length == columns);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "explain vit_tiny_patch16_224",
                "explain ibot ibot-s-10x96-800 --hardware a100-sxm4-80gb",
                "explain ibot ibot-s-10x96-800 --inference",
                "explain vit_tiny_patch16_224 --hardware a100-sxm4-80gb --top 0",
                "explain vit_tiny_patch16_224 --hardware a100-sxm4-80gb --by layer"
            })
    void whatDoesNotGoTogetherIsWrongUsage(String line) {
        Program.Result result = Program.run(line.split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).startsWith("corehours: ");
    }
}
