package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelRingsTest {

    private static final double MIB = 1 << 20;
    private static final Offset<Double> EXACTLY = within(1e-12);

    /** 10 µs and 1 per device to start, 2 per slice, LL128 at 3 per step but at least 4 and at half the bandwidth. */
    private static ChannelRings rings(int participants, double ramp) {
        RingLaw law = new RingLaw(10e-6, 1e-6, 2e-6, 3e-6, 4e-6, 0.5, 14e-6, ramp, 1e6, Provenance.FITTED, "test");
        return new ChannelRings(participants, 2, 20e9, 20e9, law);
    }

    /** 16 MiB over 4 devices: one loop of 8 chunks of 2 MiB, 6 steps of 2 MiB at 10 GB/s per channel. */
    @Test
    void aFullLoopTakesItsStepsAtTheChannelsBandwidth() {
        assertThat(rings(4, 0).seconds(16 * MIB)).isCloseTo(14e-6 + 6 * 2 * MIB / 10e9, EXACTLY);
    }

    /** 1 MiB more is a second loop of chunks of 128 KiB, each one slice: 2 µs on top of its transfer. */
    @Test
    void whatIsLeftOfALoopPaysTheLatencyOfItsSlices() {
        assertThat(rings(4, 0).seconds(17 * MIB)).isCloseTo(14e-6 + 6 * (2.125 * MIB / 10e9 + 2e-6), EXACTLY);
    }

    /** 400 kB are planned in LL128 (14 + 11.4 + 32.6 µs against 8.4 + 20.4 + 30) and get half the rate. */
    @Test
    void smallBuffersTravelInTheProtocolThatIsPlanned() {
        assertThat(rings(4, 0).seconds(10e3)).isCloseTo(14e-6 + 6 * 0.6e-6 + 15e3 / 5e9, EXACTLY);
        assertThat(rings(4, 0).seconds(400e3)).isCloseTo(14e-6 + 6 * 3e-6 + 600e3 / 10e9, EXACTLY);
    }

    /** A buffer of the ramp's size loses half of it. */
    @Test
    void largeBuffersLoseTheRamp() {
        assertThat(rings(4, 100e-6).seconds(16e6) - rings(4, 0).seconds(16e6)).isCloseTo(100e-6 * 16 / 17, EXACTLY);
    }

    @Test
    void aGatherHasHalfTheStepsOfAnAllReduce() {
        double steps = rings(4, 0).seconds(Collective.ALL_GATHER, 16 * MIB) - 14e-6;
        assertThat(steps).isCloseTo(3 * 2 * MIB / 10e9, EXACTLY);
        assertThat(rings(4, 0).seconds(Collective.REDUCE_SCATTER, 16 * MIB)).isCloseTo(14e-6 + steps, EXACTLY);
    }

    @ParameterizedTest
    @EnumSource(Collective.class)
    void moreBandwidthIsNeverSlower(Collective collective) {
        RingLaw law = rings(2, 50e-6).law();
        for (double bytes = 1000; bytes < 2e9; bytes *= 1.37) {
            double before = Double.POSITIVE_INFINITY;
            for (double bus = 5e9; bus < 400e9; bus *= 1.5) {
                double seconds = new ChannelRings(8, 4, bus, 40e9, law).seconds(collective, bytes);
                assertThat(seconds).as("%s bytes at %s", bytes, bus).isLessThanOrEqualTo(before);
                before = seconds;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void theBusBandwidthOfLargeBuffersIsTheRings(int participants) {
        assertThat(rings(participants, 0).busBandwidthBytesPerSecond(1e12)).isCloseTo(20e9, within(1e6));
    }

    @Test
    void stepsTakeTheLatencyOfTheirProtocol() {
        assertThat(rings(4, 0).startSeconds()).isCloseTo(14e-6, EXACTLY);
        assertThat(rings(4, 0).stepSeconds(Protocol.LL)).isCloseTo(0.6e-6, EXACTLY);
        assertThat(rings(4, 0).stepSeconds(Protocol.LL128)).as("the floor").isCloseTo(4e-6, EXACTLY);
        assertThat(rings(4, 0).stepSeconds(Protocol.SIMPLE)).isCloseTo(2e-6, EXACTLY);
    }

    @Test
    void otherDevicesHaveTheSameRings() {
        assertThat(rings(4, 1e-6).among(8)).isEqualTo(rings(8, 1e-6));
    }

    /** A chunk of 160 KiB goes in two slices: 8.2 of its 16.4 µs and a latency are less than the whole. */
    @Test
    void theSecondSliceFollowsTheFirst() {
        double chunk = 160 * 1024;
        double bytes = 2 * 4 * chunk;
        assertThat(rings(4, 0).seconds(bytes + 16 * MIB)).isCloseTo(14e-6 + 6 * (2 * MIB + chunk) / 10e9, EXACTLY);
        RingLaw slow = new RingLaw(10e-6, 1e-6, 20e-6, 3e-6, 4e-6, 0.5, 14e-6, 0, 1e6, Provenance.FITTED, "test");
        assertThat(new ChannelRings(4, 2, 20e9, 20e9, slow).seconds(bytes + 16 * MIB))
                .isCloseTo(14e-6 + 6 * (2 * MIB / 10e9 + chunk / 20e9 + 20e-6), EXACTLY);
    }

    @Test
    void refusesRingsOfOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rings(1, 0))
                .withMessage("Rings need at least 2 participants, not 1.");
    }
}
