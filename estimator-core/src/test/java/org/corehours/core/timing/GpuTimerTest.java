package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTimerTest {

    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);

    private final KernelTimer timer = KernelTimer.of(DEVICE);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everyTimeIsFiniteAndAboveZeroAndAtLeastTheRoofline(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            Kernel kernel = Kernels.random(random);
            KernelTime time = timer.time(kernel);
            assertThat(time.seconds()).as(kernel.toString()).isFinite().isPositive();
            double peak = kernel.type() == DataType.FP32 ? Devices.HALF_RATE / 10 : Devices.HALF_RATE;
            if (kernel.kind() != KernelKind.CONVOLUTION) {
                assertThat(time.computeSeconds()).as(kernel.toString()).isGreaterThanOrEqualTo(kernel.flops() / peak);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5, 6})
    void aFasterDeviceIsNeverSlower(long seed) {
        KernelTimer moreBandwidth = KernelTimer.of(Devices.gpu(Devices.HALF_RATE, 2 * Devices.BANDWIDTH));
        KernelTimer moreArithmetic = KernelTimer.of(Devices.gpu(2 * Devices.HALF_RATE, Devices.BANDWIDTH));
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            Kernel kernel = Kernels.random(random);
            double seconds = timer.time(kernel).seconds();
            assertThat(moreBandwidth.time(kernel).seconds())
                    .as(kernel.toString())
                    .isLessThanOrEqualTo(seconds);
            assertThat(moreArithmetic.time(kernel).seconds())
                    .as(kernel.toString())
                    .isLessThanOrEqualTo(seconds);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8, 9})
    void moreWorkOfOneAlignmentIsNeverFaster(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            long batch = 1 + random.nextInt(40);
            long m = 8L * (1 + random.nextInt(500));
            long n = 8L * (1 + random.nextInt(500));
            long k = 8L * (1 + random.nextInt(500));
            double seconds = seconds(batch, m, n, k);
            if (batch > 1) {
                assertThat(seconds(batch + 1, m, n, k)).isGreaterThanOrEqualTo(seconds);
            }
            assertThat(seconds(batch, m + 8, n, k)).isGreaterThanOrEqualTo(seconds);
            assertThat(seconds(batch, m, n + 8, k)).isGreaterThanOrEqualTo(seconds);
            assertThat(seconds(batch, m, n, k + 8)).isGreaterThanOrEqualTo(seconds);
        }
    }

    private double seconds(long batch, long m, long n, long k) {
        return timer.time(Kernels.product(DataType.FP16, batch, m, n, k)).seconds();
    }

    @Test
    void onlyRowsAlongTheSumLieOnManyPages() {
        long k = 1 << 18;
        double across = timer.time(Kernels.product(DataType.FP16, 1, 1024, 1024, k, true, false))
                .computeSeconds();
        for (boolean transposed : new boolean[] {false, true}) {
            Kernel along = Kernels.product(DataType.FP16, 1, 1024, 1024, k, transposed, transposed);
            assertThat(timer.time(along).computeSeconds()).isGreaterThan(1.05 * across);
        }
        double atMost =
                timer.time(Kernels.product(DataType.FP16, 1, 1024, 1024, k)).computeSeconds();
        assertThat(atMost).isLessThan(1.5 * across);
    }

    @Test
    void rowsInBlocksTakeOneStepPerElementAndThread() {
        double step = 1530.0
                / Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH).clockHertz().value();
        for (long columns : new long[] {1024, 4096, 28_672}) {
            Kernel one = Kernels.rows(KernelKind.ELEMENTWISE, "vllm::silu_and_mul", 2, 1, columns);
            assertThat(timer.time(one).memorySeconds())
                    .isCloseTo(Math.ceil(columns / 1024.0) * 0.575 * step, within(1e-9));
        }
        // A hundred multiprocessors hold two blocks of 1024 threads each; far more rows than the cache has room for.
        Kernel many = Kernels.rows(KernelKind.ELEMENTWISE, "vllm::silu_and_mul", 2, 200_000, 8192);
        assertThat(timer.time(many).memorySeconds()).isGreaterThanOrEqualTo(1000 * 8 * step);
        Kernel streamed = Kernels.rows(KernelKind.ELEMENTWISE, "mul", 2, 200_000, 8192);
        assertThat(timer.time(many).memorySeconds())
                .isGreaterThanOrEqualTo(timer.time(streamed).memorySeconds());
        Kernel norm = Kernels.rows(KernelKind.NORMALIZATION, "vllm::rms_norm", 1, 1, 1024);
        assertThat(timer.time(norm).memorySeconds()).isCloseTo(0.575 * step + 0.35e-6, within(1e-9));
    }

    @Test
    void longSoftmaxRowsGoThroughTheMultiprocessorsOncePerStatistic() {
        // Three reads and a write of 4 bytes at 20 GB/s in each of 100 multiprocessors; a quarter of the row is left
        // after
        // whole vectors for 256 threads and counts twice.
        KernelTimer timer = KernelTimer.of(Devices.gpu(Devices.HALF_RATE, 1e6 * Devices.BANDWIDTH));
        assertThat(timer.time(softmax(4096, 2048)).memorySeconds()).isCloseTo(16.0 * 4096 * 2048 / 2e12, within(1e-12));
        assertThat(timer.time(softmax(4096, 1365)).memorySeconds())
                .isCloseTo(16.0 * 4096 * (1365 + 341) / 2e12, within(1e-12));
    }

    /** Rows of 1280 fp32 columns go to 256 threads each, of which 800 rows are in flight: 4.096 MB. */
    @Test
    void longSoftmaxRowsInFlightBeyondTheCacheAreReadAgain() {
        MemoryLaw memory = new MemoryLaw(DEVICE);
        double bytes = 4.0 * 65_536 * 1280;
        double missing = 4.096 / 4 - 0.5;
        assertThat(timer.time(softmax(65_536, 1280)).memorySeconds())
                .isCloseTo(memory.streamSeconds(2 * bytes + 2 * bytes * missing) / 0.965, within(1e-12));
    }

    @Test
    void threadsOfASoftmaxRowAreAPowerOfTwoBelowHalfItsVectors() {
        // 512 vectors: 256 threads, 800 rows of 8 KiB in flight.
        Accelerator device = Devices.with(DEVICE, "softmax.cached_bytes", 8e6);
        double bytes = 4.0 * 65_536 * 2048;
        double missing = 800 * 8192 / 8e6 - 0.5;
        assertThat(KernelTimer.of(device).time(softmax(65_536, 2048)).memorySeconds())
                .isCloseTo(new MemoryLaw(device).streamSeconds(2 * bytes * (1 + missing)) / 0.965, within(1e-12));
    }

    @Test
    void theBackwardOfALongSoftmaxReadsItsRowsOnceMore() {
        KernelTimer timer = KernelTimer.of(Devices.gpu(Devices.HALF_RATE, 1e6 * Devices.BANDWIDTH));
        Kernel backward = Kernels.rows(KernelKind.SOFTMAX, "_softmax_backward_data", 2, 4096, 2048);
        // Two operands of 4 bytes twice and a result, at 2 TB/s.
        assertThat(timer.time(backward).memorySeconds()).isCloseTo(20.0 * 4096 * 2048 / 2e12, within(1e-12));
    }

    private static Kernel softmax(long rows, long columns) {
        TensorLayout values = TensorLayout.contiguous(DataType.FP32, rows, columns);
        return new Kernel(
                "_softmax",
                KernelKind.SOFTMAX,
                "",
                List.of(values),
                List.of(values),
                List.of(),
                DataType.FP32,
                values.bytes(),
                values.bytes(),
                0,
                1);
    }

    @Test
    void aProductJustBeyondAWaveTakesMoreThanItsShare() {
        // 100 multiprocessors take 100 tiles of 256 × 128 at once: 25600 × 128 is one wave, 1 % more is not.
        double wave =
                timer.time(Kernels.product(DataType.FP16, 1, 25_600, 128, 4096)).computeSeconds();
        double beyond =
                timer.time(Kernels.product(DataType.FP16, 1, 25_856, 128, 4096)).computeSeconds();
        assertThat(beyond / wave).isBetween(1.1, 2.0);
    }

    @Test
    void aLargeProductRunsAtTheShareOfThePeakThatTheLawStates() {
        Kernel kernel = Kernels.product(DataType.FP16, 1, 25_600, 12_800, 8192);
        double rate = kernel.flops() / timer.time(kernel).seconds();
        assertThat(rate / Devices.HALF_RATE).isCloseTo(0.8, within(0.01));
        assertThat(timer.time(kernel).bound()).isEqualTo(Bound.COMPUTE);
    }

    @Test
    void rowsThatDoNotStartOnABoundaryOfAVectorCostMore() {
        double aligned =
                timer.time(Kernels.product(DataType.FP16, 384, 200, 200, 64)).computeSeconds();
        double odd =
                timer.time(Kernels.product(DataType.FP16, 384, 197, 197, 64)).computeSeconds();
        assertThat(odd / aligned).isCloseTo(2, within(1e-9));
    }

    @Test
    void unalignedResultsOfAFewColumnsPayForWholeTiles() {
        // Talking heads: 32 · 576² rows of 4 heads, 82,944 tiles of 128 × 32 on 100 multiprocessors in 830 waves,
        // 4 steps and 32 to fill, each 128 · 32 multiply-adds at 0.8 TFLOP/s, half as much again for want of alignment.
        double four = timer.time(Kernels.product(DataType.FP16, 1, 32 * 576 * 576, 4, 4))
                .computeSeconds();
        assertThat(four).isCloseTo(1.5 * 830 * 36 * 2 * 128 * 32 / 0.8e12, within(0.01 * four));
        double six = timer.time(Kernels.product(DataType.FP16, 1, 32 * 576 * 576, 6, 6))
                .computeSeconds();
        assertThat(six / four).isCloseTo(38.0 / 36, within(1e-6));
    }

    @Test
    void rowsOfATileOnManyPagesCostMoreUnlessTheyFillThem() {
        double onePage = perFlop(8192);
        assertThat(perFlop(16_384)).isGreaterThan(1.02 * onePage);
        assertThat(perFlop(32_768)).isGreaterThan(1.02 * perFlop(16_384));
        // 128 rows of 32,000 bytes begin and end within pages: they lie on three, not on two.
        assertThat(perFlop(16_000)).isGreaterThan(1.02 * perFlop(16_384));
    }

    private double perFlop(long k) {
        Kernel kernel = Kernels.product(DataType.FP16, 1, 25_600, 12_800, k);
        return timer.time(kernel).computeSeconds() / kernel.flops();
    }

    @Test
    void tensorCoresWantTheChannelsOfAPixelTogether() {
        KernelTime apart = timer.time(Kernels.convolution(DataType.FP16, false, 64, 64, 56, 1));
        KernelTime together = timer.time(Kernels.convolution(DataType.FP16, true, 64, 64, 56, 1));
        double images = 2.0 * 64 * 64 * 56 * 56;
        assertThat(apart.seconds() - together.seconds())
                .isCloseTo(2 * 2 * images / (0.9 * Devices.BANDWIDTH), within(1e-5));
        assertThat(timer.time(Kernels.convolution(DataType.FP32, false, 64, 64, 56, 1))
                        .seconds())
                .isEqualTo(timer.time(Kernels.convolution(DataType.FP32, true, 64, 64, 56, 1))
                        .seconds());
    }

    @Test
    void depthwiseConvolutionsRunOnTheVectorUnits() {
        Kernel kernel = Kernels.convolution(DataType.FP16, false, 64, 512, 56, 512);
        assertThat(timer.time(kernel).seconds())
                .isCloseTo(kernel.flops() / (0.1 * Devices.HALF_RATE / 10) + 2e-6, within(1e-9));
    }

    @Test
    void fewTilesWithALongSumAreSplit() {
        double one =
                timer.time(Kernels.product(DataType.FP16, 1, 256, 256, 65_536)).computeSeconds();
        double alone = 2.0 * 256 * 256 * 65_536 / (4 * Devices.HALF_RATE / Devices.MULTIPROCESSORS * 0.8);
        assertThat(one).isLessThan(alone);
    }

    @Test
    void aLargeStreamRunsAtTheShareOfTheBandwidthThatTheLawStates() {
        TensorLayout layout = TensorLayout.contiguous(DataType.FP32, 1 << 28);
        KernelTime time = timer.time(Kernels.copy(layout, layout));
        assertThat(2.0 * layout.bytes() / time.seconds() / Devices.BANDWIDTH).isCloseTo(0.9, within(0.01));
        assertThat(time.bound()).isEqualTo(Bound.MEMORY);
    }

    @Test
    void copiesCostMoreTheWorseTheirOperandsLie() {
        TensorLayout plain = TensorLayout.contiguous(DataType.FP16, 256, 12, 197, 64);
        long row = 3 * 12 * 64;
        TensorLayout rows =
                new TensorLayout(new long[] {256, 12, 197, 64}, new long[] {197 * row, 64, row, 1}, DataType.FP16);
        TensorLayout columns =
                new TensorLayout(new long[] {256, 12, 64, 197}, new long[] {197 * row, 64, 1, row}, DataType.FP16);
        TensorLayout transposed = TensorLayout.contiguous(DataType.FP16, 256, 12, 64, 197);
        double inOrder = timer.time(Kernels.copy(plain, plain)).memorySeconds();
        double byRows = timer.time(Kernels.copy(rows, plain)).memorySeconds();
        double byColumns = timer.time(Kernels.copy(columns, transposed)).memorySeconds();
        assertThat(byRows).isGreaterThan(inOrder);
        assertThat(byColumns).isGreaterThan(byRows);
        assertThat(timer.time(Kernels.copy(rows, rows)).memorySeconds()).isEqualTo(inOrder);
    }

    @Test
    void aBroadcastOperandDoesNotScatterAnything() {
        TensorLayout plain = TensorLayout.contiguous(DataType.FP32, 1000, 1000);
        TensorLayout repeated = new TensorLayout(new long[] {1000, 1000}, new long[] {0, 1}, DataType.FP32);
        assertThat(timer.time(Kernels.copy(repeated, plain)).memorySeconds())
                .isLessThan(timer.time(Kernels.copy(plain, plain)).memorySeconds());
    }

    @Test
    void rowsBeyondTheCacheAreReadTwice() {
        double shortRows = perByte(KernelKind.NORMALIZATION, "native_layer_norm", 1, 1 << 20, 256);
        double longRows = perByte(KernelKind.NORMALIZATION, "native_layer_norm", 1, 1 << 14, 16_384);
        assertThat(longRows / shortRows).isCloseTo(1.5, within(0.01));
        assertThat(perByte(KernelKind.SOFTMAX, "_softmax", 1, 1 << 14, 16_384)
                        / perByte(KernelKind.SOFTMAX, "_softmax", 1, 1 << 18, 1024))
                .isCloseTo(2, within(0.01));
    }

    @Test
    void narrowRowsLeaveMultiprocessorsIdleWhenWeightGradientsAreSummed() {
        double narrow = perByte(KernelKind.NORMALIZATION, "native_layer_norm_backward", 2, 1 << 18, 192);
        double wide = perByte(KernelKind.NORMALIZATION, "native_layer_norm_backward", 2, 1 << 15, 1536);
        assertThat(narrow).isGreaterThan(1.8 * wide);
    }

    @Test
    void weightGradientsAreSummedByABlockPerSixteenColumns() {
        // 12 blocks of 15 GB/s. 1600 rows of two operands are in flight, more than half the cache.
        Kernel kernel = Kernels.rows(KernelKind.NORMALIZATION, "native_layer_norm_backward", 2, 1 << 18, 192);
        double missing = 1600 * 2 * 4 * 192 / 4e6 - 0.5;
        double streamed = new MemoryLaw(DEVICE).streamSeconds(kernel.bytes() + missing * kernel.readBytes());
        assertThat(timer.time(kernel).memorySeconds())
                .isCloseTo(streamed + kernel.readBytes() / (12 * 15e9), within(1e-12));
    }

    @Test
    void aNormOfOneVectorHasWeightsOfItsOwnSize() {
        TensorLayout vector = TensorLayout.contiguous(DataType.FP32, 4096);
        Kernel kernel = new Kernel(
                "native_layer_norm",
                KernelKind.NORMALIZATION,
                "",
                List.of(vector, vector),
                List.of(vector),
                List.of(),
                DataType.FP32,
                2 * vector.bytes(),
                vector.bytes(),
                0,
                1);
        MemoryLaw memory = new MemoryLaw(DEVICE);
        assertThat(timer.time(kernel).memorySeconds()).isLessThan(2 * memory.streamSeconds(kernel.bytes()));
    }

    private double perByte(KernelKind kind, String operator, int inputs, long rows, long columns) {
        Kernel kernel = Kernels.rows(kind, operator, inputs, rows, columns);
        return timer.time(kernel).memorySeconds() / kernel.bytes();
    }

    @Test
    void aTinyKernelIsBoundByItsLaunch() {
        TensorLayout scalar = TensorLayout.contiguous(DataType.FP32);
        KernelTime time = timer.time(Kernels.copy(scalar, scalar));
        assertThat(time.bound()).isEqualTo(Bound.LATENCY);
        assertThat(time.seconds()).isBetween(2e-6, 2.1e-6);
        assertThat(timer.issueSeconds(Kernels.copy(scalar, scalar))).isEqualTo(6e-6);
    }

    @Test
    void furtherLaunchesOfAnOperatorCostTheDriverLessThanTheOperator() {
        TensorLayout scalar = TensorLayout.contiguous(DataType.FP32);
        Kernel update = new Kernel(
                "_foreach_add_",
                KernelKind.OPTIMIZER,
                "",
                List.of(scalar),
                List.of(scalar),
                List.of(),
                DataType.FP32,
                4,
                4,
                0,
                5,
                2);
        assertThat(timer.issueSeconds(update)).isCloseTo(2 * 6e-6 + 3 * 2.5e-6, within(1e-15));
        assertThat(timer.time(update).launchSeconds()).isCloseTo(5 * 2e-6, within(1e-15));
    }

    /** TF32 is what the framework may use, fp32 what such a device multiplies in. */
    @Test
    void aDeviceWithoutTheFormatMultipliesInSinglePrecision() {
        KernelTimer capable = KernelTimer.of(Devices.with(DEVICE, Precision.TF32, Devices.HALF_RATE / 2));
        for (long batch : new long[] {1, 16}) {
            double single = timer.time(Kernels.product(DataType.FP32, batch, 512, 512, 512))
                    .computeSeconds();
            Kernel allowed = Kernels.product(DataType.TF32, batch, 512, 512, 512);
            assertThat(timer.time(allowed).computeSeconds()).isEqualTo(single);
            assertThat(capable.time(allowed).computeSeconds()).isLessThan(single);
        }
    }

    @Test
    void fusedAttentionRunsAtItsShareOfThePeakOfItsFormat() {
        KernelTimer capable = KernelTimer.of(Devices.with(DEVICE, Precision.TF32, Devices.HALF_RATE / 2));
        double flops = fused(DataType.FP16).flops();
        assertThat(timer.time(fused(DataType.FP16)).computeSeconds())
                .isCloseTo(flops / (0.5 * Devices.HALF_RATE), within(1e-15));
        assertThat(timer.time(fused(DataType.TF32)).computeSeconds())
                .isCloseTo(flops / (0.05 * Devices.HALF_RATE), within(1e-15));
        assertThat(capable.time(fused(DataType.TF32)).computeSeconds())
                .isCloseTo(flops / (0.25 * Devices.HALF_RATE), within(1e-15));
        assertThatThrownBy(() -> timer.time(fused(DataType.INT64)))
                .hasMessage("There are no matrix products in int64.");
    }

    private static Kernel fused(DataType type) {
        Kernel product = Kernels.product(type, 4, 64, 64, 64);
        return new Kernel(
                "_scaled_dot_product_flash_attention",
                KernelKind.FUSED_ATTENTION,
                "",
                product.inputs(),
                product.outputs(),
                product.products(),
                type,
                product.readBytes(),
                product.writtenBytes(),
                0,
                1);
    }

    @Test
    void saysWhichConstantOrPrecisionIsMissing() {
        assertThatThrownBy(() -> KernelTimer.of(Devices.without(Devices.gpu(1e14, 1e12), "product.half.fill_steps")))
                .hasMessageContaining("product.half.fill_steps")
                .hasMessageContaining("example");
        assertThatThrownBy(() -> timer.time(Kernels.product(DataType.BF16, 1, 8, 8, 8)))
                .isInstanceOf(UnsupportedPrecisionException.class)
                .hasMessageContaining("bf16");
        assertThatThrownBy(() -> timer.time(Kernels.product(DataType.INT64, 1, 8, 8, 8)))
                .hasMessageContaining("int64");
    }
}
