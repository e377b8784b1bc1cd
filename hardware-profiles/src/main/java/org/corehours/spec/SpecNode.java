package org.corehours.spec;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value in a specification file, and where it stands. What a scalar is depends on who asks for it, not on how it
 * looks: {@code no} is a text wherever a text is expected, and a number is written without quotes.
 */
public final class SpecNode {

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[-+]?\\d+");
    private static final Pattern FLAG = Pattern.compile("true|false");
    private static final int LONGEST_SHOWN = 60;

    private final String file;
    private final String path;
    private final Node node;

    SpecNode(String file, String path, Node node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /** {@return the file as its user named it} */
    public String file() {
        return file;
    }

    /** {@return the field this is the value of, such as {@code prices[2].as_of}; empty for the document} */
    public String path() {
        return path;
    }

    /** {@return whether this is a mapping, which {@link #fields} reads} */
    public boolean isMapping() {
        return node instanceof MappingNode;
    }

    /** {@return whether this is a list} */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** {@return the text of a scalar, without the space around it; never blank} */
    public String text() {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue().strip();
        }
        throw wrong("expected a text");
    }

    /** {@return a finite number} */
    public double number() {
        double value = isPlain(NUMBER) ? Double.parseDouble(text()) : Double.NaN;
        if (!Double.isFinite(value)) {
            throw wrong("expected a number");
        }
        return value;
    }

    /** {@return a finite number above zero} */
    public double positiveNumber() {
        double value = isPlain(NUMBER) ? Double.parseDouble(text()) : Double.NaN;
        if (!(value > 0) || Double.isInfinite(value)) {
            throw wrong("expected a number above zero");
        }
        return value;
    }

    /** {@return a number from 0 to 1, both included} */
    public double share() {
        double value = isPlain(NUMBER) ? Double.parseDouble(text()) : Double.NaN;
        if (!(value >= 0 && value <= 1)) {
            throw wrong("expected a number from 0 to 1");
        }
        return value;
    }

    /**
     * A whole number.
     *
     * @param least the smallest that is meant
     * @return the number
     */
    public long wholeNumber(long least) {
        if (isPlain(WHOLE_NUMBER)) {
            try {
                long value = Long.parseLong(text());
                if (value >= least) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw wrong("expected a whole number of at most " + Long.MAX_VALUE);
            }
        }
        throw wrong("expected a whole number of " + least + " or more");
    }

