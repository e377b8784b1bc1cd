package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corehours.papers.Papers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --json} promises: the keys, snake case, nothing null, nothing that is no number. */
class JsonOutputTest {

    private static final List<String> RUN_KEYS = List.of(
            "id",
            "model",
            "parameters",
            "hardware",
            "devices",
            "global_batch",
            "training_flops_per_sample",
            "step_seconds",
            "peak_memory_bytes",
            "hours",
            "device_hours",
            "mfu",
            "bound_by",
            "cost_usd",
            "energy_kwh",
            "co2_kg");

    private static final List<String> CLAIM_KEYS = List.of(
            "id",
            "run",
            "quantity",
            "claimed",
            "estimate",
            "ratio",
            "verdict",
            "implied_mfu",
            "deciding_assumption",
            "source");

    static List<String> papers() {
        return Papers.ids();
    }

    @ParameterizedTest
    @MethodSource("papers")
    void aReportHasWhatItsReadersRelyOn(String paper) {
        Program.Result result = Program.run("report", paper, "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(result.err()).isEmpty();
        JsonNode report = result.json();
        assertThat(sane(report, "report")).isEmpty();
        assertThat(report.get("paper").asText()).isEqualTo(paper);
        assertThat(report.get("schema_version").asInt()).isEqualTo(1);
        assertThat(report.get("runs")).isNotEmpty();
        report.get("runs").forEach(run -> {
            assertThat(names(run)).containsAll(RUN_KEYS);
            for (String key : List.of("step_seconds", "peak_memory_bytes", "hours", "device_hours", "mfu")) {
                assertThat(interval(run.get(key))).as(key).isTrue();
            }
        });
        report.get("claims").forEach(claim -> {
            assertThat(names(claim)).containsAll(CLAIM_KEYS);
            assertThat(interval(claim.get("estimate"))).isTrue();
            assertThat(interval(claim.get("implied_mfu"))).isTrue();
            assertThat(claim.get("verdict").asText()).isIn("consistent", "inconsistent", "undetermined");
            assertThat(claim.get("sentence").asText())
                    .endsWith(".")
                    .contains(claim.get("verdict").asText());
        });
        report.get("assumptions").forEach(assumption -> {
            assertThat(names(assumption)).contains("id", "alternatives");
            assertThat(assumption.get("alternatives")).hasSizeGreaterThan(1);
        });
        assertThat(report.get("inputs")).isNotEmpty();
        report.get("inputs")
                .forEach(input -> assertThat(names(input)).contains("name", "value", "provenance", "source"));
    }

    @Test
    void theSameReportIsTheSameBytes() {
        assertThat(Program.run("report", "perceptual-group-tokenizer", "--json").out())
                .isEqualTo(Program.run("report", "perceptual-group-tokenizer", "--json")
                        .out());
    }

    @Test
    void theTokenizersReportSaysUnderWhichReadingsItsCoreHoursHold() {
        JsonNode report =
                Program.run("report", "perceptual-group-tokenizer", "--json").json();
        JsonNode claim = null;
        for (JsonNode each : report.get("claims")) {
            if (each.get("quantity").asText().equals("core_hours")) {
                claim = each;
                break;
            }
        }
        assertThat(claim).isNotNull();
        assertThat(claim.get("implied_mfu_by_hardware").findValuesAsText("hardware"))
                .containsExactlyInAnyOrder("tpu-v5e", "tpu-v5p");
        assertThat(claim.get("readings")).hasSizeGreaterThan(3);
        double prior = 0;
        for (JsonNode reading : claim.get("readings")) {
            prior += reading.get("prior").asDouble();
            assertThat(reading.get("fitting_weight").asDouble()).isBetween(0.0, 1.0);
        }
        assertThat(prior).isCloseTo(1, within(1e-9));
        assertThat(report.get("arithmetic").get(0).get("product").asDouble()).isEqualTo(20_992);
        assertThat(report.get("arithmetic").get(0).get("agrees").asBoolean()).isTrue();
    }

    @Test
    void anEstimateIsARun() {
        Program.Result result = Program.run(
                "estimate",
                "vit_base_patch16_224",
                "--hardware",
                "v100-sxm2-32gb",
                "--devices",
                "16",
                "--global-batch",
                "1024",
                "--epochs",
                "300",
                "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(names(result.json())).containsAll(RUN_KEYS).contains("schema_version");
        assertThat(sane(result.json(), "estimate")).isEmpty();
        assertThat(result.json().get("parameters").asLong()).isEqualTo(86_567_656);
        assertThat(result.json().get("training_flops_per_sample").asLong()).isEqualTo(105_151_758_336L);
    }

    @Test
    void aCountIsExact() {
        JsonNode count = Program.run("count", "vit_small_patch16_224", "--batch", "2", "--json")
                .json();
        assertThat(names(count))
                .contains(
                        "schema_version",
                        "model",
                        "batch",
                        "parameters",
                        "forward_flops",
                        "forward_flops_by_operator",
                        "training_flops",
                        "training_flops_by_operator",
                        "saved_activation_bytes");
        assertThat(count.get("parameters").asLong()).isEqualTo(22_050_664);
        // What PyTorch keeps for the backward computation of two images, the images themselves apart.
        assertThat(count.get("saved_activation_bytes").asLong()).isEqualTo(139_838_480);
        long sum = 0;
        for (JsonNode each : count.get("training_flops_by_operator")) {
            sum += each.asLong();
        }
        assertThat(sum).isEqualTo(count.get("training_flops").asLong());
    }

    @Test
    void comparedRunsAreRuns() {
        Program.Result result = Program.run(
                "compare",
                "ibot",
                "--run",
                "ibot-s-10x96-800",
                "--hardware",
                "v100-sxm2-32gb,a100-sxm4-80gb,tpu-v5e",
                "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(sane(result.json(), "compare")).isEmpty();
        assertThat(result.json().get("rows"))
                .hasSize(3)
                .allSatisfy(row -> assertThat(names(row)).containsAll(RUN_KEYS));
        assertThat(result.json().get("rows").findValuesAsText("hardware"))
                .contains("v100-sxm2-32gb", "a100-sxm4-80gb", "tpu-v5e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"papers", "models", "hardware", "papers ibot", "models vit_base_patch16_224", "hardware tpu-v5e"
            })
    void listsAreArraysOfObjectsWithAnId(String line) {
        Program.Result result = Program.run((line + " --json").split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        JsonNode list = result.json();
        assertThat(list.isArray()).isTrue();
        assertThat(list).isNotEmpty().allSatisfy(each -> assertThat(names(each)).contains("id", "schema_version"));
        assertThat(sane(list, line)).isEmpty();
    }

    @Test
    void anAuditHasTheClaimsOfAllPapersAndKeepsToItsThreshold() {
        Program.Result result = Program.run("audit", "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(sane(result.json(), "audit")).isEmpty();
        assertThat(result.json().get("claims"))
                .isNotEmpty()
                .allSatisfy(claim ->
                        assertThat(names(claim)).containsAll(CLAIM_KEYS).contains("paper"));
        Program.Result strict = Program.run("audit", "--json", "--fail-on", "consistent,undetermined,inconsistent");
        assertThat(strict.code()).isEqualTo(ExitCode.THRESHOLD);
        assertThat(strict.out()).isEqualTo(result.out());
        assertThat(strict.err()).startsWith("corehours: --fail-on: ");
    }

    /** The places of nulls, of keys that are not snake case and of texts that spell a number JSON does not have. */
    private static List<String> sane(JsonNode node, String place) {
        List<String> problems = new ArrayList<>();
        if (node.isNull()
                || (node.isTextual() && List.of("NaN", "Infinity", "null").contains(node.asText()))) {
            problems.add(place);
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                boolean isData =
                        place.endsWith(".choices") || place.endsWith(".likeliest_reading") || place.contains("_by_");
                if (!isData && !field.getKey().matches("[a-z0-9]+(_[a-z0-9]+)*")) {
                    problems.add(place + "." + field.getKey());
                }
                problems.addAll(sane(field.getValue(), place + "." + field.getKey()));
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            problems.addAll(sane(node.get(i), place + "[" + i + "]"));
        }
        return problems;
    }

    private static boolean interval(JsonNode node) {
        return node.path("low").isNumber()
                && node.path("low").asDouble() <= node.path("median").asDouble()
                && node.path("median").asDouble() <= node.path("high").asDouble();
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
