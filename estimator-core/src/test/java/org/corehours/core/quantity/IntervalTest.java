package org.corehours.core.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {

    @Test
    void percentilesAreInterpolatedLinearly() {
        // numpy.percentile([0, 1, ..., 10], [10, 50, 90]) and of [3, 1, 2]
        assertThat(Interval.ofSamples(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).isEqualTo(new Interval(1, 5, 9));
        Interval three = Interval.ofSamples(3, 1, 2);
        assertThat(three.low()).isCloseTo(1.2, within(1e-12));
        assertThat(three.median()).isEqualTo(2);
        assertThat(three.high()).isCloseTo(2.8, within(1e-12));
    }

    @Test
    void oneSampleHasNoSpread() {
        assertThat(Interval.ofSamples(7)).isEqualTo(Interval.exactly(7));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anIntervalHoldsItsMedianAndAtLeastThreeQuartersOfItsSamples(long seed) {
        Random random = new Random(seed);
        double[] samples = random.doubles(2 + random.nextInt(200), -1e9, 1e9).toArray();
        Interval interval = Interval.ofSamples(samples);
        long inside =
                java.util.Arrays.stream(samples).filter(interval::contains).count();
        assertThat(interval.contains(interval.median())).as("seed %d", seed).isTrue();
        if (samples.length >= 20) {
            assertThat(inside).as("seed %d", seed).isGreaterThanOrEqualTo((long) (samples.length * 0.75));
        }
    }

    @Test
    void bothBoundsBelongToAnInterval() {
        Interval interval = new Interval(1, 2, 4);
        assertThat(interval.contains(1)).isTrue();
        assertThat(interval.contains(4)).isTrue();
        assertThat(interval.contains(0.99)).isFalse();
        assertThat(interval.contains(4.01)).isFalse();
    }

    @Test
    void scalingKeepsTheShape() {
        assertThat(new Interval(1, 2, 4).scale(3)).isEqualTo(new Interval(3, 6, 12));
        assertThat(new Interval(1, 2, 4).scale(0)).isEqualTo(Interval.exactly(0));
    }

    @Test
    void refusesWhatIsNoInterval() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Interval(2, 1, 3))
                .withMessage("The bounds of an interval must not decrease: low 2.0, median 1.0, high 3.0.");
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(1, 3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(0, Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(0, 1, Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException().isThrownBy(Interval::ofSamples);
        assertThatIllegalArgumentException().isThrownBy(() -> Interval.ofSamples(1, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(1, 2, 3).scale(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(1, 2, 3).scale(Double.NaN));
    }
}
