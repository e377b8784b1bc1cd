package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceCommandTest {

    /** The fields of the trace event format that Perfetto needs: ph, pid, and by kind ts, dur, args. */
    @Test
    void everyEventIsCompleteAndMemoryIsACounter() {
        Program.Result result = Program.run("trace", "ibot", "ibot-s-10x96-800");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        Map<String, Integer> events = new HashMap<>();
        long most = 0;
        double counted = 0;
        for (JsonNode event : result.json().get("traceEvents")) {
            String kind = event.get("ph").asText();
            events.merge(kind, 1, Integer::sum);
            assertThat(event.get("pid").asInt()).isEqualTo(1);
            if (kind.equals("X")) {
                assertThat(event.get("dur").asDouble()).isNotNegative();
                assertThat(event.get("args").has("bytes")).isTrue();
            } else if (kind.equals("C")) {
                most = Math.max(most, event.get("args").get("bytes").asLong());
                assertThat(event.get("ts").asDouble()).isGreaterThanOrEqualTo(counted);
                counted = event.get("ts").asDouble();
            } else {
                assertThat(event.get("args").get("name").asText()).isNotEmpty();
            }
        }
        assertThat(events.keySet()).containsExactlyInAnyOrder("M", "X", "C");
        assertThat(most).isBetween(19_000_000_000L, 21_000_000_000L);
    }
}
