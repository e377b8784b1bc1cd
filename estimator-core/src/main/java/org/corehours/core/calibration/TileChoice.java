package org.corehours.core.calibration;

import java.util.ArrayList;
import java.util.List;

/**
 * Which tiles a library uses, and into how many parts it splits a sum at most.
 *
 * @param fewestRows the fewest rows of a tile
 * @param mostRows the most
 * @param fewestColumns the fewest columns
 * @param mostColumns the most
 * @param mostSplit the most parts of a sum; 1 if it is never split
 */
record TileChoice(int fewestRows, int mostRows, int fewestColumns, int mostColumns, int mostSplit) {

    /** The names of its constants after a family's prefix, in the order of its components. */
    static final List<String> NAMES =
            List.of("fewest_tile_rows", "most_tile_rows", "fewest_tile_columns", "most_tile_columns", "most_split");

    private static final List<Integer> SIDES = List.of(32, 64, 128, 256);
    /** Libraries from Ampere on hardly ever split an fp32 sum (6 of 1,551 recorded kernels), older ones often do. */
    static final List<Integer> SPLITS = List.of(1, 64);

    /** The choice of every tile. */
    static TileChoice every(int split) {
        return new TileChoice(32, 256, 32, 256, split);
    }

    /** All choices that allow a tile. */
    static List<TileChoice> all(int split) {
        List<TileChoice> choices = new ArrayList<>();
        for (int[] rows : ranges()) {
            for (int[] columns : ranges()) {
                if (rows[0] * columns[0] <= 128 * 256 && !thin(rows, columns)) {
                    choices.add(new TileChoice(rows[0], rows[1], columns[0], columns[1], split));
                }
            }
        }
        return choices;
    }

    private static boolean thin(int[] rows, int[] columns) {
        return (rows[1] == 32 && columns[0] == 256) || (rows[0] == 256 && columns[1] == 32);
    }

    private static List<int[]> ranges() {
        List<int[]> ranges = new ArrayList<>();
        for (int i = 0; i < SIDES.size(); i++) {
            for (int j = i; j < SIDES.size(); j++) {
                ranges.add(new int[] {SIDES.get(i), SIDES.get(j)});
            }
        }
        return ranges;
    }

    double[] values() {
        return new double[] {fewestRows, mostRows, fewestColumns, mostColumns, mostSplit};
    }
}
