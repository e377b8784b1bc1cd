package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ChipLayoutTest {

    private static final ChipLayout V3 = new ChipLayout(2, 2);
    private static final ChipLayout V5P = new ChipLayout(2, 1);
    private static final ChipLayout V5E = new ChipLayout(1, 1);

    @Test
    void fiveHundredAndTwelveCoresAreDifferentThings() {
        assertThat(V3.chipsOfCores(512)).isEqualTo(256);
        assertThat(V3.devicesOfCores(512)).isEqualTo(512);
        assertThat(V5P.chipsOfCores(512)).isEqualTo(256);
        assertThat(V5P.devicesOfCores(512)).isEqualTo(256);
        assertThat(V5E.chipsOfCores(512)).isEqualTo(512);
        assertThat(V5E.devicesOfCores(512)).isEqualTo(512);
    }

    @Test
    void conversionsAreEachOthersInverse() {
        for (ChipLayout layout : new ChipLayout[] {V3, V5P, V5E, new ChipLayout(4, 2)}) {
            for (int chips = 1; chips <= 64; chips *= 2) {
                int devices = layout.devicesOfChips(chips);
                int cores = layout.coresOfDevices(devices);
                assertThat(layout.chipsOfDevices(devices)).isEqualTo(chips);
                assertThat(layout.chipsOfCores(cores)).isEqualTo(chips);
                assertThat(layout.devicesOfCores(cores)).isEqualTo(devices);
            }
        }
    }

    @Test
    void refusesHalfAChip() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> V5P.chipsOfCores(7))
                .withMessage("The cores (7) must fill whole chips of 2 cores each. Maybe the count is of chips"
                        + " already.");
        assertThatIllegalArgumentException().isThrownBy(() -> V3.chipsOfDevices(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChipLayout(1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChipLayout(0, 1));
    }
}
