package org.corehours.cli;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.corehours.cli.document.TextRenderer;

/**
 * How text is written.
 *
 * @param width characters of a line
 * @param styled whether terminal codes may be used
 * @param ascii whether other than ASCII characters are not shown
 * @param progress whether messages go to a terminal, so that a progress bar is seen
 */
record Terminal(int width, boolean styled, boolean ascii, boolean progress) {

    /** A file or a pipe. */
    static final Terminal NONE = new Terminal(100, false, false, false);

    /**
     * What the process writes to. Codes are used on a terminal only, unless {@code NO_COLOR} is set or the terminal is
     * dumb; characters beyond ASCII unless the locale is one of another encoding than UTF-8. A file or a pipe gets plain
     * text in UTF-8.
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
        return new Terminal(
                width(environment.getOrDefault("COLUMNS", "")), styled, console && !isUnicode(environment), messages);
    }

    /** As POSIX has it, the first of these that is set names the locale; none is what Windows and containers have. */
    private static boolean isUnicode(Map<String, String> environment) {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(each -> environment.getOrDefault(each, ""))
                .filter(each -> !each.isEmpty())
                .findFirst()
                .map(each -> each.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8"))
                .orElse(true);
    }

    /** {@return what writes text to it} */
    TextRenderer renderer() {
        return new TextRenderer(width, styled, ascii);
    }

    private static int width(String columns) {
        try {
            return Math.max(TextRenderer.MIN_WIDTH, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return NONE.width();
        }
    }
}
