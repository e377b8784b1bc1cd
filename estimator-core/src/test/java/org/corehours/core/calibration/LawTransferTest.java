package org.corehours.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.timing.KernelTimer;
import org.junit.jupiter.api.Test;

class LawTransferTest {

    private static final Accelerator VOLTA = Gpus.gpu("volta", 2018, 14, 80, 250);
    private static final Accelerator AMPERE = Gpus.gpu("ampere", 2021, 20, 108, 300);

    @Test
    void theNearestRelativeLendsItsLaws() {
        Accelerator completed = complete(Gpus.gpu("new", 2022, 20, 108, 300));
        assertThat(completed.laws().get("product.fp32.fill_steps"))
                .isEqualTo(new Sourced<>(20.0, Provenance.DERIVED, "TRANSFER from ampere"));
        assertThat(KernelTimer.of(completed)).isNotNull();
    }

    @Test
    void aBoardWithLittlePowerRunsItsProductsAtTheEnergyPerFlopOfItsRelative() {
        Accelerator completed = complete(Gpus.gpu("small", 2019, 8, 40, 50));
        assertThat(completed.law("product.fp32.rate_fraction"))
                .isCloseTo(0.9 * (50.0 / 8) / (250.0 / 14), within(1e-9));
        // Energy per FLOP falls with the process: a later board of the same watts is held back less.
        assertThat(complete(Gpus.gpu("later", 2022, 8, 40, 50)).law("product.fp32.rate_fraction"))
                .isCloseTo(0.9 * (50.0 / 8) / (300.0 / 20), within(1e-9));
    }

    @Test
    void oneThatItsPowerHoldsBackLendsNothing() {
        Accelerator starved = Gpus.gpu("starved", 2022, 20, 108, 60);
        Accelerator completed =
                new LawTransfer(List.of(VOLTA, starved)).complete(bare(Gpus.gpu("new", 2022, 20, 108, 300)));
        assertThat(completed.laws().get("product.fp32.fill_steps").source()).isEqualTo("TRANSFER from volta");
    }

    @Test
    void whereEveryIssueSlotIsNeededTheRateIsLower() {
        Accelerator completed = complete(Gpus.gpu("wide", 2022, 40, 108, 700));
        assertThat(completed.law("product.fp32.rate_fraction")).isEqualTo(0.85);
        assertThat(completed.law("product.half.rate_fraction")).isEqualTo(0.9);
    }

    @Test
    void ownLawsStay() {
        Accelerator own = Gpus.gpu("new", 2022, 20, 108, 300)
                .withLaws(Map.of("product.fp32.rate_fraction", new Sourced<>(0.5, Provenance.MEASURED, "mine")));
        assertThat(new LawTransfer(List.of(VOLTA, AMPERE)).complete(own).law("product.fp32.rate_fraction"))
                .isEqualTo(0.5);
    }

    private static Accelerator complete(Accelerator datasheet) {
        return new LawTransfer(List.of(VOLTA, AMPERE)).complete(bare(datasheet));
    }

    private static Accelerator bare(Accelerator device) {
        return device.withLaws(Map.of());
    }
}
