package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;
import org.corehours.core.lowering.TensorLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionLawTest {

    private static final KernelTimer TIMER = KernelTimer.of(Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH));

    /** What the vector units do in a second of a convolution: {@code convolution.grouped_fraction} of their peak. */
    private static final double VECTOR_RATE = 0.1 * Devices.HALF_RATE / 10;

    @ParameterizedTest(name = "{0} channels per group, channels last {1}: tensor cores {2}")
    @CsvSource({
        "4, true, true",
        "8, true, true",
        "16, true, true",
        "32, true, true",
        "64, true, false",
        "128, true, false",
        "24, true, false",
        "1, true, false",
        "4, false, true",
        "32, false, true",
        "64, false, true",
        "24, false, true",
        "1, false, false"
    })
    void groupsRunOnTheUnitsTheLibraryHasKernelsFor(long width, boolean channelsLast, boolean tensorCores) {
        Kernel kernel = Kernels.convolution(DataType.FP16, channelsLast, 32, 32 * width, 28, 32);
        double onVectorUnits = kernel.flops() / VECTOR_RATE;
        double seconds = TIMER.time(kernel).computeSeconds();
        if (tensorCores) {
            assertThat(seconds).isLessThan(0.9 * onVectorUnits);
        } else {
            assertThat(seconds).isCloseTo(onVectorUnits, within(1e-12));
        }
    }

    @Test
    void narrowGroupsFillTheColumnsOfAWarpWithZeros() {
        // 512 channels in groups of 16 are a product of 512 columns with a sum over 9 · 16; of 8 they are no cheaper.
        double sixteen = compute(Kernels.convolution(DataType.FP16, true, 64, 512, 28, 32));
        double eight = compute(Kernels.convolution(DataType.FP16, true, 64, 512, 28, 64));
        assertThat(sixteen)
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, 64 * 28 * 28, 512, 9 * 16, true, false)));
        assertThat(eight).isEqualTo(sixteen);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void moreChannelsOrImagesAreNeverFasterInTheSameClassOfKernel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            long images = 1 + random.nextInt(64);
            long size = 4 + random.nextInt(60);
            boolean last = random.nextBoolean();
            long dense = 8L * (1 + random.nextInt(64));
            assertThat(seconds(last, images, dense + 8, size, 1))
                    .isGreaterThanOrEqualTo(seconds(last, images, dense, size, 1));
            assertThat(seconds(last, images + 1, dense, size, 1))
                    .isGreaterThanOrEqualTo(seconds(last, images, dense, size, 1));
            long groups = 8L * (1 + random.nextInt(16));
            long width = 4L << random.nextInt(4);
            assertThat(seconds(last, images, (groups + 8) * width, size, groups + 8))
                    .isGreaterThanOrEqualTo(seconds(last, images, groups * width, size, groups));
            long wide = 64 + 8L * random.nextInt(8);
            assertThat(seconds(last, images, groups * (wide + 8), size, groups))
                    .isGreaterThanOrEqualTo(seconds(last, images, groups * wide, size, groups));
        }
    }

    @Test
    void aGradientOfImagesIsAConvolutionWithTheChannelsSwapped() {
        long[] images = {64, 256, 14, 14};
        long pixels = 64 * 14 * 14;
        // Counted as pixels × taps and channels × channels, run as pixels × channels × taps and channels.
        Kernel gradient = inputGradient(
                images, 256, 1, new MatrixShape(Role.INPUT_GRADIENT, 1, pixels, 9 * 256, 256, false, false));
        Kernel forward = Kernels.convolution(DataType.FP16, true, 64, 256, 14, 1);
        assertThat(gradient.flops()).isEqualTo(forward.flops());
        assertThat(compute(gradient)).isEqualTo(compute(forward));
    }

    @Test
    void theGradientOfImagesBehindAStrideKeepsItsFlops() {
        long[] images = {64, 256, 28, 28};
        long outcome = 64 * 14 * 14;
        Kernel gradient = inputGradient(
                images, 512, 2, new MatrixShape(Role.INPUT_GRADIENT, 1, outcome, 9 * 256, 512, false, false));
        // 28² pixels × 256 channels, a sum of 9 · 512 / 4.
        assertThat(compute(gradient))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, 64 * 28 * 28, 256, 9 * 512 / 4, true, false)));
    }

    private static Kernel inputGradient(long[] images, long channels, long stride, MatrixShape shape) {
        TensorLayout x = channelsLast(images);
        TensorLayout g = channelsLast(images[0], channels, images[2] / stride, images[3] / stride);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP16, channels, images[1], 3, 3);
        return new Kernel(
                "convolution_backward",
                KernelKind.CONVOLUTION,
                "",
                List.of(g, x, weight),
                List.of(x),
                List.of(shape),
                DataType.FP16,
                g.bytes() + weight.bytes(),
                x.bytes(),
                0,
                1);
    }

    private static TensorLayout channelsLast(long... map) {
        long row = map[3] * map[1];
        return new TensorLayout(map, new long[] {map[2] * row, 1, row, map[1]}, DataType.FP16);
    }

    private static double compute(Kernel kernel) {
        return TIMER.time(kernel).computeSeconds();
    }

    private static double seconds(boolean channelsLast, long images, long channels, long size, long groups) {
        return TIMER.time(Kernels.convolution(DataType.FP16, channelsLast, images, channels, size, groups))
                .seconds();
    }

    /** Minimal filtering makes 2 × 2 results of 16 products where the definition has 36; groups have none. */
    @Test
    void singlePrecisionConvolutionsTakeFewerMultiplications() {
        double single = compute(Kernels.convolution(DataType.FP32, false, 64, 256, 14, 1));
        double odd = compute(Kernels.convolution(DataType.FP32, false, 64, 256, 13, 1));
        double definition = 2.0 * 64 * 14 * 14 * 9 * 256 * 256 / (Devices.HALF_RATE / 10);
        assertThat(single).isLessThan(definition).isGreaterThan(definition * 16 / 36);
        // 13 rows are filtered as 14.
        assertThat(odd).isCloseTo(single, within(0.15 * single));
    }
}
