package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traces against what the Trace Event Format asks of them, so that Perfetto opens them. */
class TraceCommandTest {

    private static final int MOST_BYTES = 20_000_000;

    @ParameterizedTest
    @CsvSource({"ibot, ibot-s-10x96-800, 5000", "peco, beit-b-500k, 2000", "dual-patchnorm, b-16, 100"})
    void aTraceIsWellFormed(String paper, String run, int leastEvents) {
        Program.Result result = Program.run("trace", paper, run);
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(result.out().length()).isLessThan(MOST_BYTES);
        JsonNode events = result.json().get("traceEvents");
        assertThat(events.size()).isGreaterThan(leastEvents);
        double before = 0;
        Map<String, List<double[]>> spans = new TreeMap<>();
        Map<String, String> names = new HashMap<>();
        Map<Long, List<JsonNode>> flows = new HashMap<>();
        for (JsonNode event : events) {
            assertThat(event.get("pid").isInt()).isTrue();
            assertThat(event.get("name").asText()).isNotEmpty();
            String track = event.get("pid") + "/" + event.get("tid");
            String kind = event.get("ph").asText();
            if (kind.equals("M")) {
                if (event.get("name").asText().equals("thread_name")) {
                    names.put(track, event.get("args").get("name").asText());
                }
                continue;
            }
            assertThat(event.get("ts").asDouble()).isGreaterThanOrEqualTo(before);
            before = event.get("ts").asDouble();
            switch (kind) {
                case "X" -> {
                    assertThat(event.get("dur").asDouble()).isNotNegative();
                    assertThat(event.get("args").isObject()).isTrue();
                    spans.computeIfAbsent(track, each -> new ArrayList<>())
                            .add(new double[] {before, before + event.get("dur").asDouble()});
                }
                case "s", "f" ->
                    flows.computeIfAbsent(event.get("id").asLong(), each -> new ArrayList<>())
                            .add(event);
                case "C" -> assertThat(event.get("args").get("bytes").asLong()).isPositive();
                default -> throw new AssertionError("An event of an unknown kind: " + event);
            }
        }
        assertThat(names.keySet()).containsAll(spans.keySet());
        spans.forEach((track, each) -> {
            for (int i = 1; i < each.size(); i++) {
                assertThat(each.get(i)[0])
                        .as("spans on %s do not overlap", names.get(track))
                        .isGreaterThanOrEqualTo(each.get(i - 1)[1] - 1e-3);
            }
        });
        flows.values().forEach(ends -> {
            assertThat(ends).extracting(end -> end.get("ph").asText()).containsExactly("s", "f");
            ends.forEach(end -> assertThat(spans.get(end.get("pid") + "/" + end.get("tid")))
                    .as("an arrow ends in a span: %s", end)
                    .anyMatch(span -> span[0] <= end.get("ts").asDouble() + 1e-6
                            && end.get("ts").asDouble() <= span[1] + 1e-6));
        });
    }

    @Test
    void everyKernelAndEveryStreamOfAStepIsThere() {
        Program.Result result = Program.run("trace", "ibot", "ibot-s-10x96-800");
        Map<String, Integer> byCategory = new LinkedHashMap<>();
        double kernelSeconds = 0;
        long most = 0;
        double counted = 0;
        for (JsonNode event : result.json().get("traceEvents")) {
            String category = event.path("cat").asText();
            byCategory.merge(category, 1, Integer::sum);
            if (event.path("args").has("bound")) {
                kernelSeconds += event.get("dur").asDouble() / 1e6;
            }
            if (event.get("ph").asText().equals("C")) {
                most = Math.max(most, event.get("args").get("bytes").asLong());
                assertThat(event.get("ts").asDouble()).isGreaterThanOrEqualTo(counted);
                counted = event.get("ts").asDouble();
            }
        }
        assertThat(byCategory).containsKeys("backward", "issue", "communication", "copy", "input", "wait", "flow");
        assertThat(most).isBetween(19_000_000_000L, 21_000_000_000L);
        JsonNode step = result.json().get("otherData");
        assertThat(kernelSeconds).isCloseTo(step.get("busy_seconds").asDouble(), within(1e-5));
        double idle = 0;
        for (JsonNode cause : step.get("idle_seconds_by_cause")) {
            idle += cause.asDouble();
        }
        assertThat(idle).isCloseTo(step.get("idle_seconds").asDouble(), within(1e-9));
        assertThat(idle + kernelSeconds).isCloseTo(step.get("step_seconds").asDouble(), within(1e-5));
    }
}
