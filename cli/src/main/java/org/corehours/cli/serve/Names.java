package org.corehours.cli.serve;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.corehours.core.quantity.NameSuggestions;

/** Names of what is built in. A name of a file is none: a page never makes the program read one. */
final class Names {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}");
    private static final Pattern FILE = Pattern.compile(".*\\.(?:yaml|yml|json|onnx|csv)");

    private Names() {}

    /** @throws RefusedException if the text is no name, or one of a file */
    static void check(String parameter, String text) {
        if (!NAME.matcher(text).matches()
                || FILE.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
            throw new RefusedException(
                    400,
                    "The " + parameter + " (" + Shown.of(text)
                            + ") must be the name of something built in: letters, digits, _, -, + and ., not a file.");
        }
    }

    /** A phrase that names what was meant, or everything there is. */
    static String nearest(String text, List<String> known) {
        List<String> near = text.length() > 80 ? List.of() : NameSuggestions.nearest(text, known, 2);
        return near.isEmpty()
                ? "there are " + String.join(", ", known) + "."
                : "did you mean " + String.join(" or ", near) + "?";
    }
}
