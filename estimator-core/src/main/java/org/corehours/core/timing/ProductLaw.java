package org.corehours.core.timing;

import java.util.Arrays;
import org.corehours.core.hardware.Accelerator;

/**
 * Dense products on a GPU: the output is cut into tiles, each multiprocessor works on a few tiles at a time, and the
 * tiles run in waves.
 *
 * <p>A tile of {@code r × c} takes {@code (k + fill) · max(2rc · h / rate, (r + c) · bytes / feed)}, with {@code rate}
 * and {@code feed} the arithmetic and the operand supply of one multiprocessor, and {@code fill} the steps lost on
 * filling and draining its pipeline. {@code h} is what a multiprocessor loses when it holds too few output elements to
 * hide its latencies: {@code 1 + hiding / held}, relative to a full one. The last wave, if it is not full, takes
 * between its share and a whole wave. Where there are too few tiles the sum over {@code k} is split among several,
 * whose partial results are added up afterwards. The library is taken to choose the best tile of its set.
 *
 * <p>Two things cost extra: rows of 16-bit factors that do not start on a boundary of 16 bytes, which rules out the
 * widest loads; and rows so long that the tiles in flight touch more pages than the translation buffers hold.
 *
 * <p>Sources: NVIDIA, "Matrix Multiplication Background User's Guide" (tiles, waves, alignment); the constants are
 * fitted, see {@code docs/laws.md}.
 */
final class ProductLaw {

    /** Rows and columns of the tiles that the vendor's libraries hold, by the names of their kernels. */
    private static final int[] TILE_ROWS = {256, 128, 128, 256, 64, 128, 64, 64, 128, 32, 64, 32, 32};

    private static final int[] TILE_COLUMNS = {128, 256, 128, 64, 256, 64, 128, 64, 32, 128, 32, 64, 32};

    /** Ways to split the sum. */
    private static final int[] SPLITS = {1, 2, 4, 8};

    /** Waves of tiles beyond which a finer split has nothing left to fill. */
    private static final double UNSPLIT_WAVES = 4;

    /** The pass that adds up the parts of a split sum: a short kernel of its own. */
    private static final double REDUCTION_SECONDS = 2e-6;

    /** Output elements that the registers of one multiprocessor hold: half of 65,536 for sums, half for operands. */
    private static final double HELD_ELEMENTS = 32_768;

    /** Elements that a vector load of 16 bytes holds in a 16-bit format. */
    private static final int ALIGNMENT = 8;

    private final int multiprocessors;
    private final double secondsPerProduct;
    private final double secondsPerOperandByte;
    private final double fillSteps;
    private final double tailRigidity;
    private final double hidingElements;
    private final double unalignedFactor;
    private final double longRowBytes;
    private final double longRowFactor;
    private final double partialSumSecondsPerElement;
    private final int[] tileRows;
    private final int[] tileColumns;

