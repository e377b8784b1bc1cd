package org.corehours.core.quantity;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * A quantity that is known as a distribution: its 10th, 50th and 90th percentile, in the unit its owner names.
 *
 * @param low the 10th percentile
 * @param median the 50th percentile
 * @param high the 90th percentile
 */
public record Interval(double low, double median, double high) {

    /** @throws IllegalArgumentException if a bound is not finite or the bounds are out of order */
    public Interval {
        if (!Double.isFinite(low) || !Double.isFinite(median) || !Double.isFinite(high)) {
            throw new IllegalArgumentException("An interval needs three finite bounds, not low " + low + ", median "
                    + median + ", high " + high + ".");
        }
        if (low > median || median > high) {
            throw new IllegalArgumentException("The bounds of an interval must not decrease: low " + low + ", median "
                    + median + ", high " + high + ".");
        }
    }

    /**
     * A quantity without spread.
     *
     * @param value the one value
     * @return the interval whose bounds are all that value
     */
    public static Interval exactly(double value) {
        return new Interval(value, value, value);
    }

    /**
     * The interval of a sample. A percentile between two samples is interpolated linearly between them (type 7 of
     * Hyndman and Fan, 1996), as NumPy and R do unless told otherwise.
     *
     * @param samples the sample, in any order; not changed
     * @return its 10th, 50th and 90th percentile
     * @throws IllegalArgumentException if the sample is empty or holds a value that is not finite
     */
    public static Interval ofSamples(double... samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("An interval needs at least one sample.");
        }
        for (double sample : samples) {
            if (!Double.isFinite(sample)) {
                throw new IllegalArgumentException("An interval needs finite samples, not " + sample + ".");
            }
        }
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        percentile.setData(samples);
        // Interpolation may miss by a rounding error; the order of the bounds is part of the contract.
        double median = percentile.evaluate(50);
        return new Interval(
                Math.min(percentile.evaluate(10), median), median, Math.max(percentile.evaluate(90), median));
    }

    /**
     * The same quantity in another unit or for several of its kind.
     *
     * @param factor what every bound is multiplied by; not negative
     * @return the scaled interval
     * @throws IllegalArgumentException if the factor is negative or not finite, or a bound overflows
     */
    public Interval scale(double factor) {
        if (!(factor >= 0) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException(
                    "An interval is scaled by a finite factor of zero or more, not by " + factor + ".");
        }
        return new Interval(low * factor, median * factor, high * factor);
    }

    /**
     * Whether a value lies between the 10th and the 90th percentile, both included.
     *
     * @param value the value
     * @return true where it does
     */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
