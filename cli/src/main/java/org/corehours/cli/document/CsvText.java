package org.corehours.cli.document;

import java.util.List;

/** A table as comma-separated values (RFC 4180, lines ended by a line feed). */
public final class CsvText {

    private final StringBuilder text = new StringBuilder();

    /**
     * Adds a line.
     *
     * @param cells its cells
     * @return this
     */
    public CsvText line(List<String> cells) {
        text.append(String.join(",", cells.stream().map(CsvCell::of).toList())).append('\n');
        return this;
    }

    /** {@return the lines so far} */
    @Override
    public String toString() {
        return text.toString();
    }
}
