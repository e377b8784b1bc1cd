package org.corehours.core.audit;

/**
 * How uncertainty is sampled. The sequence has no random element: the same sampling gives the same intervals.
 *
 * @param samples how many points of the Sobol sequence are taken; a power of two, so that every share of every
 *     dimension is met as often as its size says
 * @param skip how many points of the sequence are left out at its start; at least 1, for the first is the origin
 * @param maxReadings how many combinations of alternatives are planned at most for one run. Where there are more, the
 *     assumptions listed first take all combinations, and each of these comes with one draw of the others
 */
public record Sampling(int samples, int skip, int maxReadings) {

    /** Enough for percentiles that move by a percent or two when the samples double. */
    public static final Sampling DEFAULT = new Sampling(512, 512, 48);

    /** @throws IllegalArgumentException if a count is out of range or the samples are no power of two */
    public Sampling {
        if (samples < 2 || Integer.bitCount(samples) != 1) {
            throw new IllegalArgumentException("The samples (" + samples + ") must be a power of two. Maybe use 1024.");
        }
        if (skip < 1) {
            throw new IllegalArgumentException("At least the origin must be skipped, not " + skip + " points.");
        }
        if (maxReadings < 1 || maxReadings > samples) {
            throw new IllegalArgumentException("The number of readings (" + maxReadings
                    + ") must lie between 1 and the samples (" + samples + ").");
        }
    }
}
