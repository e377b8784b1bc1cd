package org.corehours.spec;

/**
 * One mistake in a specification file.
 *
 * @param file the file as its user named it
 * @param line the line, from 1; 0 where the mistake is the file's as a whole
 * @param column the column, from 1; 0 where the mistake is the file's as a whole
 * @param path the field, such as {@code memory.capacity_gib.value} or {@code prices[2]}; empty for the whole document
 * @param message what was found and what was expected
 */
public record SpecProblem(String file, int line, int column, String path, String message) {

    private static final int LONGEST_PATH = 160;

    /** {@return the mistake on one line, as compilers write it} */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        String field = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "..." : path;
        return PrintableText.of(place + ": " + (path.isEmpty() ? "" : field + ": ") + message);
    }
}
