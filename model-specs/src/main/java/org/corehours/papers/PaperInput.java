package org.corehours.papers;

import java.util.List;
import org.corehours.core.quantity.Provenance;

/**
 * A value that is known of a paper's setup.
 *
 * @param name what it is the value of: the path of a run's setting, such as {@code method.heads}, or a fact's name
 * @param value the value as the file writes it
 * @param provenance how it is known
 * @param source where it can be looked up
 * @param runs the ids of the runs that use it; empty for a fact that no estimate needs
 */
public record PaperInput(String name, String value, Provenance provenance, String source, List<String> runs) {

    /** Copies the list. */
    public PaperInput {
        runs = List.copyOf(runs);
    }
}
