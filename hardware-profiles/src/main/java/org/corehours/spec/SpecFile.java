package org.corehours.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Opens specification files. A file is one YAML document in UTF-8 (JSON is YAML) within {@link InputLimits}. Aliases
 * and tags are refused: a specification is plain data.
 */
public final class SpecFile {

    private SpecFile() {}

    /**
     * Opens a file.
     *
     * @param file the file
     * @return the root of its document
     * @throws SpecException if the file cannot be read, is too large or is no YAML document
     */
    public static SpecNode open(Path file) {
        return parse(file.toString(), InputFile.text(file, InputLimits.SPEC_BYTES));
    }

    /**
     * Opens a stream, which stays open.
     *
     * @param name what messages call it
     * @param in the stream
     * @return the root of its document
     * @throws IOException if the stream fails
     * @throws SpecException if it is too long or is no YAML document
     */
    public static SpecNode open(String name, InputStream in) throws IOException {
        return parse(name, InputFile.text(name, in, InputLimits.SPEC_BYTES));
    }

    /**
     * Parses a text.
     *
     * @param name what messages call it
     * @param text one YAML document
     * @return its root
     * @throws SpecException if it is no YAML document
     */
    public static SpecNode parse(String name, String text) {
        Node root;
        try {
            root = PlainData.compose(name, plain(text));
        } catch (ReaderException e) {
            throw unprintable(name, text, e);
        } catch (MarkedYAMLException e) {
            String found = e.getProblem() == null ? "unreadable text" : e.getProblem();
            if (found.startsWith("but ") && e.getContext() != null) {
                found = e.getContext() + ", " + found;
            }
            throw problem(name, e.getProblemMark(), "is not YAML: " + found);
        } catch (YAMLException e) {
            throw problem(name, null, "is not YAML: " + firstLine(e));
        }
        if (root == null) {
            throw problem(name, null, "is empty, expected a mapping");
        }
        return new SpecNode(name, "", root);
    }

    /** The text with spaces for JSON's tabs, which no text in JSON contains. */
    private static String plain(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") ? text.replace('\t', ' ') : text;
    }

    /** A character that no text has, such as those of a binary file. */
    private static SpecException unprintable(String name, String text, ReaderException e) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length() && text.codePointAt(i) != e.getCodePoint(); i++) {
            boolean ends = text.charAt(i) == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        String found = String.format(Locale.ROOT, "is not YAML: found the character U+%04X", e.getCodePoint());
        return new SpecException(List.of(new SpecProblem(name, line, column, "", found)));
    }

    private static String firstLine(YAMLException e) {
        String message = e.getMessage();
        return message == null ? "unreadable text" : message.lines().findFirst().orElse("unreadable text");
    }

    private static SpecException problem(String name, @Nullable Mark mark, String message) {
        return new SpecException(List.of(
                mark == null
                        ? new SpecProblem(name, 0, 0, "", message)
                        : new SpecProblem(name, mark.getLine() + 1, mark.getColumn() + 1, "", message)));
    }
}
