package org.corehours.hardware;

import java.util.List;

/** A name is not that of any built-in hardware. It may be what people call several of them. */
public final class UnknownHardwareException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String name;

    @SuppressWarnings("serial") // always an immutable list of strings
    private final List<String> suggestions;

    UnknownHardwareException(String what, String name, List<String> suggestions, String otherwise) {
        super("There is no " + what + " \"" + name + "\". "
                + (suggestions.isEmpty()
                        ? otherwise
                        : suggestions.size() == 1
                                ? "Did you mean " + suggestions.get(0) + "?"
                                : "It could mean one of: " + String.join(", ", suggestions) + "."));
        this.name = name;
        this.suggestions = List.copyOf(suggestions);
    }

    /** {@return the name that was met} */
    public String name() {
        return name;
    }

    /** {@return the ids that may have been meant, nearest first; empty if nothing is near} */
    public List<String> suggestions() {
        return suggestions;
    }
}
