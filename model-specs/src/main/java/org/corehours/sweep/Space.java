package org.corehours.sweep;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.math3.random.SobolSequenceGenerator;

/**
 * The points of a sweep, numbered from 0: every combination of the axes' values, the last axis varying fastest, or a
 * sample of them. Any point can be looked up by itself. Immutable.
 */
public final class Space {

    /** The first points of a Sobol sequence lie on coarse grids; it is usual to leave out the first. */
    private static final int SKIPPED = 1;

    private final List<Axis> axes;
    private final long size;
    private final boolean sampled;

    private Space(List<Axis> axes, long sample) {
        this.axes = List.copyOf(axes);
        Set<String> names = new HashSet<>();
        for (Axis axis : axes) {
            if (!names.add(axis.name())) {
                throw new IllegalArgumentException("The parameter " + axis.name() + " is given twice; keep one.");
            }
        }
        this.sampled = sample > 0;
        this.size = sampled ? sample : combinations(axes);
    }

    private static long combinations(List<Axis> axes) {
        long product = 1;
        for (Axis axis : axes) {
            try {
                product = Math.multiplyExact(product, (long) axis.values().size());
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "The parameters have more combinations than can be counted; sample them.", e);
            }
        }
        return product;
    }

    /**
     * Every combination.
     *
     * @param axes the parameters
     * @return the space
     * @throws IllegalArgumentException if a parameter is given twice, or there are more than 2^63 combinations
     */
    public static Space grid(List<Axis> axes) {
        return new Space(axes, 0);
    }

    /**
     * A sample of the combinations, spread evenly by a Sobol sequence; a combination may occur more than once.
     *
     * @param axes the parameters
     * @param points how many points
     * @return the space
     * @throws IllegalArgumentException if a parameter is given twice, or there are no points or more than 2^31
     */
    public static Space sample(List<Axis> axes, long points) {
        if (points < 1 || points > Integer.MAX_VALUE - SKIPPED) {
            throw new IllegalArgumentException(
                    "A sample has 1 to " + (Integer.MAX_VALUE - SKIPPED) + " points, not " + points + ".");
        }
        return new Space(axes, points);
    }

    /** {@return the parameters} */
    public List<Axis> axes() {
        return axes;
    }

    /** {@return how many points there are} */
    public long size() {
        return size;
    }

    /** {@return whether this is a sample} */
    public boolean isSampled() {
        return sampled;
    }

    /**
     * A walk through neighbouring points, for one thread.
     *
     * @return the walk
     */
    public Walk walk() {
        return new Walk();
    }

    /** Gives the values of points; those in order cost least. */
    public final class Walk {

        private final SobolSequenceGenerator sequence = new SobolSequenceGenerator(Math.max(1, axes.size()));
        private long next = -1;

        private Walk() {}

        /**
         * A point.
         *
         * @param index its number
         * @return for each axis which of its values
         */
        public int[] choice(long index) {
            if (index < 0 || index >= size) {
                throw new IndexOutOfBoundsException(
                        "There are " + size + " points, none has the number " + index + ".");
            }
            int[] choice = new int[axes.size()];
            if (sampled) {
                double[] point = index == next ? sequence.nextVector() : sequence.skipTo((int) index + SKIPPED);
                next = index + 1;
                for (int i = 0; i < choice.length; i++) {
                    int values = axes.get(i).values().size();
                    choice[i] = Math.min(values - 1, (int) (point[i] * values));
                }
                return choice;
            }
            long rest = index;
            for (int i = choice.length - 1; i >= 0; i--) {
                int values = axes.get(i).values().size();
                choice[i] = (int) (rest % values);
                rest /= values;
            }
            return choice;
        }
    }

    @Override
    public String toString() {
        return (sampled ? "sample of " : "grid of ") + size + " over " + axes;
    }
}
