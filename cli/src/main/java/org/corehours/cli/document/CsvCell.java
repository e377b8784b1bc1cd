package org.corehours.cli.document;

import java.util.regex.Pattern;

/** The cells of comma-separated values (RFC 4180) that others open in a spreadsheet. */
public final class CsvCell {

    /** What a spreadsheet takes for the start of a formula; a figure may begin with a sign. */
    private static final Pattern FORMULA = Pattern.compile("[=@\t\r].*|[-+](?![\\d.]).*", Pattern.DOTALL);

    private CsvCell() {}

    /**
     * A text that no spreadsheet takes for a formula: one that would begins with an apostrophe.
     *
     * @param text the text
     * @return the text as the content of a cell
     */
    public static String harmless(String text) {
        return FORMULA.matcher(text).matches() ? "'" + text : text;
    }

    /**
     * A cell as it is written.
     *
     * @param text the text
     * @return the text, harmless, and in quotes if it holds a comma, a quote or a line break
     */
    public static String of(String text) {
        String cell = harmless(text);
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
