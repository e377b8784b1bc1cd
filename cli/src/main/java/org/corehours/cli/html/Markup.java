package org.corehours.cli.html;

/** Text as it stands in HTML. */
public final class Markup {

    private Markup() {}

    /**
     * A text as content or as the value of a quoted attribute.
     *
     * @param text any text
     * @return the text with references in place of the characters that HTML reads
     */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            switch (each) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(each);
            }
        }
        return escaped.toString();
    }

    /** A JSON text as the content of a script element, which ends at the first thing that looks like its end. */
    static String json(String json) {
        return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }
}
