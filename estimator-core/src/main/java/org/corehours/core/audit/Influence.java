package org.corehours.core.audit;

/**
 * How much of an estimate's spread one uncertain factor explains by itself: the variance of the estimate's mean given
 * the factor, over the estimate's variance (Sobol's first-order index, Math. Comput. Simul. 55, 2001). Where all
 * estimates are positive, both are of their logarithms, so that a factor of two either way counts alike.
 *
 * @param factor the id of an assumption, or of an error
 * @param kind which of the two it is
 * @param share the explained share, from 0 to 1
 * @param total the share that would be left if everything but the factor were known (Sobol's total index): at least
 *     {@code share}, and more where the factor acts together with others
 */
public record Influence(String factor, Kind kind, double share, double total) {

    /** What can be uncertain. */
    public enum Kind {
        /** Something unreported, with alternatives. */
        ASSUMPTION,
        /** The error of a law, or an environment that nobody reports. */
        ERROR
    }
}
