package org.corehours.core.timing;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.jspecify.annotations.Nullable;

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
 * widest loads, and the kernels on the vector units with them, so that results of a few columns pay for a whole tile; and
 * rows so long that the rows of one tile lie on several pages of memory, where the factors together are more than the
 * translation buffers reach.
 *
 * <p>Sources: NVIDIA, "Matrix Multiplication Background User's Guide" (tiles, waves, alignment); the constants are
 * fitted, see {@code docs/laws.md}.
 */
final class ProductLaw {

    /** Rows and columns of the tiles that the vendor's libraries hold, by the names of their kernels. */
    private static final int[] TILE_ROWS = {256, 128, 128, 256, 64, 128, 64, 64, 128, 32, 64, 32, 32};

    private static final int[] TILE_COLUMNS = {128, 256, 128, 64, 256, 64, 128, 64, 32, 128, 32, 64, 32};

    /** Waves of tiles beyond which a finer split has nothing left to fill. */
    private static final double UNSPLIT_WAVES = 4;

    /** The pass that adds up the parts of a split sum: a short kernel of its own. */
    private static final double REDUCTION_SECONDS = 2e-6;

    /** Output elements that the registers of one multiprocessor hold: half of 65,536 for sums, half for operands. */
    private static final double HELD_ELEMENTS = 32_768;

    /** Rows or columns up to which the library has kernels on the vector units (cuBLAS, {@code gemmSN}). */
    private static final double THIN = 16;

    /** The share of the vector units' peak that those reach: a choice, they are bound by memory. */
    private static final double THIN_SHARE = 0.25;

    /** The pages that GPUs map memory in (Jia et al., "Dissecting the NVIDIA Volta GPU Architecture", section 3.8). */
    private static final long PAGE_BYTES = 1 << 21;

    /** Rows of a factor that a tile walks along at once, in the commonest tiles. */
    private static final double TILE_SIDE = 128;

    /** Elements that a vector load of 16 bytes holds in a 16-bit format. */
    private static final int ALIGNMENT = 8;

    private static final int KNOWN_BITS = 8;

    /** A product and its time. */
    private record Known(double batch, double m, double n, double k, int kind, double seconds) {}

    private final double multiprocessors;
    private final double fillSteps;
    private final double tailRigidity;
    private final double hidingElements;
    private final double fullHiding;
    private final double unalignedFactor;
    private final double mostSplit;
    private final double elementBytes;
    private final double longRowPages;
    private final double longRowFactor;
    private final double longRowReachBytes;
    private final double partialSumSecondsPerElement;
    private final double thinSecondsPerFlop;
    private final Tile[] tiles;
    /** Products timed before, one per slot: models repeat few shapes. Threads that race for a slot lose nothing but time. */
    private final @Nullable Known[] known = new @Nullable Known[1 << KNOWN_BITS];

    private final Tile[] thinTiles;

    /** A tile with the time of one step by the arithmetic and by the supply of operands; sides are powers of two. */
    private record Tile(
            double perRow, double perColumn, double elements, double arithmeticSeconds, double feedSeconds) {}

    /**
     * The law of one kind of product.
     *
     * @param accelerator the device
     * @param family the family of constants, such as {@code product.half}
     * @param batched whether it is of products in batches, whose constants override the family's where they differ
     * @param elementBytes bytes of an element of the factors
     * @param multiprocessors how many work at once
     * @param peakFlopsPerSecond the device's rate in the format
     * @param vectorFlopsPerSecond its rate without matrix units
     * @param bytesPerSecond the memory bandwidth a kernel reaches
     */
    ProductLaw(
            Accelerator accelerator,
            String family,
            boolean batched,
            int elementBytes,
            int multiprocessors,
            double peakFlopsPerSecond,
            double vectorFlopsPerSecond,
            double bytesPerSecond) {
        Constants constants = new Constants(accelerator, family, batched);
        this.multiprocessors = multiprocessors;
        this.fillSteps = constants.of("fill_steps");
        this.tailRigidity = constants.of("tail_rigidity");
        this.hidingElements = constants.of("hiding_elements");
        this.fullHiding = 1 / (1 + hidingElements / HELD_ELEMENTS);
        this.unalignedFactor = constants.of("unaligned_factor");
        this.mostSplit = constants.of("most_split");
        this.elementBytes = elementBytes;
        this.longRowPages = constants.of("long_row_pages");
        this.longRowFactor = constants.of("long_row_factor");
        this.longRowReachBytes = constants.of("long_row_reach_bytes");
        this.partialSumSecondsPerElement = 2 * Float.BYTES / bytesPerSecond;
        this.thinSecondsPerFlop = 1 / (vectorFlopsPerSecond * THIN_SHARE);
        double rate = peakFlopsPerSecond / multiprocessors * constants.of("rate_fraction");
        double feed = constants.of("feed_bytes_per_second") / elementBytes;
        double fewestRows = constants.of("fewest_tile_rows");
        double mostRows = constants.of("most_tile_rows");
        double fewestColumns = constants.of("fewest_tile_columns");
        double mostColumns = constants.of("most_tile_columns");
        List<Tile> allowed = new ArrayList<>();
        List<Tile> narrow = new ArrayList<>();
        for (int i = 0; i < TILE_ROWS.length; i++) {
            double rows = TILE_ROWS[i];
            double columns = TILE_COLUMNS[i];
            double elements = rows * columns;
            Tile tile = new Tile(1 / rows, 1 / columns, elements, 2 * elements / rate, (rows + columns) / feed);
            narrow.add(tile);
            if (rows >= fewestRows && rows <= mostRows && columns >= fewestColumns && columns <= mostColumns) {
                allowed.add(tile);
            }
        }
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("The laws " + family + " of " + accelerator.id() + " allow no tile of "
                    + fewestRows + " to " + mostRows + " rows and " + fewestColumns + " to " + mostColumns
                    + " columns; tiles have 32 to 256.");
        }
        this.tiles = allowed.toArray(Tile[]::new);
        this.thinTiles = narrow.toArray(Tile[]::new);
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
     * @param aligned whether every row of both factors and the result starts on a boundary of 16 bytes
     * @param rowsAlongSum whether the rows of a factor run along the sum, as those of weights and activations do and those
     *     of both factors of a weight's gradient do not
     * @return seconds of arithmetic
     */
    double seconds(double batch, double m, double n, double k, boolean aligned, boolean rowsAlongSum) {
        int kind = (aligned ? 1 : 0) + (rowsAlongSum ? 2 : 0);
        int slot = slot(batch, m, n, k, kind);
        Known last = known[slot];
        if (last == null || last.m != m || last.n != n || last.k != k || last.batch != batch || last.kind != kind) {
            double seconds = seconds(batch, m, n, k, aligned) * (rowsAlongSum ? translation(m, n, k) : 1);
            last = new Known(batch, m, n, k, kind, seconds);
            known[slot] = last;
        }
        return last.seconds;
    }

