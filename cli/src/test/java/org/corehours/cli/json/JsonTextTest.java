package org.corehours.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.corehours.core.quantity.Interval;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void wholeNumbersAreWrittenAsSuch() {
        assertThat(JsonText.object(to -> to.number("parameters", 70e6)
                        .number("share", 0.25)
                        .interval("hours", new Interval(1, 2, 3))
                        .numberOrInterval("devices", Interval.exactly(8))
                        .numbers("by_part", Map.of("a", 1L))
                        .texts("names", List.of("x"))))
                .isEqualTo("""
                        {
                          "schema_version": 1,
                          "parameters": 70000000,
                          "share": 0.25,
                          "hours": {
                            "low": 1,
                            "median": 2,
                            "high": 3
                          },
                          "devices": 8,
                          "by_part": {
                            "a": 1
                          },
                          "names": [
                            "x"
                          ]
                        }
                        """);
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> JsonText.object(to -> to.number("hours", Double.NaN)))
                .hasMessage("The value of hours must be finite, not NaN.");
    }
}
