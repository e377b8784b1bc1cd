package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.hardware.Accelerator;
import org.junit.jupiter.api.Test;

class KernelTimersTest {

    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);

    private final KernelTimers timers = new KernelTimers();

    @Test
    void aDeviceHasOneTimerForEachLibrary() {
        KernelTimer timer = timers.of(DEVICE, MatrixLibrary.CUBLAS_11);
        assertThat(timers.of(Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH), MatrixLibrary.CUBLAS_11))
                .isNotNull()
                .isSameAs(timer);
        assertThat(timers.of(DEVICE, MatrixLibrary.CUBLAS_10)).isNotSameAs(timer);
    }

    @Test
    void anotherDeviceOfTheSameNameHasItsOwn() {
        KernelTimer timer = timers.of(DEVICE, MatrixLibrary.CUBLAS_11);
        Accelerator changed = Devices.gpu(2 * Devices.HALF_RATE, Devices.BANDWIDTH);
        assertThat(timers.of(changed, MatrixLibrary.CUBLAS_11)).isNotSameAs(timer);
    }

    @Test
    void theLargestPartOfATimeBoundsItOfEqualOnesMemoryThenArithmetic() {
        assertThat(new KernelTime(3, 2, 1, 4).bound()).isEqualTo(Bound.COMPUTE);
        assertThat(new KernelTime(2, 3, 1, 4).bound()).isEqualTo(Bound.MEMORY);
        assertThat(new KernelTime(1, 2, 3, 5).bound()).isEqualTo(Bound.LATENCY);
        assertThat(new KernelTime(3, 1, 3, 6).bound()).isEqualTo(Bound.COMPUTE);
        assertThat(new KernelTime(1, 3, 3, 6).bound()).isEqualTo(Bound.MEMORY);
        assertThat(new KernelTime(3, 3, 1, 4).bound()).isEqualTo(Bound.MEMORY);
    }
}
