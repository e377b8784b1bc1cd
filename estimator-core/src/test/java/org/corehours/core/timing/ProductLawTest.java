package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.SplittableRandom;
import org.corehours.core.hardware.Accelerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products timed by hand, on a hundred multiprocessors of 0.8 TFLOP/s each that are fed 30e9 elements a second. */
class ProductLawTest {

    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);
    private static final double STREAM = 0.9 * Devices.BANDWIDTH;

    /** A step of a tile of 64 × 64 at that rate: 2 · 64² FLOPs. */
    private static final double SMALL_STEP = 10.24e-9;

    private static ProductLaw law(Accelerator device) {
        return law(device, Devices.HALF_RATE, Devices.HALF_RATE / 10);
    }

    private static ProductLaw law(Accelerator device, double peak, double vector) {
        return new ProductLaw(device, "product.half", false, 2, Devices.MULTIPROCESSORS, peak, vector, STREAM);
    }

    private static double seconds(ProductLaw law, double batch, double m, double n, double k) {
        return law.seconds(batch, m, n, k, true, false);
    }

    @Test
    void aWholeWaveTakesOneStepPerTermOfTheSumAndThoseToFillThePipeline() {
        // 100 tiles of 256 × 128, eight times the small one.
        assertThat(seconds(law(DEVICE), 1, 25_600, 128, 4096))
                .isCloseTo((4096 + 32) * 8 * SMALL_STEP, withinPercentage(1e-9));
        assertThat(seconds(law(DEVICE), 50, 256, 256, 4096))
                .isCloseTo((4096 + 32) * 8 * SMALL_STEP, withinPercentage(1e-9));
    }

    @Test
    void fastUnitsWaitForTheirOperands() {
        // 2 waves of tiles of 256 × 128, whose step brings 384 elements.
        assertThat(seconds(law(DEVICE, 1e20, 1e13), 1, 25_600, 256, 1024))
                .isCloseTo(2 * (1024 + 32) * 384 / 30e9, withinPercentage(1e-9));
    }

    @Test
    void aMultiprocessorThatHoldsFewSumsWaitsForThem() {
        // 100 tiles of 64 × 64: 4096 sums where 32,768 would hide the latencies.
        double unhidden = (1 + 2000.0 / 4096) / (1 + 2000.0 / 32_768);
        assertThat(seconds(law(DEVICE), 1, 6400, 64, 1024))
                .isCloseTo((1024 + 32) * SMALL_STEP * unhidden, withinPercentage(1e-9));
    }

    @Test
    void theRestOfTheTilesTakesBetweenItsShareAndAWholeWave() {
        Accelerator half = Devices.with(hidingNothing(), "product.half.tail_rigidity", 0.5);
        Accelerator whole = Devices.with(half, "product.half.most_split", 1);
        // 125 tiles of 256 × 128: a wave and a quarter, whose second part counts as 0.5 + 0.5 / 4.
        Accelerator one = Devices.with(
                Devices.with(whole, "product.half.fewest_tile_rows", 256), "product.half.fewest_tile_columns", 128);
        assertThat(seconds(law(one), 1, 32_000, 128, 100_000))
                .isCloseTo(100_000 * 8 * SMALL_STEP * 1.625, withinPercentage(1e-9));
    }

    @Test
    void aSumThatIsSplitIsAddedUpAfterwards() {
        // 16 tiles of 64 × 64 in 16 parts each make three waves for a hundred multiprocessors, less work than the one
        // of
        // four parts; the parts are written and read in fp32.
        double parts = 3 * 65_536 / 16 * SMALL_STEP;
        double addition = 2e-6 + 256 * 256 * 16 * 8 / STREAM;
        assertThat(seconds(law(hidingNothing()), 1, 256, 256, 65_536))
                .isCloseTo(parts + addition, withinPercentage(1e-9));
        // 50 products of 8 such tiles keep the multiprocessors at work in four waves.
        assertThat(seconds(law(hidingNothing()), 50, 512, 64, 65_536))
                .isCloseTo(4 * 65_536 * SMALL_STEP, withinPercentage(1e-9));
    }

    private static Accelerator hidingNothing() {
        return Devices.with(Devices.with(DEVICE, "product.half.hiding_elements", 0), "product.half.fill_steps", 0);
    }

    @Test
    void rowsOnSeveralPagesMissTheTranslationBuffers() {
        ProductLaw law = law(DEVICE);
        double across = law.seconds(1, 25_600, 12_800, 16_384, true, false);
        double along = law.seconds(1, 25_600, 12_800, 16_384, true, true);
        // 128 rows of 32 KiB lie on one page more than one: half of the two of the law.
        double reach = 1 + 1e8 / ((25_600 + 12_800) * 32_768.0);
        assertThat(along / across).isCloseTo(1 + 0.5 * 0.25 / 1.25 / reach, within(1e-12));

        ProductLaw never = law(Devices.with(DEVICE, "product.half.long_row_factor", 0));
        assertThat(never.seconds(1, 25_600, 12_800, 16_384, true, true)).isEqualTo(across);
    }

    @ParameterizedTest(name = "{0} × {1} × {2} in {3} bytes, transposed {4}, {5}: {6}")
    @CsvSource({
        "8, 8, 8, 2, false, false, true",
        "7, 8, 8, 2, false, false, true",
        "7, 8, 8, 2, true, false, false",
        "8, 7, 8, 2, false, false, false",
        "8, 7, 8, 2, false, true, false",
        "8, 8, 7, 2, false, false, false",
        "8, 8, 7, 2, true, false, true",
        "8, 8, 7, 2, true, true, false",
        "7, 7, 7, 4, true, true, true",
    })
    void rowsAreAlignedIfTheirLengthIsAMultipleOfEightElements(
            long m, long n, long k, int bytes, boolean transposedA, boolean transposedB, boolean aligned) {
        assertThat(ProductLaw.aligned(m, n, k, bytes, transposedA, transposedB)).isEqualTo(aligned);
    }

    @Test
    void unalignedProductsTakeTheFactorOfTheLawWhereTensorCoresAreWorthwhile() {
        ProductLaw slowVectors = law(DEVICE, Devices.HALF_RATE, 1);
        for (double n : new double[] {1, 17, 1000}) {
            assertThat(slowVectors.seconds(1, 4096, n, 4096, false, false))
                    .as("%s columns", n)
                    .isCloseTo(1.5 * slowVectors.seconds(1, 4096, n, 4096, true, false), withinPercentage(1e-9));
        }
    }

    @Test
    void resultsOfAFewColumnsMayRunOnTheVectorUnits() {
        // A quarter of 10 TFLOP/s.
        double vector = 2.0 * 4096 * 4096 / 2.5e12;
        assertThat(law(DEVICE).seconds(1, 4096, 1, 4096, true, false)).isCloseTo(vector, withinPercentage(1e-9));
        assertThat(law(DEVICE).seconds(1, 4096, 1, 4096, false, false)).isCloseTo(vector, withinPercentage(1e-9));
        ProductLaw fastVectors = law(DEVICE, Devices.HALF_RATE, 1e16);
        assertThat(fastVectors.seconds(1, 4096, 16, 4096, true, false))
                .isCloseTo(2.0 * 4096 * 16 * 4096 / 2.5e15, withinPercentage(1e-9));
        assertThat(fastVectors.seconds(1, 4096, 17, 4096, true, false))
                .isEqualTo(law(DEVICE).seconds(1, 4096, 17, 4096, true, false));
    }

    @Test
    void aProductTimedBeforeTakesAsLongAsOneTimedFirst() {
        ProductLaw kept = law(DEVICE);
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            long batch = 1 + random.nextInt(2);
            long m = 64L * (1 + random.nextInt(6));
            long n = 64L * (1 + random.nextInt(6));
            long k = 1L << (10 + random.nextInt(6));
            boolean aligned = random.nextBoolean();
            boolean along = random.nextBoolean();
            assertThat(kept.seconds(batch, m, n, k, aligned, along))
                    .as("%d of %d × %d × %d, aligned %s, along the sum %s", batch, m, n, k, aligned, along)
                    .isEqualTo(law(DEVICE).seconds(batch, m, n, k, aligned, along));
        }
    }

    @Test
    void aLawThatAllowsNoTileIsRefused() {
        Accelerator none = Devices.with(DEVICE, "product.half.most_tile_rows", 16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> law(none))
                .withMessage("The laws product.half of example allow no tile of 64.0 to 16.0 rows and 64.0 to 256.0"
                        + " columns; tiles have 32 to 256.");
    }
}
