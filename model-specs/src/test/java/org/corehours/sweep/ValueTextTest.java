package org.corehours.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b|a b",
                "32..512*2|32 64 128 256 512",
                "1..4|1 2 3 4",
                "10..35+10|10 20 30",
                "0.1..0.5+0.1|0.1 0.2 0.3 0.4 0.5",
                "1..100*10,7|1 10 100 7",
                "1e2..3e2+1e2|100 200 300",
                "0..0.5+0.25|0 0.25 0.5",
                "dgx-1-v100, t4|dgx-1-v100 t4"
            })
    void rangesAreWrittenOut(String text, String values) {
        assertThat(ValueText.list(text)).containsExactly(values.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,,b", "4..1", "1..4*1", "0..4*2", "1..4+0", "0..1+1e-9"})
    void whatIsNoListIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ValueText.list(text));
    }

    @Test
    void aRangeEndsAtItsLastValueToTheLastDigit() {
        assertThat(ValueText.list("0.1..1+0.1")).hasSize(10).endsWith("1");
    }
}
