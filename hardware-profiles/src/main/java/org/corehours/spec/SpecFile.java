package org.corehours.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Opens specification files. A file is one YAML document in UTF-8 (JSON is YAML) of at most {@value #MAX_BYTES} bytes
 * and {@value #MAX_DEPTH} levels. Anchors, aliases and tags are refused: a specification is plain data.
 */
public final class SpecFile {

    /** The largest file that is read. Configurations that name twenty thousand labels have about half as much. */
    public static final int MAX_BYTES = 4 << 20;

    /** The deepest nesting that is read. */
    public static final int MAX_DEPTH = 50;

    private static final Set<Tag> PLAIN_DATA =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE, Tag.MAP, Tag.SEQ);

    private SpecFile() {}

    /**
     * Opens a file.
     *
     * @param file the file
     * @return the root of its document
     * @throws SpecException if the file cannot be read, is too large or is no YAML document
     */
    public static SpecNode open(Path file) {
        String name = file.toString();
        try (InputStream in = Files.newInputStream(file)) {
            return open(name, in);
        } catch (IOException e) {
            String reason = Files.isDirectory(file)
                    ? "is a directory, expected a file"
                    : Files.exists(file) ? "cannot be read (" + e.getMessage() + ")" : "there is no such file";
            throw problem(name, null, reason);
        }
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
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw problem(name, null, "has more than " + MAX_BYTES + " bytes, the most a specification may have");
        }
        try {
            return parse(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw problem(name, null, "is not UTF-8 text");
        }
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
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(MAX_BYTES);
        limits.setNestingDepthLimit(MAX_DEPTH);
        limits.setAllowRecursiveKeys(false);
        Node root;
        try {
            root = new Yaml(limits).compose(new StringReader(plain(text)));
        } catch (MarkedYAMLException e) {
            String found = e.getProblem() == null ? "unreadable text" : e.getProblem();
            throw problem(name, e.getProblemMark(), "is not YAML: " + found);
        } catch (YAMLException e) {
            throw problem(name, null, "is not YAML: " + firstLine(e));
        }
        if (root == null) {
            throw problem(name, null, "is empty, expected a mapping");
        }
        refuseMoreThanPlainData(name, root, Collections.newSetFromMap(new IdentityHashMap<>()));
        return new SpecNode(name, "", root);
    }

    /** The text without a byte order mark, and with spaces for JSON's tabs, which no text in JSON contains. */
    private static String plain(String text) {
        String marked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String start = marked.stripLeading();
        return start.startsWith("{") || start.startsWith("[") ? marked.replace('\t', ' ') : marked;
    }

    private static void refuseMoreThanPlainData(String name, Node node, Set<Node> seen) {
        if (!seen.add(node)) {
            throw problem(
                    name, node.getStartMark(), "a value is referred to by an alias; write it out where it is used");
        }
        if (!PLAIN_DATA.contains(node.getTag())) {
            throw problem(name, node.getStartMark(), "the tag " + node.getTag().getValue() + " is not plain data");
        }
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                refuseMoreThanPlainData(name, item, seen);
            }
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                refuseMoreThanPlainData(name, entry.getKeyNode(), seen);
                refuseMoreThanPlainData(name, entry.getValueNode(), seen);
            }
        }
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
