package org.corehours.cli.document;

import java.util.List;

/**
 * A report in no format yet.
 *
 * @param blocks its parts, in order
 */
public record Document(List<Block> blocks) {

    /** Copies the list. */
    public Document {
        blocks = List.copyOf(blocks);
    }
}
