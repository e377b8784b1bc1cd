package org.corehours.core.timing;

import java.util.Arrays;
import org.corehours.core.hardware.Accelerator;

/**
 * Dense products on a GPU: the output is cut into tiles, each multiprocessor works on one tile at a time, and the tiles
 * run in waves.
 *
 * <p>A tile of {@code r × c} over {@code k} steps takes {@code (k + fill) · max(2rc / rate, (r + c) · bytes / feed)},
 * with {@code rate} and {@code feed} the arithmetic and the operand supply of one multiprocessor, and {@code fill} the
 * steps lost on filling and draining its pipeline. The last wave, if it is not full, takes between its share and a
 * whole wave. Where there are too few tiles the sum over {@code k} is split among several, whose partial results are
 * added up afterwards. The library is taken to choose the best tile of its set.
 *
 * <p>Sources: NVIDIA, "Matrix Multiplication Background User's Guide" (tiles, waves, alignment); the constants are
 * fitted, see {@code docs/laws.md}.
 */
final class ProductLaw {

    /** Rows and columns of the tiles that the vendor's libraries hold, by the names of their kernels. */
    private static final int[] TILE_ROWS = {256, 128, 128, 256, 64, 128, 64, 64, 128, 32, 64, 32, 32};

    private static final int[] TILE_COLUMNS = {128, 256, 128, 64, 256, 64, 128, 64, 32, 128, 32, 64, 32};

    /** Ways to split the sum; more are never the best where this many tiles already fill the device. */
    private static final int[] SPLITS = {1, 2, 4, 8};

    /** The pass that adds up the parts of a split sum: a short kernel of its own. */
    private static final double REDUCTION_SECONDS = 2e-6;

    /** Elements that a vector load of 16 bytes holds in a 16-bit format. */
    private static final int ALIGNMENT = 8;

    private final int multiprocessors;
    private final double secondsPerProduct;
    private final double secondsPerOperandByte;
    private final double fillSteps;
    private final double tailRigidity;
    private final double unalignedFactor;
    private final double partialSumSecondsPerElement;
    private final int[] tileRows;
    private final int[] tileColumns;

    /**
     * The law of one kind of product.
     *
     * @param accelerator the device
     * @param family the family of constants, such as {@code product.half.batched}
     * @param multiprocessors how many work at once
     * @param peakFlopsPerSecond the device's rate in the format
     * @param bytesPerSecond the memory bandwidth a kernel reaches
     */
    ProductLaw(
            Accelerator accelerator,
            String family,
            int multiprocessors,
            double peakFlopsPerSecond,
            double bytesPerSecond) {
        this.multiprocessors = multiprocessors;
        double rate = peakFlopsPerSecond / multiprocessors * accelerator.law(family + ".rate_fraction");
        this.secondsPerProduct = 2 / rate;
        this.secondsPerOperandByte = 1 / accelerator.law(family + ".feed_bytes_per_second");
        this.fillSteps = accelerator.law(family + ".fill_steps");
        this.tailRigidity = accelerator.law(family + ".tail_rigidity");
        this.unalignedFactor = accelerator.law(family + ".unaligned_factor");
        this.partialSumSecondsPerElement = 2 * Float.BYTES / bytesPerSecond;
        double smallest = accelerator.law(family + ".smallest_tile");
        double largest = accelerator.law(family + ".largest_tile");
        int count = 0;
        int[] rows = new int[TILE_ROWS.length];
        int[] columns = new int[TILE_ROWS.length];
        for (int i = 0; i < TILE_ROWS.length; i++) {
            int elements = TILE_ROWS[i] * TILE_COLUMNS[i];
            if (elements >= smallest && elements <= largest) {
                rows[count] = TILE_ROWS[i];
                columns[count++] = TILE_COLUMNS[i];
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException(
                    "The laws " + family + " of " + accelerator.id() + " allow no tile between " + smallest + " and "
                            + largest + " elements; tiles have 1024 to 32768.");
        }
        this.tileRows = Arrays.copyOf(rows, count);
        this.tileColumns = Arrays.copyOf(columns, count);
    }

    /**
     * The time of {@code batch} products of {@code m × k} by {@code k × n}.
     *
     * @param elementBytes bytes of an element of the factors
     * @param transposedA whether the left factor lies column-major
     * @param transposedB whether the right factor lies column-major
     * @return seconds of arithmetic
     */
    double seconds(
            double batch, double m, double n, double k, int elementBytes, boolean transposedA, boolean transposedB) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < tileRows.length; i++) {
            double rows = tileRows[i];
            double columns = tileColumns[i];
            double tiles = Math.ceil(m / rows) * Math.ceil(n / columns) * batch;
            double step = Math.max(
                    rows * columns * secondsPerProduct, (rows + columns) * elementBytes * secondsPerOperandByte);
            for (int split : SPLITS) {
                if (split > 1 && tiles * split >= 4.0 * multiprocessors) {
                    break;
                }
                double seconds = waves(tiles * split) * (k / split + fillSteps) * step;
                if (split > 1) {
                    seconds += REDUCTION_SECONDS + batch * m * n * split * partialSumSecondsPerElement;
                }
                best = Math.min(best, seconds);
            }
        }
        return aligned(m, n, k, elementBytes, transposedA, transposedB) ? best : best * unalignedFactor;
    }

    private double waves(double tiles) {
        double full = Math.floor(tiles / multiprocessors);
        double rest = tiles - full * multiprocessors;
        return rest == 0 ? full : full + tailRigidity + (1 - tailRigidity) * rest / multiprocessors;
    }

    /** Whether every row starts on a boundary that the widest loads need. */
    private static boolean aligned(
            double m, double n, double k, int elementBytes, boolean transposedA, boolean transposedB) {
        if (elementBytes > 2) {
            return true;
        }
        double rowOfA = transposedA ? m : k;
        double rowOfB = transposedB ? k : n;
        return rowOfA % ALIGNMENT == 0 && rowOfB % ALIGNMENT == 0 && n % ALIGNMENT == 0;
    }
}
