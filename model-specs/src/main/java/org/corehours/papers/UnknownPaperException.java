package org.corehours.papers;

import java.util.List;

/** There is no paper of that name. */
public final class UnknownPaperException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // always an immutable list of strings
    private final List<String> suggestions;

    UnknownPaperException(String name, List<String> suggestions, List<String> known) {
        super("There is no paper \"" + name + "\". "
                + (suggestions.isEmpty()
                        ? "The papers are " + String.join(", ", known) + "; your own is given as a file."
                        : "Did you mean " + String.join(" or ", suggestions) + "?"));
        this.suggestions = List.copyOf(suggestions);
    }

    /** {@return the nearest names, nearest first; empty if none is near} */
    public List<String> suggestions() {
        return suggestions;
    }
}
