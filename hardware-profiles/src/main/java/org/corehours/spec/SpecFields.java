package org.corehours.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.corehours.core.quantity.NameSuggestions;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The fields of a mapping. A reader asks for every field it knows, then calls {@link #done}, which reports everything
 * that was wrong together: wrong values, missing fields, fields nobody asked for and fields given twice.
 */
public final class SpecFields {

    private final SpecNode owner;
    private final MappingNode mapping;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final List<SpecProblem> problems = new ArrayList<>();

    SpecFields(SpecNode owner, MappingNode mapping) {
        this.owner = owner;
        this.mapping = mapping;
        for (NodeTuple entry : mapping.getValue()) {
            Node key = entry.getKeyNode();
            if (!(key instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
                problems.add(owner.problemAt(key, owner.path(), "a field has no name"));
                continue;
            }
            NodeTuple first = entries.putIfAbsent(scalar.getValue(), entry);
            if (first != null && problems.size() < InputLimits.SPEC_PROBLEMS) {
                int line = first.getKeyNode().getStartMark().getLine() + 1;
                problems.add(owner.problemAt(
                        key,
                        owner.child(scalar.getValue(), key).path(),
                        "is given twice, first on line " + line + "; keep one"));
            }
        }
    }

    /** {@return the names of the fields that are there, in the order of the file} */
    public Set<String> keys() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * Whether a field is there.
     *
     * @param key its name
     * @return true if it is
     */
    public boolean has(String key) {
        return entries.containsKey(key);
    }

    /**
     * A field that must be there.
     *
     * @param <T> what it holds
     * @param key its name
     * @param reader reads its value
     * @return the field
     */
    public <T> SpecField<T> required(String key, SpecReader<T> reader) {
        known.add(key);
        NodeTuple entry = entries.get(key);
        if (entry == null) {
            problems.add(owner.problemAt(mapping, owner.child(key, mapping).path(), "is missing"));
            return new SpecField<>(null);
        }
        return new SpecField<>(read(key, entry, reader));
    }

    /**
     * A field that may be left out.
     *
     * @param <T> what it holds
     * @param key its name
     * @param reader reads its value
     * @param otherwise what counts where it is left out
     * @return the field
     */
    public <T> SpecField<T> optional(String key, SpecReader<T> reader, T otherwise) {
        known.add(key);
        NodeTuple entry = entries.get(key);
        return new SpecField<>(entry == null ? otherwise : read(key, entry, reader));
    }

    /**
     * A field that may be left out.
     *
     * @param <T> what it holds
     * @param key its name
     * @param reader reads its value
     * @return the field, empty where it is left out
     */
    public <T> SpecField<Optional<T>> optional(String key, SpecReader<T> reader) {
        return optional(key, node -> Optional.of(reader.read(node)), Optional.empty());
    }

    /**
     * Lets the fields that nobody asked for pass, for a reader that looks at a few before another reads them all.
     */
    public void ignoreOthers() {
        known.addAll(entries.keySet());
    }

    /**
     * Notes a mistake that no single value has, such as two fields that exclude each other.
     *
     * @param key the field to point at
     * @param message what is wrong
     */
    public void problem(String key, String message) {
        NodeTuple entry = entries.get(key);
        Node place = entry == null ? mapping : entry.getKeyNode();
        problems.add(owner.problemAt(place, owner.child(key, place).path(), message));
    }

    /**
     * Ends the asking.
     *
     * @throws SpecException if anything was wrong
     */
    public void done() {
        boolean listed = false;
        for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key) && problems.size() < InputLimits.SPEC_PROBLEMS) {
                List<String> near = NameSuggestions.nearest(key, known, 1);
                String expected = near.isEmpty()
                        ? known.isEmpty()
                                ? "; expected no fields"
                                : listed ? "" : "; expected one of " + String.join(", ", known)
                        : "; did you mean " + near.get(0) + "?";
                listed |= near.isEmpty();
                problems.add(owner.problemAt(
                        entry.getValue().getKeyNode(),
                        owner.child(key, entry.getValue().getKeyNode()).path(),
                        "is not a field here" + expected));
            }
        }
        if (!problems.isEmpty()) {
            throw new SpecException(problems);
        }
    }

    private <T> @Nullable T read(String key, NodeTuple entry, SpecReader<T> reader) {
        try {
            return reader.read(owner.child(key, entry.getValueNode()));
        } catch (SpecException e) {
            problems.addAll(e.problems());
            return null;
        }
    }
}
