package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.corehours.core.hardware.AllReduceCurve.Knot;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;

class AllReduceCurveTest {

    private static AllReduceCurve curve(Knot... knots) {
        return new AllReduceCurve(8, List.of(knots), Provenance.FITTED, "test");
    }

    @Test
    void twoConstantsAreLatencyAndBusBandwidth() {
        AllReduceCurve curve = AllReduceCurve.of(8, 50e-6, 100e9, Provenance.FITTED, "test");
        // 1e9 bytes: 1e9 * 2 * 7 / 8 / 100e9 = 17.5 ms on the wire.
        assertThat(curve.seconds(1_000_000_000L)).isCloseTo(50e-6 + 17.5e-3, within(1e-12));
        assertThat(curve.seconds(0)).isEqualTo(50e-6);
        assertThat(curve.seconds(4e9)).as("beyond the last knot").isCloseTo(50e-6 + 70e-3, within(1e-12));
        assertThat(curve.busBandwidthBytesPerSecond(1e15)).isCloseTo(100e9, within(1e3));
    }

    @Test
    void isLinearBetweenKnots() {
        AllReduceCurve curve = curve(new Knot(0, 1), new Knot(100, 3), new Knot(200, 3), new Knot(300, 5));
        assertThat(curve.seconds(50)).isEqualTo(2);
        assertThat(curve.seconds(150)).isEqualTo(3);
        assertThat(curve.seconds(250)).isEqualTo(4);
        assertThat(curve.seconds(400)).isEqualTo(7);
    }

    @Test
    void moreBytesNeverTakeLess() {
        AllReduceCurve curve = curve(new Knot(0, 1), new Knot(100, 3), new Knot(200, 3), new Knot(300, 5));
        for (int bytes = 1; bytes < 500; bytes++) {
            assertThat(curve.seconds(bytes)).isGreaterThanOrEqualTo(curve.seconds(bytes - 1));
        }
    }

    @Test
    void otherParticipantsOfAUniformFabricHaveTheSameBusBandwidth() {
        AllReduceCurve eight = AllReduceCurve.of(8, 0, 100e9, Provenance.FITTED, "test");
        AllReduceCurve four = eight.among(4);
        assertThat(four.participants()).isEqualTo(4);
        assertThat(four.busBandwidthBytesPerSecond(1e9)).isCloseTo(100e9, within(100.0));
        assertThat(four.seconds(1e9)).isLessThan(eight.seconds(1e9));
    }

    @Test
    void refusesWhatIsNoCurve() {
        assertThatIllegalArgumentException().isThrownBy(() -> curve(new Knot(0, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> curve(new Knot(1, 1), new Knot(2, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> curve(new Knot(0, -1), new Knot(2, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> curve(new Knot(0, 1), new Knot(2, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> curve(new Knot(0, 2), new Knot(2, 1), new Knot(3, 4)))
                .withMessage("An all-reduce of more bytes takes no less time, and the last segment rises; but"
                        + " 0 bytes take 2.0 s and 2 bytes 1.0 s.");
        assertThatIllegalArgumentException().isThrownBy(() -> AllReduceCurve.of(1, 0, 1, Provenance.FITTED, "test"));
    }

    @Test
    void otherCollectivesTakeTheirShareOfTheBytes() {
        // 1 ms of latency; 8 GB are 14 GB on the wire at 100 GB/s.
        AllReduceCurve curve = AllReduceCurve.of(8, 1e-3, 100e9, Provenance.FITTED, "test");
        assertThat(curve.seconds(Collective.ALL_REDUCE, 8e9)).isCloseTo(1e-3 + 0.14, within(1e-9));
        assertThat(curve.seconds(Collective.ALL_GATHER, 8e9)).isCloseTo((1e-3 + 0.14) / 2, within(1e-9));
        // A broadcast has half the steps and sends every byte once.
        assertThat(curve.seconds(Collective.BROADCAST, 8e9)).isCloseTo(0.5e-3 + 0.08, within(1e-9));
    }

    @Test
    void theStepsOfARingShareTheLatencyAndTheLastSegmentIsTheBandwidth() {
        AllReduceCurve curve = curve(new Knot(0, 1.4), new Knot(100, 3), new Knot(200, 3), new Knot(300, 5));
        assertThat(curve.stepSeconds(Protocol.SIMPLE)).isCloseTo(0.1, within(1e-12));
        assertThat(curve.startSeconds()).isZero();
        assertThat(curve.busBytesPerSecond()).isCloseTo(1.75 * 100 / 2, within(1e-12));
        assertThat(curve(new Knot(0, 0), new Knot(100, 2)).busBytesPerSecond()).isCloseTo(87.5, within(1e-12));
    }
}