    /**
     * The law of one kind of product.
     *
     * @param accelerator the device
     * @param family the family of constants, such as {@code product.half}
     * @param batched whether it is of products in batches, whose constants override the family's where they differ
     * @param multiprocessors how many work at once
     * @param peakFlopsPerSecond the device's rate in the format
     * @param bytesPerSecond the memory bandwidth a kernel reaches
     */
    ProductLaw(
            Accelerator accelerator,
            String family,
            boolean batched,
            int multiprocessors,
            double peakFlopsPerSecond,
            double bytesPerSecond) {
        Constants constants = new Constants(accelerator, family, batched);
        double rate = peakFlopsPerSecond / multiprocessors * constants.of("rate_fraction");
        this.multiprocessors = multiprocessors;
        this.secondsPerProduct = 2 / rate;
        this.secondsPerOperandByte = 1 / constants.of("feed_bytes_per_second");
        this.fillSteps = constants.of("fill_steps");
        this.tailRigidity = constants.of("tail_rigidity");
        this.hidingElements = constants.of("hiding_elements");
        this.unalignedFactor = constants.of("unaligned_factor");
        this.longRowBytes = constants.of("long_row_bytes");
        this.longRowFactor = constants.of("long_row_factor");
        this.partialSumSecondsPerElement = 2 * Float.BYTES / bytesPerSecond;
        double fewestRows = constants.of("fewest_tile_rows");
        double mostRows = constants.of("most_tile_rows");
        double fewestColumns = constants.of("fewest_tile_columns");
        double mostColumns = constants.of("most_tile_columns");
        int count = 0;
        int[] rows = new int[TILE_ROWS.length];
        int[] columns = new int[TILE_ROWS.length];
        for (int i = 0; i < TILE_ROWS.length; i++) {
            if (TILE_ROWS[i] >= fewestRows
                    && TILE_ROWS[i] <= mostRows
                    && TILE_COLUMNS[i] >= fewestColumns
                    && TILE_COLUMNS[i] <= mostColumns) {
                rows[count] = TILE_ROWS[i];
                columns[count++] = TILE_COLUMNS[i];
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("The laws " + family + " of " + accelerator.id() + " allow no tile of "
                    + fewestRows + " to " + mostRows + " rows and " + fewestColumns + " to " + mostColumns
                    + " columns; tiles have 32 to 256.");
        }
        this.tileRows = Arrays.copyOf(rows, count);
        this.tileColumns = Arrays.copyOf(columns, count);
    }

    /** Looks a constant up under the batched family first, where that applies. */
    private record Constants(Accelerator accelerator, String family, boolean batched) {
        double of(String name) {
            String special = family + ".batched." + name;
            boolean differs = batched && accelerator.laws().containsKey(special);
            return accelerator.law(differs ? special : family + "." + name);
        }
    }

    /**
     * The time of {@code batch} products of {@code m × k} by {@code k × n}.
     *
     * @param elementBytes bytes of an element of the factors
     * @param aligned whether every row of both factors and the result starts on a boundary of 16 bytes
     * @return seconds of arithmetic
     */
    double seconds(double batch, double m, double n, double k, int elementBytes, boolean aligned) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < tileRows.length; i++) {
            double rows = tileRows[i];
            double columns = tileColumns[i];
            double tiles = Math.ceil(m / rows) * Math.ceil(n / columns) * batch;
            double arithmetic = rows * columns * secondsPerProduct;
            double feed = (rows + columns) * elementBytes * secondsPerOperandByte;
            for (int split : SPLITS) {
                if (split > 1 && tiles * split >= UNSPLIT_WAVES * multiprocessors) {
                    break;
                }
                double perMultiprocessor = tiles * split / multiprocessors;
                double step = Math.max(arithmetic * unhidden(Math.ceil(perMultiprocessor) * rows * columns), feed);
                double seconds = waves(perMultiprocessor) * (k / split + fillSteps) * step;
                if (split > 1) {
                    seconds += REDUCTION_SECONDS + batch * m * n * split * partialSumSecondsPerElement;
                }
                best = Math.min(best, seconds);
            }
        }
        double seconds = best * longRows(k * elementBytes);
        return aligned ? seconds : seconds * unalignedFactor;
    }

    private double waves(double perMultiprocessor) {
        double full = Math.floor(perMultiprocessor);
        double rest = perMultiprocessor - full;
        return rest == 0 ? full : full + tailRigidity + (1 - tailRigidity) * rest;
    }

    private double unhidden(double elements) {
        double held = Math.min(elements, HELD_ELEMENTS);
        return (1 + hidingElements / held) / (1 + hidingElements / HELD_ELEMENTS);
    }

    private double longRows(double rowBytes) {
        return 1 + longRowFactor * Math.max(0, 1 - longRowBytes / rowBytes);
    }

    /**
     * Whether every row of a product's factors and result starts on a boundary of 16 bytes.
     *
     * @param transposedA whether the left factor lies column-major
     * @param transposedB whether the right factor lies column-major
     */
    static boolean aligned(long m, long n, long k, int elementBytes, boolean transposedA, boolean transposedB) {
        if (elementBytes > 2) {
            return true;
        }
        long rowOfA = transposedA ? m : k;
        long rowOfB = transposedB ? k : n;
        return rowOfA % ALIGNMENT == 0 && rowOfB % ALIGNMENT == 0 && n % ALIGNMENT == 0;
    }
}