    private static int slot(double batch, double m, double n, double k, int kind) {
        long mixed = (((long) m) * 31 + (long) n) * 31 + (long) k;
        mixed = (mixed * 31 + (long) batch) * 4 + kind;
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - KNOWN_BITS));
    }

    private double seconds(double batch, double m, double n, double k, boolean aligned) {
        double thinnest = Math.min(m, n);
        if (aligned || thinnest > THIN) {
            double seconds = fastest(tiles, batch, m, n, k) * (aligned ? 1 : unalignedFactor);
            return thinnest > THIN ? seconds : Math.min(seconds, onVectorUnits(batch, m, n, k));
        }
        return thinnest > 1
                ? fastest(thinTiles, batch, m, n, k) * unalignedFactor
                : Math.min(fastest(tiles, batch, m, n, k) * unalignedFactor, onVectorUnits(batch, m, n, k));
    }

    private double onVectorUnits(double batch, double m, double n, double k) {
        return 2 * batch * m * n * k * thinSecondsPerFlop;
    }

    private double fastest(Tile[] candidates, double batch, double m, double n, double k) {
        double best = Double.POSITIVE_INFINITY;
        for (Tile tile : candidates) {
            double share = Math.ceil(m * tile.perRow) * Math.ceil(n * tile.perColumn) * batch / multiprocessors;
            // No split and no filled wave makes a tile faster than its share of the arithmetic.
            if (share * k * tile.arithmeticSeconds >= best) {
                continue;
            }
            best = Math.min(best, waves(share) * (k + fillSteps) * step(tile, share));
            for (double split = 2; split <= mostSplit && share * split < UNSPLIT_WAVES; split *= 2) {
                double parts = waves(share * split) * (k / split + fillSteps) * step(tile, share * split);
                best = Math.min(best, parts + REDUCTION_SECONDS + batch * m * n * split * partialSumSecondsPerElement);
            }
        }
        return best;
    }

    /** What misses of the translation buffers cost, as a factor. */
    private double translation(double m, double n, double k) {
        if (longRowFactor == 0) {
            return 1;
        }
        double rowBytes = k * elementBytes;
        long tileBytes = (long) (TILE_SIDE * rowBytes);
        boolean onBoundaries = tileBytes % PAGE_BYTES == 0 || PAGE_BYTES % tileBytes == 0;
        double pages = (double) tileBytes / PAGE_BYTES;
        // Rows that do not start together with a page lie on one page more.
        double further = (onBoundaries ? Math.max(pages, 1) - 1 : pages) / longRowPages;
        double square = further * further;
        return 1 + longRowFactor * square / (1 + square) / (1 + longRowReachBytes / ((m + n) * rowBytes));
    }

    private double step(Tile tile, double share) {
        double held = Math.ceil(share) * tile.elements;
        double unhidden = held >= HELD_ELEMENTS ? 1 : (1 + hidingElements / held) * fullHiding;
        return Math.max(tile.arithmeticSeconds * unhidden, tile.feedSeconds);
    }

    private double waves(double share) {
        double full = Math.floor(share);
        double rest = share - full;
        return rest == 0 ? full : full + tailRigidity + (1 - tailRigidity) * rest;
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
