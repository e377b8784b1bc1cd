package org.corehours.spec;

import java.util.Locale;

/** Text of others as it may be shown: what would steer a terminal or turn the order of letters is written out. */
public final class PrintableText {

    private PrintableText() {}

    /**
     * A text whose control characters are written as their code, an escape as {@code \\u001b}; line ends and tabs stay.
     *
     * @param text the text
     * @return the text, without any character that does more than stand in its place
     */
    public static String of(String text) {
        if (text.codePoints().allMatch(PrintableText::isHarmless)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(each -> {
            if (isHarmless(each)) {
                shown.appendCodePoint(each);
            } else {
                shown.append(String.format(Locale.ROOT, "\\u%04x", each));
            }
        });
        return shown.toString();
    }

    /** Whether a character is no control, no override of the direction of writing and no half of a pair. */
    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character == '\n' || character == '\t' || character == '\r';
            case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> character == 0x200c || character == 0x200d || character == 0xad;
            default -> true;
        };
    }
}
