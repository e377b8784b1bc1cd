package org.corehours.models.catalog;

import java.util.List;

/** A model name that no family understands. */
public final class UnknownModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final List<String> nearest;

    UnknownModelException(String name, List<String> nearest) {
        super("There is no model \"" + name + "\"."
                + (nearest.isEmpty() ? "" : " Maybe one of: " + String.join(", ", nearest) + "."));
        this.nearest = List.copyOf(nearest);
    }

    /** The listed names that look most like it, best first. */
    public List<String> nearest() {
        return nearest;
    }
}
