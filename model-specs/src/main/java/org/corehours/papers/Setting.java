package org.corehours.papers;

import java.util.List;
import java.util.stream.Collectors;
import org.corehours.core.quantity.Provenance;
import org.corehours.spec.SpecNode;

/**
 * One value of a run, and how it is known.
 *
 * @param node the value as it stands in the file
 * @param provenance how it is known
 * @param source where it can be looked up
 */
record Setting(SpecNode node, Provenance provenance, String source) implements Settings {

    /** {@return the value as text, a list in brackets} */
    String text() {
        if (node.isList()) {
            List<String> items = node.list(Setting::itemText);
            return items.stream().collect(Collectors.joining(", ", "[", "]"));
        }
        return node.text();
    }

    private static String itemText(SpecNode item) {
        return item.text();
    }
}
