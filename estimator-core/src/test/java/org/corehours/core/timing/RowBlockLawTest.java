package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.junit.jupiter.api.Test;

/** Rows in blocks of threads, by hand: steps of 1530 cycles at 1 GHz, and a cache of which rows may fill 2.1 MB. */
class RowBlockLawTest {

    private static final double STEP = 1.53e-6;
    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);

    /** A device whose memory is never in the way. */
    private static final Accelerator STEPPING = Devices.gpu(Devices.HALF_RATE, 1e9 * Devices.BANDWIDTH);

    private static double seconds(Accelerator device, Kernel kernel) {
        return new RowBlockLaw(device, Devices.MULTIPROCESSORS, new MemoryLaw(device)).seconds(kernel);
    }

    private static Kernel activation(long rows, long columns) {
        return Kernels.rows(KernelKind.ELEMENTWISE, "vllm::silu_and_mul", 2, rows, columns);
    }

    private static Kernel norm(long rows, long columns) {
        return Kernels.rows(KernelKind.NORMALIZATION, "vllm::rms_norm", 1, rows, columns);
    }

    @Test
    void rowsThatFillTheirPartOfTheCacheComeHalfFromMemory() {
        // Blocks of 250 threads, eight to a multiprocessor of 2048; a step in the cache takes 0.8 of one in memory.
        assertThat(seconds(STEPPING, activation(1050, 250)))
                .isCloseTo(1050 / 800.0 * STEP * 0.9, withinPercentage(1e-6));
        assertThat(seconds(STEPPING, norm(2100, 250)))
                .isCloseTo(2100 / 800.0 * (STEP + 0.35e-6) * 0.9, withinPercentage(1e-6));
    }

    @Test
    void wideRowsTakeAStepPer1024Columns() {
        // 200 blocks of 1024 threads; 100,000 rows are far more than the cache holds.
        assertThat(seconds(STEPPING, activation(100_000, 2048))).isCloseTo(500 * 2 * STEP, withinPercentage(1e-6));
        assertThat(seconds(STEPPING, activation(100_000, 2049))).isCloseTo(500 * 3 * STEP, withinPercentage(1e-6));
    }

    @Test
    void aDeviceMayHaveStepsAndThreadsOfItsOwn() {
        Accelerator own = Devices.with(
                Devices.with(STEPPING, "row_block.step_seconds", 2e-6), "row_block.resident_threads", 1024);
        assertThat(seconds(own, activation(100_000, 1024))).isCloseTo(1000 * 2e-6, withinPercentage(1e-6));
    }

    @Test
    void withoutACacheRowsComeFromMemory() {
        assertThat(seconds(Devices.withoutCache(STEPPING), activation(1050, 250)))
                .isCloseTo(1050 / 800.0 * STEP, withinPercentage(1e-6));
    }

    @Test
    void theSlowerOfStepsAndStreamsDecidesAndEqualOnesDelayEachOther() {
        Kernel kernel = activation(200_000, 8192);
        double stepping = 1000 * 8 * STEP;
        double streaming = new MemoryLaw(DEVICE).streamSeconds(kernel.bytes());
        double both = Math.pow(Math.pow(stepping, 6) + Math.pow(streaming, 6), 1 / 6.0);
        assertThat(seconds(DEVICE, kernel))
                .isCloseTo(both, withinPercentage(1e-6))
                .isGreaterThan(streaming);
    }
}
