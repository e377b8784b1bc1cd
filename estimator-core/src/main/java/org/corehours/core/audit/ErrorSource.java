package org.corehours.core.audit;

import org.corehours.core.quantity.Provenance;

/**
 * A cause of errors that is drawn anew in each sample and shared by all runs of the sample.
 *
 * @param id its id
 * @param label what is uncertain, as a phrase
 * @param sigma standard deviation of the logarithm of the error factor, which is lognormal with median 1
 * @param provenance how the width is known
 * @param source what it rests on
 */
public record ErrorSource(String id, String label, double sigma, Provenance provenance, String source) {

    /** @throws IllegalArgumentException if a text is blank or the width is no width */
    public ErrorSource {
        Texts.notBlank("an error", "id", id);
        Texts.notBlank(id, "label", label);
        Texts.notBlank(id, "source", source);
        if (!(sigma >= 0 && sigma < 2)) {
            throw new IllegalArgumentException(
                    "The width of the error " + id + " must be at least 0 and below 2, not " + sigma + ".");
        }
    }

    /**
     * The error factor.
     *
     * @param normal a standard normal deviate
     * @return the factor, above zero
     */
    public double factor(double normal) {
        return Math.exp(sigma * normal);
    }
}
