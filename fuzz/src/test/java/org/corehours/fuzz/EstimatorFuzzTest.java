package org.corehours.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs of any model on any device: what the program accepts has finite, positive results that grow with the work. */
class EstimatorFuzzTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Of sums in another order, not of a law. */
    private static final double ROUNDING = 1e-9;

    private static final String[] HARDWARE = {
        "v100-sxm2-16gb",
        "v100-pcie-32gb",
        "p100-pcie-16gb",
        "t4",
        "l4",
        "a100-sxm4-80gb",
        "h100-sxm5-80gb",
        "b200",
        "rtx-3090",
        "mi300x",
        "tpu-v2",
        "tpu-v3",
        "tpu-v4",
        "tpu-v5e",
        "tpu-v5p",
        "tpu-v6e",
        "dgx-1-v100",
        "dgx-a100"
    };
    private static final String[] PRECISIONS = {"fp32", "tf32", "fp16", "bf16", "fp8"};
    private static final String[] STACKS = {
        "pytorch-eager", "pytorch-eager-sdpa", "pytorch-1-eager", "torch-compile", "pytorch-eager-cudagraphs", "xla"
    };
    private static final String[] PARALLEL = {"ddp", "zero1", "zero2", "zero3", "fsdp"};
    private static final String[] CHECKPOINTING = {"none", "full", "selective"};

    @FuzzTest
    void estimate(FuzzedDataProvider data) throws IOException {
        String model = model(data);
        String name = data.consumeBoolean() ? "model.yaml" : "model.json";
        List<String> options = new ArrayList<>(List.of("estimate", "--json", "--hardware", data.pickValue(HARDWARE)));
        int devices = data.consumeInt(1, 64);
        int perDevice = data.consumeInt(1, 64);
        int steps = data.consumeInt(1, 1_000_000);
        add(options, data, "--precision", PRECISIONS);
        add(options, data, "--stack", STACKS);
        add(options, data, "--parallel", PARALLEL);
        add(options, data, "--checkpointing", CHECKPOINTING);

        JsonNode run = estimate(name, model, options, devices, perDevice * devices, steps);
        if (run == null) {
            return;
        }
        assertFinite(run, "");
        for (String positive :
                List.of("parameters", "training_flops_per_sample", "step_seconds", "hours", "energy_kwh")) {
            assertThat(median(run.path(positive))).as(positive).isFinite().isPositive();
        }
        assertThat(median(run.path("mfu"))).as("mfu").isBetween(0.0, 1.0);

        JsonNode longer = estimate(name, model, options, devices, perDevice * devices, steps * 2);
        assertNotLess(longer, run, "hours", "more steps");
        if (run.hasNonNull("cost_usd")) { // not every device has a price
            assertNotLess(longer, run, "cost_usd", "more steps");
        }
        assertNotLess(longer, run, "energy_kwh", "more steps");

        JsonNode larger = estimate(name, model, options, devices, perDevice * devices * 2, steps);
        if (larger != null) {
            assertNotLess(larger, run, "step_seconds", "a larger batch");
            // Not what PyTorch reserves: its allocator takes small tensors from smaller segments.
            String memory = run.has("allocated_memory_bytes") ? "allocated_memory_bytes" : "peak_memory_bytes";
            assertNotLess(larger, run, memory, "a larger batch");
        }
    }

    private static void assertNotLess(JsonNode more, JsonNode less, String field, String what) {
        assertThat(more).as(what).isNotNull();
        assertThat(median(more.path(field)))
                .as("%s of %s", field, what)
                .isGreaterThanOrEqualTo(median(less.path(field)) * (1 - ROUNDING));
    }

    private static double median(JsonNode value) {
        return value.isObject() ? value.path("median").asDouble(Double.NaN) : value.asDouble(Double.NaN);
    }

    private static void assertFinite(JsonNode node, String where) {
        if (node.isNumber()) {
            assertThat(node.asDouble()).as(where).isFinite().isNotNegative();
        } else if (node.isObject() && node.has("low")) {
            assertThat(node.path("low").asDouble())
                    .as(where)
                    .isLessThanOrEqualTo(node.path("median").asDouble());
            assertThat(node.path("median").asDouble())
                    .as(where)
                    .isLessThanOrEqualTo(node.path("high").asDouble());
        }
        node.properties().forEach(each -> assertFinite(each.getValue(), where + "." + each.getKey()));
        if (node.isArray()) {
            node.forEach(each -> assertFinite(each, where + "[]"));
        }
    }

    private static void add(List<String> options, FuzzedDataProvider data, String option, String[] values) {
        if (data.consumeBoolean()) {
            options.add(option);
            options.add(data.pickValue(values));
        }
    }

    private static JsonNode estimate(
            String name, String model, List<String> options, int devices, long batch, int steps) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of(
                "--devices",
                Integer.toString(devices),
                "--batch",
                Long.toString(batch),
                "--steps",
                Integer.toString(steps)));
        String out = Program.runsOn(
                name, model.getBytes(java.nio.charset.StandardCharsets.UTF_8), command.toArray(String[]::new));
        return out.isEmpty() ? null : MAPPER.readTree(out);
    }

    /** A network composed of operators, as a file says it; YAML reads JSON. */
    private static String model(FuzzedDataProvider data) {
        int heads = data.consumeInt(1, 16);
        int width = heads * 8 * data.consumeInt(1, 16);
        List<String> blocks = new ArrayList<>();
        blocks.add("{\"patches\": {\"size\": " + data.consumeInt(1, 32) + ", \"width\": " + width + "}}");
        blocks.add("\"positions\"");
        String attention = "{\"residual\": [\"layer_norm\", {\"attention\": " + heads + "}]}";
        String mlp = "{\"residual\": [\"layer_norm\", {\"mlp\": " + data.consumeInt(1, 4096) + "}]}";
        blocks.add("{\"repeat\": {\"times\": " + data.consumeInt(1, 48) + ", \"blocks\": ["
                + (data.consumeBoolean() ? attention + ", " + mlp : mlp) + "]}}");
        blocks.add("\"layer_norm\"");
        blocks.add("{\"select\": {\"axis\": 1}}");
        blocks.add("{\"linear\": " + data.consumeInt(1, 100_000) + "}");
        return "{\"input\": {\"image\": " + data.consumeInt(1, 512) + "}, \"blocks\": [" + String.join(", ", blocks)
                + "]}";
    }
}
