package org.corehours.papers;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecNode;
import org.corehours.spec.SpecProblem;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of settings: every component is a setting of its name, in snake case. Every mistake is reported at the
 * place of the value that makes it.
 */
final class SettingBinder {

    /** The setting that says which of several kinds a group is. */
    static final String TYPE = "type";

    /** The setting that names a value which a group changes in part. */
    static final String LIKE = "like";

    private final Map<Class<?>, Function<SpecNode, ?>> named = new LinkedHashMap<>();
    private final Map<Class<?>, Map<String, Class<? extends Record>>> kinds = new LinkedHashMap<>();
    private final Map<Class<?>, Record> usual = new LinkedHashMap<>();

    /**
     * Values of a type are looked up by name.
     *
     * @param <T> the type
     * @param type the type
     * @param reader finds the value of a name
     * @return this binder
     */
    <T> SettingBinder named(Class<T> type, Function<SpecNode, ? extends T> reader) {
        named.put(type, reader);
        return this;
    }

    /**
     * Groups need only say where a value differs from the usual one of its type.
     *
     * @param <T> the type
     * @param type the type
     * @param value the usual value
     * @return this binder
     */
    <T extends Record> SettingBinder usual(Class<T> type, T value) {
        usual.put(type, value);
        return this;
    }

    /**
     * Values of a type are groups of one of several kinds, which {@value #TYPE} names.
     *
     * @param <T> the type
     * @param type the type
     * @param records a record for each kind
     * @return this binder
     */
    <T> SettingBinder kinds(Class<T> type, Map<String, Class<? extends Record>> records) {
        kinds.put(type, records);
        return this;
    }

    /**
     * Makes a value.
     *
     * @param <T> its type
     * @param settings what it is made of
     * @param type its type
     * @return the value
     * @throws SpecException if the settings do not make one
     */
    <T> T bind(Settings settings, Class<T> type) {
        @SuppressWarnings("unchecked") // bind makes a value of the type it is given
        T value = (T) bindType(settings, type, null);
        return value;
    }

