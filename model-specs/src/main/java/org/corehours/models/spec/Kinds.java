package org.corehours.models.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.corehours.spec.SpecNode;

/** The kinds of values that have no name of their own: numbers, flags, choices and lists. */
final class Kinds {

    /**
     * The largest size a file may give: a width, a number of classes, a length. The largest real ones, vocabularies
     * and long contexts, are some millions; ten times that is a slip of the keyboard.
     */
    static final int LARGEST_SIZE = 100_000_000;

    /** The most blocks in a row a file may ask for. The deepest published networks have about a thousand. */
    static final int MOST_REPEATS = 100_000;

    /** The most items of a list of numbers, stages of a network say. */
    static final int LONGEST_LIST = 64;

    private Kinds() {}

    /** A size: at least 1. */
    static ValueKind<Integer> size() {
        return new Whole(1, LARGEST_SIZE);
    }

    /** A number of layers. */
    static ValueKind<Integer> repeats() {
        return new Whole(1, MOST_REPEATS);
    }

    /** A whole number between two, both included. */
    static ValueKind<Integer> whole(int least, int most) {
        return new Whole(least, most);
    }

    static ValueKind<Boolean> flag() {
        return new Flag();
    }

    /** A rate from 0 to 1. */
    static ValueKind<Double> share() {
        return new Share();
    }

    /** One of the constants of an enum, written in lower case. */
    static <E extends Enum<E>> ValueKind<E> choice(Class<E> type) {
        return new Choice<>(type, Arrays.asList(type.getEnumConstants()));
    }

    static <T> ValueKind<List<T>> list(ValueKind<T> item, int least, int most) {
        return new Items<>(item, least, most);
    }

    /** Sizes, one for each stage. */
    static ValueKind<List<Integer>> sizes() {
        return list(size(), 1, LONGEST_LIST);
    }

    private record Whole(int least, int most) implements ValueKind<Integer> {
        @Override
        public Integer read(SpecNode node) {
            long value = node.wholeNumber(least);
            if (value > most) {
                throw node.wrong("expected a whole number of at most " + most);
            }
            return Math.toIntExact(value);
        }

        @Override
        public Object write(Integer value) {
            return value;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "integer", "minimum", least, "maximum", most);
        }

        @Override
        public String label() {
            return "whole number" + (least == 1 ? "" : " from " + least);
        }
    }

    private record Flag() implements ValueKind<Boolean> {
        @Override
        public Boolean read(SpecNode node) {
            return node.flag();
        }

        @Override
        public Object write(Boolean value) {
            return value;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "boolean");
        }

        @Override
        public String label() {
            return "true or false";
        }
    }

    private record Share() implements ValueKind<Double> {
        @Override
        public Double read(SpecNode node) {
            return node.share();
        }

        @Override
        public Object write(Double value) {
            return value;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "number", "minimum", 0, "maximum", 1);
        }

        @Override
        public String label() {
            return "number from 0 to 1";
        }
    }

    private record Choice<E extends Enum<E>>(Class<E> type, List<E> constants) implements ValueKind<E> {
        @Override
        public E read(SpecNode node) {
            List<String> names = names();
            return constants.get(names.indexOf(node.oneOf(names)));
        }

        private List<String> names() {
            return constants.stream().map(Choice::written).toList();
        }

        private static String written(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public Object write(E value) {
            return written(value);
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("enum", names());
        }

        @Override
        public String label() {
            return "`" + String.join("`, `", names()) + "`";
        }
    }

    private record Items<T>(ValueKind<T> item, int least, int most) implements ValueKind<List<T>> {
        @Override
        public List<T> read(SpecNode node) {
            List<T> items = node.list(item::read);
            if (items.size() < least || items.size() > most) {
                throw node.problem(
                        "found a list of " + items.size() + ", expected from " + least + " to " + most + " items");
            }
            return items;
        }

        @Override
        public Object write(List<T> value) {
            List<Object> written = new ArrayList<>();
            value.forEach(each -> written.add(item.write(each)));
            return written;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "array", "items", item.schema(), "minItems", least, "maxItems", most);
        }

        @Override
        public String label() {
            return "list: " + item.label();
        }

        @Override
        public void refer(Definitions definitions) {
            item.refer(definitions);
        }
    }

    /** The value of a field before the one whose default is asked for: a size. */
    static int givenSize(Map<String, Object> before, String key) {
        return (Integer) Objects.requireNonNull(before.get(key), key);
    }

    /** How many items the list of a field before holds. */
    static int givenItems(Map<String, Object> before, String key) {
        return ((List<?>) Objects.requireNonNull(before.get(key), key)).size();
    }

    /** A map of keys and values given in turn, in that order. */
    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
