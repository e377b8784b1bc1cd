package org.corehours.cli.document;

import java.util.List;

/** A table as comma-separated values (RFC 4180, lines ended by a line feed). */
public final class CsvText {

    private final StringBuilder text = new StringBuilder();

    /**
     * Adds a line.
     *
     * @param cells its cells; those with a comma, a quote or a line break are quoted
     * @return this
     */
    public CsvText line(List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            boolean quote = cell.indexOf(',') >= 0 || cell.indexOf('"') >= 0 || cell.indexOf('\n') >= 0;
            text.append(i == 0 ? "" : ",").append(quote ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
        }
        text.append('\n');
        return this;
    }

    /** {@return the lines so far} */
    @Override
    public String toString() {
        return text.toString();
    }
}
