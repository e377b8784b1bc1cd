package org.corehours.core.audit;

import org.corehours.core.quantity.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * A published figure of one run, with the range of true values that would be printed so.
 *
 * @param id the id, unique within its paper
 * @param run the id of the run it is about
 * @param quantity what it is a figure of
 * @param comparison whether it stands alone or against the reference run
 * @param reference the id of the run it is compared with; null exactly for an absolute claim
 * @param value the figure, in the quantity's unit; a bare ratio for {@link Comparison#RATIO}
 * @param low the least value that it may stand for: rounding, or the lower end of a published range
 * @param high the largest value that it may stand for
 * @param provenance how the figure is known
 * @param source where it is published: paper, section or table; file and line of code
 * @param quote the words or the number as printed
 * @param basis what must be known to compare it: how it was measured, what it leaves out; empty if nothing
 */
public record Claim(
        String id,
        String run,
        Quantity quantity,
        Comparison comparison,
        @Nullable String reference,
        double value,
        double low,
        double high,
        Provenance provenance,
        String source,
        String quote,
        String basis) {

    /** @throws IllegalArgumentException if a text is blank, the range does not hold the value, or the reference is wrong */
    public Claim {
        Texts.notBlank("a claim", "id", id);
        Texts.notBlank(id, "run", run);
        Texts.notBlank(id, "source", source);
        Texts.notBlank(id, "quote", quote);
        if (!(low <= value && value <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("The claim " + id + " needs finite figures with low " + low
                    + " <= value " + value + " <= high " + high + ".");
        }
        if ((comparison == Comparison.ABSOLUTE) != (reference == null)) {
            throw new IllegalArgumentException("The claim " + id + " is " + comparison.id() + " and "
                    + (reference == null ? "needs" : "has no use for") + " a reference run.");
        }
    }
}
