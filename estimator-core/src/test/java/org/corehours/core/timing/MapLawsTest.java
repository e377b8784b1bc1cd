package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalization and pooling of maps, which depend on whether the channels of a pixel lie together. */
class MapLawsTest {

    private final KernelTimer timer = KernelTimer.of(Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH));
    private static final double LAUNCH = 2e-6;

    @Test
    void fewChannelsThatLieApartLeaveMultiprocessorsIdle() {
        // 32 of 100 multiprocessors, each 0.65 busy, of 0.042 bytes per FLOP of 10 TFLOP/s; three passes.
        TensorLayout map = map(false, 128, 32, 112);
        assertThat(timer.time(batchNorm(map)).seconds() - LAUNCH)
                .isCloseTo(3.0 * map.bytes() / (0.042 * 10e12 * 0.32 * 0.65), within(1e-9));
        TensorLayout together = map(true, 128, 32, 112);
        assertThat(timer.time(batchNorm(together)).seconds() - LAUNCH)
                .isCloseTo(3.0 * map.bytes() / (0.9 * Devices.BANDWIDTH), within(1e-5));
    }

    @Test
    void aChannelThatFitsIntoRegistersIsReadOnce() {
        // 128 · 14² elements fit, 512 · 14² do not: four times the images, six times the passes' bytes.
        double fits = timer.time(batchNorm(map(false, 128, 1024, 14))).seconds() - LAUNCH;
        double larger = timer.time(batchNorm(map(false, 512, 1024, 14))).seconds() - LAUNCH;
        assertThat(fits).isCloseTo(2.0 * map(false, 128, 1024, 14).bytes() / (0.054 * 10e12), within(1e-9));
        assertThat(larger / fits).isCloseTo(6 * 0.054 / 0.042, within(1e-6));
    }

    @Test
    void aChannelOfHalfWayBetweenTheTwoIsHeld() {
        TensorLayout map = map(false, 1, 1024, 224);
        assertThat(timer.time(batchNorm(map)).seconds() - LAUNCH)
                .isCloseTo(2.0 * map.bytes() / (0.054 * 10e12), within(1e-9));
    }

    @Test
    void averagesStreamTheirRows() {
        TensorLayout map = map(false, 1000, 64, 112);
        TensorLayout pooled = map(false, 1000, 64, 56);
        double bytes = map.bytes() + pooled.bytes();
        assertThat(timer.time(pool("avg_pool2d", map, pooled)).memorySeconds())
                .isCloseTo(bytes / (0.8 * Devices.BANDWIDTH), within(2e-6));
    }

    @ParameterizedTest(name = "channels last {0}")
    @ValueSource(booleans = {false, true})
    void maximaAreBoundByTheArithmeticOfTheirPositions(boolean channelsLast) {
        TensorLayout map = map(channelsLast, 128, 64, 112);
        TensorLayout pooled = map(channelsLast, 128, 64, 56);
        double streamed = timer.time(pool("avg_pool2d", map, pooled)).seconds();
        assertThat(timer.time(pool("max_pool2d_with_indices", map, pooled)).seconds())
                .isGreaterThan(1.2 * streamed);
        double backward = timer.time(pool("max_pool2d_with_indices_backward", pooled, map))
                .seconds();
        double rate = (channelsLast ? 3.0 : 1.9) * Devices.MULTIPROCESSORS * 1e9;
        assertThat(backward - LAUNCH).isCloseTo((map.bytes() + pooled.bytes()) / rate, within(1e-9));
    }

    private static Kernel batchNorm(TensorLayout map) {
        TensorLayout weights = TensorLayout.contiguous(DataType.FP32, map.dimension(1));
        return kernel("native_batch_norm", KernelKind.NORMALIZATION, List.of(map, weights), map);
    }

    private static Kernel pool(String operator, TensorLayout from, TensorLayout to) {
        return kernel(operator, KernelKind.POOLING, List.of(from), to);
    }

    private static Kernel kernel(String operator, KernelKind kind, List<TensorLayout> inputs, TensorLayout output) {
        long read = inputs.get(0).bytes();
        return new Kernel(
                operator, kind, "", inputs, List.of(output), List.of(), DataType.FP16, read, output.bytes(), 0, 1);
    }

    private static TensorLayout map(boolean channelsLast, long images, long channels, long size) {
        long[] dimensions = {images, channels, size, size};
        return channelsLast
                ? new TensorLayout(
                        dimensions, new long[] {channels * size * size, 1, size * channels, channels}, DataType.FP16)
                : TensorLayout.contiguous(DataType.FP16, dimensions);
    }
}
