package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
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

    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);

    private final KernelTimer timer = KernelTimer.of(DEVICE);

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
        double seconds = timer.time(kernel).computeSeconds();
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

    /** One pixel in four gets a gradient from the product of the result's pixels; the others get nothing. */
    @Test
    void theGradientOfA1x1ConvolutionIsAPlainProduct() {
        long outcome = 64 * 14 * 14;
        TensorLayout x = channelsLast(64, 256, 28, 28);
        TensorLayout g = channelsLast(64, 512, 14, 14);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP16, 512, 256, 1, 1);
        Kernel gradient = kernel(
                "convolution_backward",
                DataType.FP16,
                List.of(g, x, weight),
                x,
                new MatrixShape(Role.INPUT_GRADIENT, 1, outcome, 256, 512, false, false));
        assertThat(compute(gradient))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, outcome, 256, 512, true, false)));
    }

    @Test
    void aTransposedConvolutionSumsOverTheTapsThatReachAPixel() {
        // 14² pixels of 512 channels become 28² of 256 by a kernel of 4 × 4 and stride 2: 4 taps reach each.
        TensorLayout x = channelsLast(64, 512, 14, 14);
        TensorLayout y = channelsLast(64, 256, 28, 28);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP16, 512, 256, 4, 4);
        Kernel transposed = kernel(
                "convolution",
                DataType.FP16,
                List.of(x, weight),
                y,
                new MatrixShape(Role.FORWARD, 1, 64 * 14 * 14, 16 * 256, 512, false, false));
        assertThat(compute(transposed))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, 64 * 28 * 28, 256, 4 * 512, true, false)));
    }

    @Test
    void theGradientOfGroupedWeightsHasTheGroupsAsRows() {
        // 32 groups of 8 channels: 32 · 8 rows, the 9 · 8 columns filled to 9 · 16.
        TensorLayout map = channelsLast(64, 256, 14, 14);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP16, 256, 8, 3, 3);
        long pixels = 64 * 14 * 14;
        Kernel gradient = kernel(
                "convolution_backward",
                DataType.FP16,
                List.of(map, map, weight),
                weight,
                new MatrixShape(Role.WEIGHT_GRADIENT, 32, 8, 9 * 8, pixels, false, false));
        assertThat(compute(gradient))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, 32 * 8, 2 * 9 * 8, pixels, true, false)));
    }

    @Test
    void aConvolutionOfOneGroupIsNotFilled() {
        Kernel narrow = Kernels.convolution(DataType.FP16, true, 64, 8, 28, 1);
        assertThat(compute(narrow))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, 64 * 28 * 28, 8, 9 * 8, true, false)));
    }

    @Test
    void theNarrowerSideOfAGroupDecides() {
        // 8 groups of 128 channels in and 16 out.
        TensorLayout x = channelsLast(64, 1024, 14, 14);
        TensorLayout y = channelsLast(64, 128, 14, 14);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP16, 128, 128, 3, 3);
        long pixels = 64 * 14 * 14;
        Kernel grouped = kernel(
                "convolution",
                DataType.FP16,
                List.of(x, weight),
                y,
                new MatrixShape(Role.FORWARD, 8, pixels, 16, 9 * 128, false, false));
        assertThat(compute(grouped))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, pixels, 8 * 16, 9 * 128, true, false)));
    }

    @Test
    void groupsOfEightChannelsInSinglePrecisionHaveTilesOfTheirOwn() {
        Kernel eight = Kernels.convolution(DataType.FP32, false, 64, 256, 14, 32);
        assertThat(compute(eight))
                .isEqualTo(compute(Kernels.product(DataType.FP32, 32, 64 * 14 * 14, 8, 9 * 8, true, false)));
        Kernel four = Kernels.convolution(DataType.FP32, false, 64, 256, 14, 64);
        assertThat(compute(four)).isCloseTo(four.flops() / VECTOR_RATE, within(1e-12));
    }

    @Test
    void operandsNobodyDescribedMakeAPlainProduct() {
        TensorLayout map = TensorLayout.contiguous(DataType.FP16, 64, 256, 14, 14);
        MatrixShape shape = new MatrixShape(Role.FORWARD, 1, 64 * 14 * 14, 256, 9 * 256, true, false);
        Kernel alone = kernel("convolution", DataType.FP16, List.of(map), map, shape);
        assertThat(compute(alone))
                .isEqualTo(compute(Kernels.product(DataType.FP16, 1, 64 * 14 * 14, 256, 9 * 256, true, false)));
        assertThat(timer.time(alone).memorySeconds()).isEqualTo(new MemoryLaw(DEVICE).streamSeconds(alone.bytes()));
    }

    private static Kernel kernel(
            String operator, DataType type, List<TensorLayout> inputs, TensorLayout output, MatrixShape shape) {
        long read = inputs.stream().mapToLong(TensorLayout::bytes).sum();
        return new Kernel(
                operator,
                KernelKind.CONVOLUTION,
                "",
                inputs,
                List.of(output),
                List.of(shape),
                type,
                read,
                output.bytes(),
                0,
                1);
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

    private double compute(Kernel kernel) {
        return timer.time(kernel).computeSeconds();
    }

    private double seconds(boolean channelsLast, long images, long channels, long size, long groups) {
        return timer.time(Kernels.convolution(DataType.FP16, channelsLast, images, channels, size, groups))
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

    @Test
    void filteringTakesSixteenMultiplicationsForFourResultsOfNine() {
        // Even maps in whole tiles of 2 × 2; 13 rows take 7 tiles each way.
        assertThat(shareOfDefinition(16, 14)).isCloseTo(16.0 / 36, within(1e-12));
        assertThat(shareOfDefinition(16, 13)).isCloseTo(16.0 * 7 * 7 / (9 * 13 * 13), within(1e-12));
        assertThat(shareOfDefinition(15, 14))
                .as("fewer channels than tiles are made of")
                .isOne();
    }

    private double shareOfDefinition(long channels, long size) {
        Kernel plain = Kernels.product(DataType.FP32, 1, 64 * size * size, channels, 9 * channels, true, false);
        return compute(Kernels.convolution(DataType.FP32, false, 64, channels, size, 1)) / compute(plain);
    }

    @Test
    void mapsThatChangeTheirSizeAreNotFiltered() {
        TensorLayout x = TensorLayout.contiguous(DataType.FP32, 64, 32, 14, 14);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP32, 32, 32, 3, 3);
        for (long[] result : new long[][] {{14, 12}, {12, 14}}) {
            TensorLayout y = TensorLayout.contiguous(DataType.FP32, 64, 32, result[0], result[1]);
            MatrixShape shape = new MatrixShape(Role.FORWARD, 1, 64 * 14 * 12, 32, 9 * 32, true, false);
            Kernel shrinking = kernel("convolution", DataType.FP32, List.of(x, weight), y, shape);
            assertThat(compute(shrinking))
                    .isEqualTo(compute(Kernels.product(DataType.FP32, 1, 64 * 14 * 12, 32, 9 * 32, true, false)));
        }
    }

    /** TF32 is what the framework may use; a device without it convolves as in fp32, filtering included. */
    @Test
    void aDeviceWithoutTheFormatConvolvesInSinglePrecision() {
        Accelerator capable = Devices.with(DEVICE, Precision.TF32, Devices.HALF_RATE / 2);
        for (long groups : new long[] {1, 32}) {
            Kernel single = Kernels.convolution(DataType.FP32, false, 64, 256, 14, groups);
            Kernel allowed = Kernels.convolution(DataType.TF32, false, 64, 256, 14, groups);
            assertThat(timer.time(allowed)).isEqualTo(timer.time(single));
            KernelTime fast = KernelTimer.of(capable).time(allowed);
            assertThat(fast.computeSeconds()).isLessThan(compute(single));
            assertThat(fast.memorySeconds())
                    .as("rewritten for the tensor cores and back")
                    .isGreaterThan(timer.time(single).memorySeconds());
        }
    }

    @Test
    void withoutTensorCoresMapsStayAsTheyLie() {
        KernelTimer plain = KernelTimer.of(Devices.withoutMatrixCores(DEVICE));
        Kernel apart = Kernels.convolution(DataType.FP16, false, 64, 64, 56, 1);
        Kernel together = Kernels.convolution(DataType.FP16, true, 64, 64, 56, 1);
        assertThat(plain.time(apart)).isEqualTo(plain.time(together));
        assertThat(timer.time(apart).memorySeconds())
                .isGreaterThan(timer.time(together).memorySeconds());
    }
}
