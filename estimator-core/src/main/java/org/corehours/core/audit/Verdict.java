package org.corehours.core.audit;

import java.util.Locale;

/**
 * What an audit concludes about a claim.
 *
 * <p>A reading, one choice among the alternatives of every assumption, <em>fits</em> a claim if the range of values that
 * the claim may stand for meets the central 95 % of the estimates under that reading, which differ by the errors of the
 * laws alone.
 */
public enum Verdict {
    /** Readings that together have at least half of the prior weight fit. */
    CONSISTENT("readings with at least half of the prior weight fit the claim"),
    /** Some reading fits, but readings with more than half of the prior weight do not. */
    UNDETERMINED("some readings fit the claim, but readings with more than half of the prior weight do not"),
    /** No reading fits: those that do have less than 1 % of the prior weight. */
    INCONSISTENT("no reading fits the claim"),
    /** Under every reading the claim needs a higher utilisation than was ever published of such devices and networks. */
    IMPLAUSIBLE("every reading needs a higher utilisation than was ever published of such devices and networks"),
    /** Under every reading the claim needs more than the peak of its devices, or more memory than they have. */
    IMPOSSIBLE("every reading needs more than the peak of the devices, or more memory than they have");

    /** The least prior weight of fitting readings that makes a claim consistent. */
    public static final double CONSISTENT_WEIGHT = 0.5;

    /** Fitting readings that have less prior weight than this are as good as none. */
    public static final double NEGLIGIBLE_WEIGHT = 0.01;

    private final String definition;

    Verdict(String definition) {
        this.definition = definition;
    }

    /**
     * The verdict that a weight stands for, before utilisation and memory are looked at.
     *
     * @param fittingWeight the prior weight of the readings that fit, from 0 to 1
     * @return the verdict
     */
    public static Verdict of(double fittingWeight) {
        if (fittingWeight >= CONSISTENT_WEIGHT) {
            return CONSISTENT;
        }
        return fittingWeight < NEGLIGIBLE_WEIGHT ? INCONSISTENT : UNDETERMINED;
    }

    /** {@return the name used in JSON and by {@code --fail-on}, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return what the verdict means, as a phrase} */
    public String definition() {
        return definition;
    }
}
