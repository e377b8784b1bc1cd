package org.corehours.core.audit;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One reading of everything a paper leaves open: for each assumption the alternative that is taken to hold. Equal
 * choices make equal assignments, so that a plan can be kept for each.
 *
 * @param choices alternative ids by assumption id
 */
public record Assignment(SortedMap<String, String> choices) {

    /** Nothing is open. */
    public static final Assignment NONE = new Assignment(new TreeMap<>());

    public Assignment {
        choices = Collections.unmodifiableSortedMap(new TreeMap<>(choices));
    }

    /**
     * The reading that takes of each assumption the likeliest alternative.
     *
     * @param assumptions the assumptions
     * @return the assignment
     */
    public static Assignment likeliest(Collection<Assumption> assumptions) {
        SortedMap<String, String> choices = new TreeMap<>();
        assumptions.forEach(each -> choices.put(each.id(), each.likeliest().id()));
        return new Assignment(choices);
    }

    /**
     * The alternative chosen for an assumption.
     *
     * @param assumption the id of the assumption
     * @return the id of the alternative
     * @throws IllegalArgumentException if nothing is chosen for it
     */
    public String choice(String assumption) {
        String choice = choices.get(assumption);
        if (choice == null) {
            throw new IllegalArgumentException(
                    "No alternative is chosen for " + assumption + "; there is one for " + choices.keySet() + ".");
        }
        return choice;
    }

    /**
     * This reading with another alternative.
     *
     * @param assumption the id of the assumption
     * @param alternative the id of the alternative
     * @return the changed assignment
     */
    public Assignment with(String assumption, String alternative) {
        SortedMap<String, String> changed = new TreeMap<>(choices);
        changed.put(assumption, alternative);
        return new Assignment(changed);
    }

    /**
     * The part of this reading that concerns some of the assumptions.
     *
     * @param assumptions the assumptions
     * @return the choices for them
     * @throws IllegalArgumentException if nothing is chosen for one of them
     */
    public Assignment of(List<Assumption> assumptions) {
        SortedMap<String, String> part = new TreeMap<>();
        assumptions.forEach(each -> part.put(each.id(), choice(each.id())));
        return new Assignment(part);
    }

    /** {@return the choices as text, such as {@code tpu=v5e, tokens=per-head}} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> each : choices.entrySet()) {
            text.append(text.length() == 0 ? "" : ", ")
                    .append(each.getKey())
                    .append('=')
                    .append(each.getValue());
        }
        return text.toString();
    }
}
