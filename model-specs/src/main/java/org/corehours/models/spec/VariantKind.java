package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecNode;

/**
 * One of several records, told apart by a key: {@code {linear: {features: 10}}}, or the key alone, {@code gelu}, where
 * every field has a default.
 *
 * @param <T> what the records have in common
 */
final class VariantKind<T> implements ValueKind<T>, Definitions.NamedKind {

    private final String name;
    private final String meaning;
    private final Map<String, RecordKind<? extends T>> variants;

    VariantKind(String name, String meaning, List<RecordKind<? extends T>> variants) {
        this.name = name;
        this.meaning = meaning;
        this.variants = variants.stream()
                .collect(Collectors.toMap(RecordKind::name, kind -> kind, (a, b) -> a, LinkedHashMap::new));
    }

    @Override
    public String name() {
        return name;
    }

    String meaning() {
        return meaning;
    }

    Map<String, RecordKind<? extends T>> variants() {
        return variants;
    }

    @Override
    public T read(SpecNode node) {
        if (!node.isMapping()) {
            return bare(node);
        }
        return node.fields(fields -> {
            SpecField<? extends T> value = ask(node, fields);
            fields.done();
            return value.get();
        });
    }

    /** Asks for the one key of a mapping that names a variant; other keys may be asked for beside it. */
    SpecField<? extends T> ask(SpecNode node, SpecFields fields) {
        List<String> keys = fields.keys().stream().filter(variants::containsKey).toList();
        if (keys.size() > 1) {
            throw node.problem("found " + String.join(" and ", keys) + ", expected one of them");
        }
        variants.forEach((key, kind) -> {
            if (!fields.has(key)) {
                fields.optional(key, kind::read);
            }
        });
        if (keys.isEmpty()) {
            fields.done();
            throw node.problem("expected one of " + String.join(", ", variants.keySet()));
        }
        return fields.required(keys.get(0), variant(keys.get(0))::read);
    }

    /** The variant a node names without fields. */
    T bare(SpecNode node) {
        RecordKind<? extends T> kind = variant(node.oneOf(variants.keySet()));
        if (!kind.allOptional()) {
            throw node.problem(kind.name() + " needs "
                    + kind.fields().stream()
                            .filter(Field::required)
                            .map(Field::name)
                            .collect(Collectors.joining(", "))
                    + ": write " + kind.name() + ": {"
                    + kind.fields().stream()
                            .filter(Field::required)
                            .map(field -> field.name() + ": ...")
                            .collect(Collectors.joining(", "))
                    + "}");
        }
        return kind.make(Map.of());
    }

    RecordKind<? extends T> variant(String key) {
        RecordKind<? extends T> kind = variants.get(key);
        if (kind == null) {
            throw new IllegalArgumentException("There is no " + name + " \"" + key + "\".");
        }
        return kind;
    }

    /** The variant that describes a value. */
    RecordKind<? extends T> variantOf(T value) {
        return variants.values().stream()
                .filter(kind -> kind.describes(value))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The " + name + " " + value + " is not described."));
    }

    @Override
    public Object write(T value) {
        RecordKind<? extends T> kind = variantOf(value);
        Object written = writeBy(kind, value);
        return written instanceof Map<?, ?> map && map.isEmpty() ? kind.name() : Kinds.ordered(kind.name(), written);
    }

    private static <V> Object writeBy(RecordKind<V> kind, Object value) {
        @SuppressWarnings("unchecked") // the kind was found by the value's class
        V typed = (V) value;
        return kind.write(typed);
    }

    @Override
    public Map<String, Object> schema() {
        return Definitions.reference(name);
    }

    @Override
    public Map<String, Object> definition() {
        return definition(Map.of());
    }

    /** The schema, with some properties that may stand beside the key. */
    Map<String, Object> definition(Map<String, Object> beside) {
        Map<String, Object> properties = new LinkedHashMap<>(beside);
        variants.forEach((key, kind) -> properties.put(key, kind.schema()));
        List<Object> alternatives = new ArrayList<>();
        variants.keySet().forEach(key -> alternatives.add(Kinds.ordered("required", List.of(key))));
        Map<String, Object> mapping = Kinds.ordered(
                "type", "object", "properties", properties, "additionalProperties", false, "oneOf", alternatives);
        List<String> bare = bareNames().toList();
        return Kinds.ordered(
                "description",
                meaning,
                "anyOf",
                bare.isEmpty() ? List.of(mapping) : List.of(Kinds.ordered("enum", bare), mapping));
    }

    private Stream<String> bareNames() {
        return variants.values().stream().filter(RecordKind::allOptional).map(RecordKind::name);
    }

    @Override
    public String label() {
        return "[" + name + "](#" + name + ")";
    }

    @Override
    public void refer(Definitions definitions) {
        definitions.add(this);
    }

    @Override
    public void referParts(Definitions definitions) {
        variants.values().forEach(definitions::add);
    }
}
