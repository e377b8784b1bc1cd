package org.corehours.cli;

import java.util.Map;
import org.corehours.cli.document.TextRenderer;

/**
 * How text is written.
 *
 * @param width characters of a line
 * @param styled whether terminal codes may be used
 * @param progress whether messages go to a terminal, so that a progress bar is seen
 */
record Terminal(int width, boolean styled, boolean progress) {

    /** A file or a pipe. */
    static final Terminal NONE = new Terminal(100, false, false);

    /**
     * What the process writes to. Codes are used on a terminal only, unless {@code NO_COLOR} is set or the terminal is
     * dumb.
     *
     * @param environment the variables of the process
     * @param console whether standard output is a terminal
     * @param messages whether standard error is one
     * @return how to write text
     */
    static Terminal of(Map<String, String> environment, boolean console, boolean messages) {
        String noColour = environment.getOrDefault("NO_COLOR", "");
        boolean styled = console
                && noColour.isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(width(environment.getOrDefault("COLUMNS", "")), styled, messages);
    }

    private static int width(String columns) {
        try {
            return Math.max(TextRenderer.MIN_WIDTH, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return NONE.width();
        }
    }
}
