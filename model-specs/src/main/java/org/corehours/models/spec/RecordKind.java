package org.corehours.models.spec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecNode;

/**
 * A record written as a mapping: one field for each component, in the record's order, under the component's name in
 * lower case with underscores.
 *
 * @param <T> the record
 */
final class RecordKind<T> implements ValueKind<T>, Definitions.NamedKind {

    private final Class<T> type;
    private final String name;
    private final String meaning;
    private final List<Field<?>> fields;
    private final Optional<Field<?>> shorthand;

    private RecordKind(Builder<T> builder) {
        type = builder.type;
        name = builder.name;
        meaning = builder.meaning;
        fields = List.copyOf(builder.fields);
        shorthand = builder.shorthand.isEmpty()
                ? Optional.empty()
                : fields.stream()
                        .filter(field -> field.name().equals(builder.shorthand))
                        .findFirst();
        List<String> components = Arrays.stream(type.getRecordComponents())
                .map(component -> written(component.getName()))
                .toList();
        List<String> described = fields.stream().map(Field::name).toList();
        if (!components.equals(described)) {
            throw new IllegalStateException("The description of " + type.getSimpleName() + " has the fields "
                    + described + ", but the record has " + components + "; describe each, in that order.");
        }
    }

    /**
     * Starts a description.
     *
     * @param type the record
     * @param name what files, schema and reference call it
     * @param meaning what it is, in a sentence
     */
    static <T> Builder<T> of(Class<T> type, String name, String meaning) {
        return new Builder<>(type, name, meaning);
    }

    private static String written(String component) {
        return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** Collects the fields of a {@link RecordKind}. */
    static final class Builder<T> {
        private final Class<T> type;
        private final String name;
        private final String meaning;
        private final List<Field<?>> fields = new ArrayList<>();
        private String shorthand = "";

        private Builder(Class<T> type, String name, String meaning) {
            this.type = type;
            this.name = name;
            this.meaning = meaning;
        }

        /** A field that must be given. */
        <F> Builder<T> field(String key, ValueKind<F> kind, String what) {
            fields.add(new Field<>(key, kind, null, "", what));
            return this;
        }

        /** A field that is {@code otherwise} where it is left out. */
        <F> Builder<T> field(String key, ValueKind<F> kind, F otherwise, String what) {
            fields.add(new Field<>(key, kind, before -> otherwise, shown(kind.write(otherwise)), what));
            return this;
        }

        /** A field that, left out, follows from those before it. */
        <F> Builder<T> derived(
                String key, ValueKind<F> kind, String text, Function<Map<String, Object>, F> otherwise, String what) {
            fields.add(new Field<>(key, kind, otherwise, text, what));
            return this;
        }

        /** Lets the value of one field stand for the mapping where the others are left out. */
        Builder<T> shorthand(String key) {
            shorthand = key;
            return this;
        }

        RecordKind<T> build() {
            return new RecordKind<>(this);
        }

        private static String shown(Object written) {
            if (written instanceof Map<?, ?> map) {
                return map.isEmpty() ? "its defaults" : "`" + YamlText.inline(map) + "`";
            }
            return written instanceof List<?> list ? "`" + YamlText.inline(list) + "`" : "`" + written + "`";
        }
    }

    @Override
    public String name() {
        return name;
    }

    String meaning() {
        return meaning;
    }

    List<Field<?>> fields() {
        return fields;
    }

    Optional<Field<?>> shorthand() {
        return shorthand;
    }

    boolean describes(Object value) {
        return type.isInstance(value);
    }

    /** Whether nothing need be given. */
    boolean allOptional() {
        return fields.stream().noneMatch(Field::required);
    }

    @Override
    public T read(SpecNode node) {
        if (shorthand.isPresent() && !node.isMapping()) {
            Field<?> given = shorthand.get();
            Object value = given.kind().read(node);
            try {
                return make(Map.of(given.name(), value));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw node.problem(String.valueOf(e.getMessage()));
            }
        }
        return node.fields(read -> {
            Supplier<T> value = ask(read);
            read.done();
            return value.get();
        });
    }

    /** Asks for the fields; the value can be taken once {@link SpecFields#done} has found them right. */
    Supplier<T> ask(SpecFields read) {
        Map<String, SpecField<? extends Optional<?>>> asked = new LinkedHashMap<>();
        for (Field<?> field : fields) {
            ValueKind<?> kind = field.kind();
            asked.put(
                    field.name(),
                    field.required()
                            ? read.required(field.name(), node -> Optional.of(kind.read(node)))
                            : read.optional(field.name(), kind::read));
        }
        return () -> {
            Map<String, Object> given = new LinkedHashMap<>();
            asked.forEach((key, field) -> field.get().ifPresent(value -> given.put(key, value)));
            return make(given);
        };
    }

    /** The record with what is given and defaults for the rest. */
    T make(Map<String, Object> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field<?> field : fields) {
            Object value = given.get(field.name());
            values.put(field.name(), value == null ? field.otherwise(values) : value);
        }
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values.values().toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException("The record " + type.getSimpleName() + " cannot be made.", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + type.getSimpleName() + " cannot be made.", e);
        }
    }

    @Override
    public Object write(T value) {
        Map<String, Object> written = writeFields(value);
        if (shorthand.isPresent()
                && written.keySet().equals(Set.of(shorthand.get().name()))) {
            Object only = Objects.requireNonNull(written.get(shorthand.get().name()));
            if (!(only instanceof Map)) {
                return only;
            }
        }
        return written;
    }

    /** The fields that differ from their defaults. */
    Map<String, Object> writeFields(Object value) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Object> written = new LinkedHashMap<>();
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            Field<?> field = fields.get(i);
            Object component = component(components[i], value);
            if (field.required() || !component.equals(field.otherwise(values))) {
                written.put(field.name(), field.write(component));
            }
            values.put(field.name(), component);
        }
        return written;
    }

    private static Object component(RecordComponent component, Object value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The component " + component.getName() + " cannot be read.", e);
        }
    }

    @Override
    public Map<String, Object> schema() {
        return Definitions.reference(name);
    }

    @Override
    public Map<String, Object> definition() {
        Map<String, Object> object = objectSchema(Map.of());
        if (shorthand.isEmpty()) {
            return object;
        }
        return Kinds.ordered(
                "description", meaning, "anyOf", List.of(shorthand.get().kind().schema(), object));
    }

    /** The schema of the mapping, with some properties ahead of the fields. */
    Map<String, Object> objectSchema(Map<String, Object> ahead) {
        Map<String, Object> properties = new LinkedHashMap<>(ahead);
        List<String> required = new ArrayList<>();
        for (Field<?> field : fields) {
            Map<String, Object> property = new LinkedHashMap<>(field.kind().schema());
            property.put(
                    "description",
                    field.meaning() + (field.required() ? "" : " Default: " + field.otherwiseText() + "."));
            properties.put(field.name(), property);
            if (field.required()) {
                required.add(field.name());
            }
        }
        Map<String, Object> schema = Kinds.ordered("description", meaning, "type", "object", "properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
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
        fields.forEach(field -> field.kind().refer(definitions));
    }
}
