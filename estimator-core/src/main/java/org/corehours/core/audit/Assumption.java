package org.corehours.core.audit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corehours.core.quantity.NameSuggestions;

/**
 * Something an estimate needs and nobody reports, with every reading worth considering.
 *
 * @param id the id, unique within its paper
 * @param question what is not known, as a question
 * @param reason why it is open, and what the priors rest on
 * @param alternatives the readings, one of which holds; at least two, their priors summing to 1
 */
public record Assumption(String id, String question, String reason, List<Alternative> alternatives) {

    /** How far the sum of the priors may be from 1, so that thirds can be written with three digits. */
    public static final double PRIOR_SUM_TOLERANCE = 0.002;

    /** @throws IllegalArgumentException if a text is blank, ids repeat, or the priors do not sum to 1 */
    public Assumption {
        Texts.notBlank("an assumption", "id", id);
        Texts.notBlank(id, "question", question);
        Texts.notBlank(id, "reason", reason);
        if (alternatives.size() < 2) {
            throw new IllegalArgumentException("The assumption " + id + " needs at least two alternatives, not "
                    + alternatives.size() + ". A value without an alternative belongs to the run itself.");
        }
        alternatives = List.copyOf(alternatives);
        Set<String> ids = new HashSet<>();
        double sum = 0;
        for (Alternative alternative : alternatives) {
            if (!ids.add(alternative.id())) {
                throw new IllegalArgumentException(
                        "The assumption " + id + " has two alternatives " + alternative.id() + ".");
            }
            sum += alternative.prior();
        }
        if (Math.abs(sum - 1) > PRIOR_SUM_TOLERANCE) {
            throw new IllegalArgumentException("The priors of " + id + " must sum to 1, not " + sum + ".");
        }
    }

    /**
     * The alternative with an id.
     *
     * @param alternative the id
     * @return the alternative
     * @throws IllegalArgumentException if there is none, naming the nearest
     */
    public Alternative alternative(String alternative) {
        for (Alternative each : alternatives) {
            if (each.id().equals(alternative)) {
                return each;
            }
        }
        List<String> known = alternatives.stream().map(Alternative::id).toList();
        List<String> near = NameSuggestions.nearest(alternative, known, 1);
        throw new IllegalArgumentException("The assumption " + id + " has no alternative " + alternative + "; it has "
                + String.join(", ", known) + "."
                + (near.isEmpty() ? "" : " Maybe " + near.get(0) + "."));
    }

    /** {@return the alternative with the largest prior; of equal ones the first} */
    public Alternative likeliest() {
        Alternative best = alternatives.get(0);
        for (Alternative each : alternatives) {
            if (each.prior() > best.prior()) {
                best = each;
            }
        }
        return best;
    }

    /**
     * The alternative that a uniform sample falls on, each having a share of [0, 1) that is its prior; the last takes
     * what rounding of the priors leaves.
     *
     * @param uniform a number from 0, included, to 1
     * @return the alternative
     * @throws IllegalArgumentException if the number is out of range
     */
    public Alternative at(double uniform) {
        if (!(uniform >= 0 && uniform <= 1)) {
            throw new IllegalArgumentException("A uniform sample lies between 0 and 1, not at " + uniform + ".");
        }
        double upTo = 0;
        for (Alternative each : alternatives) {
            upTo += each.prior();
            if (uniform < upTo) {
                return each;
            }
        }
        return alternatives.get(alternatives.size() - 1);
    }
}
