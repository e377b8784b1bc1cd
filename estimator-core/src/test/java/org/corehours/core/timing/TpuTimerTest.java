package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.TensorLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TpuTimerTest {

    private static final double RATE = 100e12;
    private final KernelTimer timer = KernelTimer.of(Devices.tpu(RATE, 1e12));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void everyTimeIsFiniteAndNoShorterOnASlowerDevice(long seed) {
        KernelTimer slower = KernelTimer.of(Devices.tpu(RATE / 2, 0.5e12));
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            Kernel kernel = Kernels.random(random);
            double seconds = timer.time(kernel).seconds();
            assertThat(seconds).as(kernel.toString()).isFinite().isPositive();
            assertThat(slower.time(kernel).seconds()).as(kernel.toString()).isGreaterThanOrEqualTo(seconds);
        }
    }

    @Test
    void dimensionsArePaddedToTheArray() {
        double full = compute(1, 4096, 256, 256);
        assertThat(full).isCloseTo(2.0 * 4096 * 256 * 256 / (0.9 * RATE), within(1e-12));
        // Rows pad to 8 only, so the side of 200 goes through as rows.
        assertThat(compute(1, 4096, 197, 256)).isCloseTo(full * 200 / 256, within(1e-12));
        assertThat(compute(1, 197, 197, 256)).isCloseTo(full * 200 / 4096, within(1e-12));
        assertThat(compute(1, 4096, 256, 129)).isEqualTo(full);
        assertThat(compute(1, 4096, 256, 128)).isCloseTo(full / 2, within(1e-12));
    }

    @Test
    void eitherFactorMayStayInTheArray() {
        assertThat(compute(1, 197, 4096, 64)).isEqualTo(compute(1, 4096, 197, 64));
    }

    @Test
    void memoryTrafficComesOnTop() {
        TensorLayout layout = TensorLayout.contiguous(DataType.BF16, 1 << 20);
        KernelTime time = timer.time(Kernels.copy(layout, layout));
        assertThat(time.seconds()).isCloseTo(1e-6 + 4.0 * (1 << 20) / 0.8e12, within(1e-12));
        assertThat(timer.issueSeconds(Kernels.copy(layout, layout))).isZero();
    }

    private double compute(long batch, long m, long n, long k) {
        return timer.time(Kernels.product(DataType.BF16, batch, m, n, k)).computeSeconds();
    }
}
