package org.corehours.core.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.corehours.core.quantity.Sourced;

/**
 * The inter-chip interconnect of TPUs: a 2D or 3D torus of chips that spans machines. A slice of it is a box of chips;
 * an axis of a slice closes to a ring only under the fabric's rule, else it is a line with half the bandwidth.
 *
 * @param extents the largest slice, chips along each axis
 * @param wraparound when an axis closes to a ring
 * @param linkBytesPerSecond the published speed of one link in one direction; a chip has two links per axis
 * @param efficiency the share of it that collectives reach
 * @param hopSeconds the latency of one hop
 * @param devicesPerChip framework devices on one chip
 */
public record TorusFabric(
        List<Integer> extents,
        Wraparound wraparound,
        Sourced<Double> linkBytesPerSecond,
        Sourced<Double> efficiency,
        Sourced<Double> hopSeconds,
        int devicesPerChip)
        implements Fabric {

    /** Slices of tori of three axes are made of hosts with a 2 x 2 of chips (Cloud TPU's pages of v4 and v5p, recalled). */
    private static final int CHIPS_OF_A_HOST = 4;

    /**
     * When an axis closes to a ring.
     *
     * @param chips the length in question
     * @param multiplesToo whether multiples of that length close as well (optical switches, v4 and v5p), or only that
     *     length itself (the full axis of a v5e or v6e pod)
     */
    public record Wraparound(int chips, boolean multiplesToo) {

        /** @throws IllegalArgumentException if the length is below two */
        public Wraparound {
            if (chips < 2) {
                throw new IllegalArgumentException("An axis that closes has at least 2 chips, not " + chips + ".");
            }
        }

        boolean closes(int length) {
            return multiplesToo ? length >= chips && length % chips == 0 : length == chips;
        }
    }

    /**
     * A box of chips.
     *
     * @param axes chips along each axis, shortest first
     */
    public record Slice(List<Integer> axes) {

        /** @throws IllegalArgumentException if there is no axis or one is shorter than a chip */
        public Slice {
            axes = List.copyOf(axes);
            if (axes.isEmpty() || axes.stream().anyMatch(axis -> axis < 1)) {
                throw new IllegalArgumentException("The axes of a slice are at least 1 chip long, not " + axes + ".");
            }
        }

        /** {@return the number of chips} */
        public int chips() {
            return axes.stream().reduce(1, Math::multiplyExact);
        }

        /** {@return the axes as vendors write them, such as {@code 4x8}} */
        @Override
        public String toString() {
            return axes.stream().map(String::valueOf).collect(Collectors.joining("x"));
        }
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public TorusFabric {
        extents = new Slice(extents).axes();
        Checks.positive("a torus", "link bandwidth", linkBytesPerSecond);
        Checks.fraction("a torus", "efficiency", efficiency);
        Checks.positive("a torus", "hop latency", hopSeconds);
        Checks.positive("a torus", "number of devices per chip", devicesPerChip);
    }

    /** {@return the chips of the largest slice} */
    public int maxChips() {
        return new Slice(extents).chips();
    }

    @Override
    public int maxDevices() {
        return Math.multiplyExact(maxChips(), devicesPerChip);
    }

    /**
     * Whether an axis closes to a ring.
     *
     * @param length the axis' chips
     * @return true if it does
     */
    public boolean wraps(int length) {
        return wraparound.closes(length);
    }

    /**
     * The most compact slice of a number of chips: the box with the shortest axes.
     *
     * @param chips the chips
     * @return the slice
     * @throws IllegalArgumentException if no box of that many chips fits the fabric
     */
    public Slice slice(int chips) {
        boolean sold = Integer.bitCount(chips) == 1 || (extents.size() > 2 && chips % CHIPS_OF_A_HOST == 0);
        if (!sold) {
            throw new IllegalArgumentException("No slice has " + chips + " chips: in a torus of " + new Slice(extents)
                    + " slices have a power of two"
                    + (extents.size() > 2 ? ", or a multiple of " + CHIPS_OF_A_HOST : "") + ". Maybe use "
                    + Math.min(maxChips(), Integer.highestOneBit(Math.max(1, chips)) * (chips > 1 ? 2 : 1)) + ".");
        }
        List<Integer> limits = extents.stream().sorted().toList();
        List<Integer> best = chips < 1 ? List.of() : compact(chips, 1, limits);
        if (best.isEmpty()) {
            throw new IllegalArgumentException("No slice of " + chips + " chips fits a torus of " + new Slice(extents)
                    + ". Maybe use a power of two of at most " + maxChips() + " chips.");
        }
        return new Slice(best);
    }

    /** The box of axes that do not decrease, each at least {@code shortest}, with the least sum; empty if none fits. */
    private static List<Integer> compact(int chips, int shortest, List<Integer> limits) {
        if (limits.size() == 1) {
            return chips >= shortest && chips <= limits.get(0) ? List.of(chips) : List.of();
        }
        List<Integer> best = List.of();
        List<Integer> rest = limits.subList(1, limits.size());
        for (int axis = shortest; axis <= Math.min(chips, limits.get(0)); axis++) {
            if (chips % axis == 0) {
                List<Integer> others = compact(chips / axis, axis, rest);
                if (!others.isEmpty() && (best.isEmpty() || axis + sum(others) < sum(best))) {
                    best = new ArrayList<>();
                    best.add(axis);
                    best.addAll(others);
                }
            }
        }
        return best;
    }

    private static int sum(List<Integer> axes) {
        return axes.stream().mapToInt(Integer::intValue).sum();
    }
}
