package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;

class SwitchReductionTest {

    private final SwitchReduction eight = SwitchReduction.measured(8, 40e-6, 448e9, 300e9, Provenance.ASSUMED, "test");

    /** 448 GB/s of bus bandwidth are 256 GB of buffer a second, for each of which 1 1/8 bytes leave: 288 GB/s. */
    @Test
    void anAllReduceSendsEveryByteOnceAndItsPartAgain() {
        assertThat(eight.switchBytesPerSecond()).isCloseTo(288e9, within(1.0));
        assertThat(eight.seconds(256e6)).isCloseTo(40e-6 + 1e-3, within(1e-12));
    }

    /** Among four 1 1/4 bytes leave for each, where a ring sends 1 1/2; among two the ring sends 1 and is faster. */
    @Test
    void fewDevicesGainLessAndTwoNothing() {
        assertThat(eight.among(4).seconds(288e6)).isCloseTo(40e-6 + 1.25e-3, within(1e-12));
        assertThat(eight.among(2).seconds(300e6)).isCloseTo(40e-6 + 1e-3, within(1e-12));
    }

    @Test
    void whatIsNotSummedRunsAsARing() {
        assertThat(eight.seconds(Collective.ALL_GATHER, 300e6)).isCloseTo(20e-6 + 0.875e-3, within(1e-12));
        assertThat(eight.seconds(Collective.REDUCE_SCATTER, 300e6))
                .isEqualTo(eight.seconds(Collective.ALL_GATHER, 300e6));
        assertThat(eight.seconds(Collective.BROADCAST, 300e6)).isCloseTo(20e-6 + 1e-3, within(1e-12));
        assertThat(eight.busBytesPerSecond()).isEqualTo(300e9);
        assertThat(eight.stepSeconds(Protocol.LL)).isCloseTo(40e-6 / 14, within(1e-15));
    }

    @Test
    void oneDeviceReducesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> eight.among(1))
                .withMessage("A reduction in switches needs at least 2 participants, not 1.");
    }
}