    /** {@return a whole number of 1 or more} */
    public int count() {
        long value = wholeNumber(1);
        if (value > Integer.MAX_VALUE) {
            throw wrong("expected a whole number of at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /** {@return a {@code true} or {@code false}} */
    public boolean flag() {
        if (isPlain(FLAG)) {
            return Boolean.parseBoolean(text());
        }
        throw wrong("expected true or false");
    }

    /** {@return a date such as {@code 2023-12-06}} */
    public LocalDate date() {
        if (node instanceof ScalarNode scalar) {
            try {
                return LocalDate.parse(scalar.getValue());
            } catch (DateTimeParseException e) {
                throw wrong("expected a date such as 2023-12-06");
            }
        }
        throw wrong("expected a date such as 2023-12-06");
    }

    /**
     * One of an enum's constants, written in lower case.
     *
     * @param <E> the enum
     * @param type the enum
     * @return the constant
     */
    public <E extends Enum<E>> E oneOf(Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        List<String> names = constants.stream().map(SpecNode::name).toList();
        return constants.get(names.indexOf(oneOf(names)));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * One of some names.
     *
     * @param names the names that are expected
     * @return the one that stands here
     */
    public String oneOf(Collection<String> names) {
        if (node instanceof ScalarNode scalar && names.contains(scalar.getValue())) {
            return scalar.getValue();
        }
        List<String> near =
                node instanceof ScalarNode scalar ? NameSuggestions.nearest(scalar.getValue(), names, 1) : List.of();
        throw wrong("expected one of " + String.join(", ", names)
                + (near.isEmpty() ? "" : ". Did you mean " + near.get(0) + "?"));
    }

    /**
     * A value with how it is known: {@code {value: 900, provenance: datasheet, source: LIGHT}}.
     *
     * @param <T> what the value is
     * @param reader reads the value
     * @return the value with its provenance and source
     */
    public <T> Sourced<T> sourced(SpecReader<T> reader) {
        if (!isMapping()) {
            throw wrong("expected {value: ..., provenance: ..., source: ...}");
        }
        return fields(fields -> {
            SpecField<T> value = fields.required("value", reader);
            SpecField<Provenance> provenance = fields.required("provenance", node -> node.oneOf(Provenance.class));
            SpecField<String> source = fields.required("source", SpecNode::text);
            fields.done();
            return new Sourced<>(value.get(), provenance.get(), source.get());
        });
    }

    /**
     * A list.
     *
     * @param <T> what it is a list of
     * @param reader reads an item
     * @return the items
     */
    public <T> List<T> list(SpecReader<T> reader) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("expected a list");
        }
        List<SpecProblem> problems = new ArrayList<>();
        List<T> items = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            SpecNode item =
                    new SpecNode(file, path + "[" + i + "]", sequence.getValue().get(i));
            try {
                items.add(reader.read(item));
            } catch (SpecException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new SpecException(problems);
        }
        return items;
    }

    /**
     * A mapping whose keys are the user's own names.
     *
     * @param <T> what the names stand for
     * @param reader reads a value
     * @return the values by name, in the order of the file
     */
    public <T> Map<String, T> namedValues(SpecReader<T> reader) {
        return fields(fields -> {
            Map<String, SpecField<T>> found = new LinkedHashMap<>();
            for (String key : fields.keys()) {
                found.put(key, fields.required(key, reader));
            }
            fields.done();
            Map<String, T> values = new LinkedHashMap<>();
            found.forEach((key, field) -> values.put(key, field.get()));
            return values;
        });
    }

    /**
     * A mapping with known fields. An {@link IllegalArgumentException} that the reader lets out, such as one of a
     * record's constructor, becomes a problem of this mapping.
     *
     * @param <T> what the fields make
     * @param reader asks for the fields, calls {@link SpecFields#done} and makes the value
     * @return the value
     */
    public <T> T fields(Function<SpecFields, T> reader) {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("expected a mapping");
        }
        try {
            return reader.apply(new SpecFields(this, mapping));
        } catch (SpecException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The exception to throw where this value is not what is expected.
     *
     * @param expectation what is, such as {@code "expected a number"}
     * @return an exception that says what was found, and where
     */
    public SpecException wrong(String expectation) {
        return problem("found " + shown() + ", " + expectation);
    }

    /**
     * The exception to throw where this value is refused for a reason that needs more words.
     *
     * @param message what is wrong
     * @return an exception that says so, and where
     */
    public SpecException problem(String message) {
        return new SpecException(List.of(problemAt(node, path, message)));
    }

    /**
     * This mapping with another figure in one of its fields, known as an assumption.
     *
     * @param field the path of the field, such as {@code memory.bandwidth_gb_per_s}; a name with dots in it is found
     * @param text the figure, as a file would write it
     * @return the changed mapping; this one stays as it is
     * @throws SpecException if the text is no YAML, or the path leads through something that is no mapping
     */
    public SpecNode with(String field, String text) {
        return new SpecNode(file, path, with(node, field, SpecFile.parse(field, text).node, field));
    }

    private Node with(Node in, String field, Node value, String whole) {
        if (!(in instanceof MappingNode mapping)) {
            throw problem("has no field " + whole);
        }
        List<NodeTuple> tuples = new ArrayList<>();
        boolean found = false;
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode name ? name.getValue() : "";
            if (!found && !key.isEmpty() && (field.equals(key) || field.startsWith(key + "."))) {
                found = true;
                Node changed = field.equals(key)
                        ? assumed(value)
                        : with(tuple.getValueNode(), field.substring(key.length() + 1), value, whole);
                tuples.add(new NodeTuple(tuple.getKeyNode(), changed));
            } else {
                tuples.add(tuple);
            }
        }
        if (!found) {
            tuples.add(new NodeTuple(scalar(value, field), assumed(value)));
        }
        return new MappingNode(
                mapping.getTag(), true, tuples, mapping.getStartMark(), mapping.getEndMark(), mapping.getFlowStyle());
    }

    private static Node assumed(Node value) {
        if (!(value instanceof ScalarNode)) {
            return value;
        }
        List<NodeTuple> figure = List.of(
                new NodeTuple(scalar(value, "value"), value),
                new NodeTuple(
                        scalar(value, "provenance"),
                        scalar(value, Provenance.ASSUMED.name().toLowerCase(Locale.ROOT))),
                new NodeTuple(scalar(value, "source"), scalar(value, "chosen by the user")));
        return new MappingNode(Tag.MAP, true, figure, value.getStartMark(), value.getEndMark(), FlowStyle.FLOW);
    }

    private static Node scalar(Node at, String text) {
        return new ScalarNode(Tag.STR, text, at.getStartMark(), at.getEndMark(), ScalarStyle.PLAIN);
    }

    SpecProblem problemAt(Node place, String field, String message) {
        return new SpecProblem(
                file, place.getStartMark().getLine() + 1, place.getStartMark().getColumn() + 1, field, message);
    }

    SpecNode child(String key, Node value) {
        return new SpecNode(file, path.isEmpty() ? key : path + "." + key, value);
    }

    private boolean isPlain(Pattern pattern) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && pattern.matcher(scalar.getValue()).matches();
    }

    private String shown() {
        if (node instanceof ScalarNode scalar) {
            String value = scalar.getValue();
            if (value.isEmpty() && scalar.getScalarStyle() == ScalarStyle.PLAIN) {
                return "nothing";
            }
            String line = value.lines().collect(Collectors.joining(" "));
            String cut = line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "..." : line;
            return scalar.getScalarStyle() == ScalarStyle.PLAIN ? cut : "the text \"" + cut + "\"";
        }
        return node instanceof SequenceNode ? "a list" : "a mapping";
    }
}
