package org.corehours.core.audit;

import org.corehours.core.quantity.Provenance;

/**
 * One reading of what a paper leaves open.
 *
 * @param id the id, unique within its assumption
 * @param label what choosing it means, as a phrase
 * @param prior how likely it is before any claim is looked at, above 0 and at most 1
 * @param provenance how the reading is known: read from code, inferred, or assumed
 * @param source what speaks for it; never blank
 */
public record Alternative(String id, String label, double prior, Provenance provenance, String source) {

    /** @throws IllegalArgumentException if a text is blank or the prior is no probability */
    public Alternative {
        Texts.notBlank("an alternative", "id", id);
        Texts.notBlank(id, "label", label);
        Texts.notBlank(id, "source", source);
        if (!(prior > 0 && prior <= 1)) {
            throw new IllegalArgumentException(
                    "The prior of " + id + " must be above 0 and at most 1, not " + prior + ".");
        }
    }
}
