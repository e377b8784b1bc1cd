package org.corehours.core.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;

class AcceleratorTest {

    private final Accelerator volta = Examples.gpu("volta");

    @Test
    void refusesAPrecisionItLacksAndSaysWhatItHas() {
        assertThat(volta.supports(Precision.BF16)).isFalse();
        assertThatExceptionOfType(UnsupportedPrecisionException.class)
                .isThrownBy(() -> volta.peakFlopsPerSecond(Precision.BF16))
                .withMessage("The accelerator volta has no matrix units for bf16; it supports fp32, fp16.")
                .satisfies(error -> assertThat(error.precision()).isEqualTo(Precision.BF16));
        assertThat(volta.peakFlopsPerSecond(Precision.FP16)).isEqualTo(125e12);
    }

    @Test
    void saysWhichLawIsMissing() {
        assertThat(volta.law("gemm_efficiency")).isEqualTo(0.8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> volta.law("launch_seconds"))
                .withMessage("The accelerator volta has no law constant launch_seconds; it has gemm_efficiency. Add it"
                        + " to the laws of the device's file, or fit it with calibrate.");
    }

    @Test
    void aTpuHasSystolicArrays() {
        Accelerator tpu = Examples.tpu("tpu", new ChipLayout(2, 1));
        assertThat(((ComputeUnits.SystolicArrays) tpu.units()).multiplyAddsPerCycle())
                .isEqualTo(2L * 2 * 128 * 128);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Accelerator(
                        "odd",
                        "Odd",
                        "Nobody",
                        Accelerator.Kind.TPU,
                        volta.announced(),
                        volta.chip(),
                        volta.units(),
                        volta.clockHertz(),
                        volta.matrixFlopsPerSecond(),
                        Map.of(),
                        volta.memory(),
                        null,
                        volta.power(),
                        List.of(),
                        null,
                        Map.of()))
                .withMessage("The accelerator odd is a TPU, which has systolic arrays.");
    }

    @Test
    void refusesFiguresThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceMemory(Examples.of(0L), Examples.of(1.0), null))
                .withMessage("The capacity of a device's memory must be finite and above zero, not 0.0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Power(Examples.of(301.0), Examples.of(300.0)))
                .withMessage("A device cannot draw more when idle (301.0 W) than at most (300.0 W).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Price(1, "AWS", "p3", "May 2023", Provenance.RECALLED, "R"))
                .withMessage("The date of a price is written 2023, 2023-12 or 2023-12-06, not May 2023.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Region("x", "X", Examples.of(100.0), 2023, Examples.of(0.9)));
    }
}
