package org.corehours.models.importing;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a Hugging Face configuration. A field that is left out or null has its library's default; a wrong one
 * is noted and reported when all are read.
 */
final class ConfigFields {

    private static final int LARGEST = 100_000_000;
    private static final String NOTHING = "null";

    private final SpecFields fields;

    ConfigFields(SpecFields fields) {
        this.fields = fields;
    }

    /** A whole number of at least 1. */
    int size(String key, int otherwise) {
        return read(key, ConfigFields::size, otherwise);
    }

    /** A whole number of at least 0. */
    int count(String key, int otherwise) {
        return read(key, node -> Math.toIntExact(Math.min(node.wholeNumber(0), LARGEST)), otherwise);
    }

    double number(String key, double otherwise) {
        return read(key, SpecNode::number, otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return read(key, SpecNode::flag, otherwise);
    }

    String text(String key, String otherwise) {
        return read(key, SpecNode::text, otherwise);
    }

    List<Integer> sizes(String key, List<Integer> otherwise) {
        return read(key, node -> node.list(ConfigFields::size), otherwise);
    }

    /** Outputs of a classifier: as many as there are labels; two where the file names none. */
    int labels() {
        int named = read(
                "id2label",
                node -> node.fields(labels -> {
                    labels.ignoreOthers();
                    return labels.keys().size();
                }),
                0);
        return named > 0 ? named : size("num_labels", 2);
    }

    /** The class the weights belong to, {@code otherwise} where the file does not say. */
    String architecture(List<String> known) {
        List<String> given = read("architectures", node -> node.list(SpecNode::text), List.of());
        if (given.isEmpty()) {
            return known.get(0);
        }
        if (!known.contains(given.get(0))) {
            refuse(
                    "architectures",
                    "found " + given.get(0) + ", expected one of " + String.join(", ", known)
                            + "; others have heads that are not known");
            return known.get(0);
        }
        return given.get(0);
    }

    /** Notes a mistake unless a field has the only value that is understood. */
    void expect(boolean holds, String key, String expected) {
        if (!holds) {
            refuse(key, "is not what is understood here: expected " + expected);
        }
    }

    void refuse(String key, String message) {
        fields.problem(key, message);
    }

    /** The function an activation's name stands for. */
    <A> A activation(String key, String otherwise, Function<String, @Nullable A> meaning, A fallback, String expected) {
        String name = text(key, otherwise).toLowerCase(Locale.ROOT);
        A found = meaning.apply(name);
        if (found == null) {
            refuse(key, "found " + name + ", expected " + expected);
            return fallback;
        }
        return found;
    }

    private static int size(SpecNode node) {
        long value = node.wholeNumber(1);
        if (value > LARGEST) {
            throw node.wrong("expected a whole number of at most " + LARGEST);
        }
        return (int) value;
    }

    private <T> T read(String key, Function<SpecNode, T> reader, T otherwise) {
        Read<T> read = new Read<>(otherwise);
        fields.optional(
                key,
                node -> {
                    if (node.isMapping() || node.isList() || !NOTHING.equals(node.text())) {
                        read.value = reader.apply(node);
                    }
                    return read;
                },
                read);
        return read.value;
    }

    private static final class Read<T> {
        private T value;

        private Read(T value) {
            this.value = value;
        }
    }
}