    /** Makes a value of a type; where it is a group, {@code base} has what the group does not say. */
    private Object bindType(Settings settings, Type type, @Nullable Object base) {
        if (type instanceof ParameterizedType generic) {
            Type argument = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return Optional.of(bindType(settings, argument, null));
            }
            if (generic.getRawType() == List.class) {
                return list(settings, argument);
            }
            throw new IllegalArgumentException("No value of the type " + type + " can stand in a file.");
        }
        Class<?> plain = (Class<?>) type;
        if (settings instanceof SettingGroup group) {
            return group(group, plain, base);
        }
        return scalar((Setting) settings, plain);
    }

    private List<Object> list(Settings settings, Type argument) {
        if (!(settings instanceof Setting setting)) {
            throw settings.node().wrong("expected a list");
        }
        List<Object> values = new ArrayList<>();
        List<SpecProblem> problems = new ArrayList<>();
        for (Settings item : Settings.items(setting)) {
            collect(problems, () -> values.add(bindType(item, argument, null)));
        }
        throwIfAny(problems);
        return List.copyOf(values);
    }

    private Object scalar(Setting setting, Class<?> type) {
        SpecNode node = setting.node();
        Function<SpecNode, ?> reader = named.get(type);
        if (reader != null) {
            return reader.apply(node);
        }
        if (type == int.class || type == Integer.class) {
            return Math.toIntExact(Math.min(node.wholeNumber(0), Integer.MAX_VALUE));
        }
        if (type == long.class || type == Long.class) {
            return node.wholeNumber(0);
        }
        if (type == double.class || type == Double.class) {
            return node.number();
        }
        if (type == boolean.class || type == Boolean.class) {
            return node.flag();
        }
        if (type == String.class) {
            return node.text();
        }
        if (type.isEnum()) {
            return constant(node, type);
        }
        throw node.wrong("expected a mapping");
    }

    private static Object constant(SpecNode node, Class<?> type) {
        List<Object> constants = List.of(type.getEnumConstants());
        List<String> names = constants.stream()
                .map(each -> ((Enum<?>) each).name().toLowerCase(Locale.ROOT))
                .toList();
        return constants.get(names.indexOf(node.oneOf(names)));
    }

    private Object group(SettingGroup group, Class<?> type, @Nullable Object base) {
        Function<SpecNode, ?> reader = named.get(type);
        if (reader != null && group.members().get(LIKE) instanceof Setting like) {
            Object named = reader.apply(like.node());
            return make(group, named.getClass(), named);
        }
        Map<String, Class<? extends Record>> choices = kinds.get(type);
        boolean chosen = choices != null && group.members().containsKey(TYPE);
        if (base != null && base.getClass().isRecord() && !chosen) {
            return make(group, base.getClass(), base);
        }
        if (choices != null) {
            if (!(group.members().get(TYPE) instanceof Setting kind)) {
                throw group.node().problem("needs a " + TYPE + ", one of " + String.join(", ", choices.keySet()));
            }
            return make(group, Objects.requireNonNull(choices.get(kind.node().oneOf(choices.keySet()))), null);
        }
        if (type.isRecord()) {
            return make(group, type, usual.get(type));
        }
        throw group.node().wrong(reader == null ? "expected a plain value" : "expected a name, or a mapping with like");
    }

    private Object make(SettingGroup group, Class<?> type, @Nullable Object base) {
        RecordComponent[] components = type.getRecordComponents();
        if (components == null) {
            throw group.node().problem("cannot be changed in part");
        }
        List<String> names = Stream.of(components)
                .map(component -> snakeCase(component.getName()))
                .toList();
        List<SpecProblem> problems = new ArrayList<>(unknown(group, names));
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            int index = i;
            RecordComponent component = components[i];
            Object otherwise = base == null ? null : valueOf(component, base);
            Settings member = group.members().get(names.get(i));
            if (member != null) {
                collect(problems, () -> values[index] = bindType(member, component.getGenericType(), otherwise));
            } else if (base != null) {
                values[i] = otherwise;
            } else if (component.getType() == Optional.class) {
                values[i] = Optional.empty();
            } else {
                problems.addAll(group.node()
                        .problem("the field " + names.get(i) + " is missing")
                        .problems());
            }
        }
        throwIfAny(problems);
        return instantiate(group, type, components, values);
    }

    private static @Nullable Object valueOf(RecordComponent component, Object owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The component " + component.getName() + " cannot be read.", e);
        }
    }

    private static List<SpecProblem> unknown(SettingGroup group, Collection<String> known) {
        List<SpecProblem> problems = new ArrayList<>();
        group.members().forEach((name, member) -> {
            if (!known.contains(name) && !name.equals(TYPE) && !name.equals(LIKE)) {
                List<String> near = NameSuggestions.nearest(name, known, 1);
                problems.addAll(member.node()
                        .problem(name + " is not a field here; "
                                + (near.isEmpty()
                                        ? "expected one of " + String.join(", ", known)
                                        : "did you mean " + near.get(0) + "?"))
                        .problems());
            }
        });
        return problems;
    }

    private static Object instantiate(
            SettingGroup group, Class<?> type, RecordComponent[] components, @Nullable Object[] values) {
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof ArithmeticException) {
                throw group.node().problem(String.valueOf(e.getCause().getMessage()));
            }
            throw new IllegalStateException("The record " + type.getSimpleName() + " failed.", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The record " + type.getSimpleName() + " cannot be made.", e);
        }
    }

    private static void collect(List<SpecProblem> problems, Runnable reading) {
        try {
            reading.run();
        } catch (SpecException e) {
            problems.addAll(e.problems());
        }
    }

    private static void throwIfAny(List<SpecProblem> problems) {
        if (!problems.isEmpty()) {
            throw new SpecException(problems);
        }
    }

    /** {@return the name of a record's component as files write it} */
    static String snakeCase(String camelCase) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < camelCase.length(); i++) {
            char c = camelCase.charAt(i);
            if (Character.isUpperCase(c)) {
                name.append('_');
            }
            name.append(Character.toLowerCase(c));
        }
        return name.toString();
    }
}
