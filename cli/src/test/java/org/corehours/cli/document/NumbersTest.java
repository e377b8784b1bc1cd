package org.corehours.cli.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.corehours.core.quantity.Interval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0          | 0
            0.00001234 | 1.23e-05
            0.012345   | 0.0123
            0.9996     | 1.00
            1          | 1.00
            9.996      | 10.0
            12.34      | 12.3
            99.96      | 100
            999.4      | 999
            999.6      | 1,000
            12345      | 12,300
            -41        | -41.0
            """)
    void threeDigits(double value, String text) {
        assertThat(Numbers.plain(value)).isEqualTo(text);
    }

    @Test
    void unitsFollowTheSize() {
        assertThat(Numbers.si(17.6e9, "FLOPs")).isEqualTo("17.6 GFLOPs");
        assertThat(Numbers.si(999.7e6, "")).isEqualTo("1.00 G");
        assertThat(Numbers.bytes(16L << 30)).isEqualTo("16.0 GiB");
        assertThat(Numbers.bytes(0)).isEqualTo("0 B");
        assertThat(Numbers.seconds(0.412)).isEqualTo("412 ms");
        assertThat(Numbers.seconds(0)).isEqualTo("0 s");
        assertThat(Numbers.seconds(2.5e-6)).isEqualTo("2.50 µs");
        assertThat(Numbers.hours(41)).isEqualTo("41.0 h");
        assertThat(Numbers.hours(0.5)).isEqualTo("30.0 min");
        assertThat(Numbers.hours(0.001)).isEqualTo("3.60 s");
        assertThat(Numbers.wholePercent(0.003)).isEqualTo("<1 %");
        assertThat(Numbers.wholePercent(0.999)).isEqualTo(">99 %");
        assertThat(Numbers.wholePercent(1)).isEqualTo("100 %");
        assertThat(Numbers.count(1_281_167)).isEqualTo("1,281,167");
    }

    @Test
    void anIntervalNamesAUnitOnce() {
        assertThat(Numbers.interval(new Interval(35, 41, 52), Numbers::hours)).isEqualTo("41.0 h (35.0 – 52.0)");
        assertThat(Numbers.interval(new Interval(0.5, 1.1, 1.2), Numbers::hours))
                .isEqualTo("1.10 h (30.0 min – 1.20 h)");
        assertThat(Numbers.interval(Interval.exactly(41), Numbers::hours)).isEqualTo("41.0 h");
    }

    @Test
    void theLocaleOfTheMachineChangesNothing() {
        Locale usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Numbers.plain(1234.5)).isEqualTo("1,230");
            assertThat(Numbers.dollars(3.9)).isEqualTo("$3.90");
        } finally {
            Locale.setDefault(usual);
        }
    }
}
