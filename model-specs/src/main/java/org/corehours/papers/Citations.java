package org.corehours.papers;

import java.util.List;
import java.util.Map;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.spec.SpecNode;

/** The sources of a paper's file: what a value cites must be listed there. */
@FunctionalInterface
interface Citations {

    /** Accepts every source: of values that were checked before. */
    Citations ANY = SpecNode::text;

    /**
     * Reads a citation.
     *
     * @param node a text that begins with the id of a source, then a comma and the place in it
     * @return the text
     */
    String cited(SpecNode node);

    /**
     * Citations of a list of sources.
     *
     * @param sources full references by id
     * @return the reader of citations
     */
    static Citations of(Map<String, String> sources) {
        return node -> {
            String text = node.text();
            int comma = text.indexOf(',');
            String id = comma < 0 ? text : text.substring(0, comma).strip();
            if (!sources.containsKey(id)) {
                List<String> near = NameSuggestions.nearest(id, sources.keySet(), 1);
                throw node.wrong("expected one of this file's sources, then a comma and the place in it: "
                        + String.join(", ", sources.keySet())
                        + (near.isEmpty() ? "" : ". Did you mean " + near.get(0) + "?"));
            }
            return text;
        };
    }
}
