package org.corehours.cli.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.corehours.core.quantity.Interval;

/**
 * A JSON text in the making. Keys are snake_case and carry the unit. A number that is not finite is refused, because
 * JSON has none.
 */
public final class JsonText {

    /** The version of the keys: they may be added to, and this changes if one changes its meaning or goes. */
    public static final int SCHEMA_VERSION = 1;

    /** Whole numbers up to here are written as such. */
    private static final double LARGEST_WHOLE = 1L << 53;

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator generator;

    private JsonText(JsonGenerator generator) {
        this.generator = generator;
    }

    /**
     * An object with its {@code schema_version}.
     *
     * @param fields writes its other fields
     * @return the text, which ends with a line break
     */
    public static String object(Consumer<JsonText> fields) {
        return write(json -> json.element(each -> {
            each.schemaVersion();
            fields.accept(each);
        }));
    }

    /**
     * An array of objects, each with its {@code schema_version}.
     *
     * @param items what the objects are of
     * @param fields writes an object's other fields
     * @param <T> what the objects are of
     * @return the text, which ends with a line break
     */
    public static <T> String array(Collection<T> items, BiConsumer<JsonText, T> fields) {
        return write(json -> {
            json.attempt(JsonGenerator::writeStartArray);
            for (T item : items) {
                json.element(each -> {
                    each.schemaVersion();
                    fields.accept(each, item);
                });
            }
            json.attempt(JsonGenerator::writeEndArray);
        });
    }

    /**
     * An object in one line, without a version, for a document that the program itself reads.
     *
     * @param fields writes its fields
     * @return the text, without a line break
     */
    public static String compact(Consumer<JsonText> fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            new JsonText(generator).element(fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static String write(Consumer<JsonText> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            generator.setPrettyPrinter(new DefaultPrettyPrinter(
                            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                    .withObjectIndenter(lines)
                    .withArrayIndenter(lines));
            content.accept(new JsonText(generator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private void schemaVersion() {
        number("schema_version", SCHEMA_VERSION);
    }

    /**
     * Writes a text.
     *
     * @param key its key
     * @param value the text
     * @return this
     */
    public JsonText text(String key, String value) {
        attempt(to -> to.writeStringField(key, value));
        return this;
    }

    /**
     * Writes a whole number.
     *
     * @param key its key
     * @param value the number
     * @return this
     */
    public JsonText number(String key, long value) {
        attempt(to -> to.writeNumberField(key, value));
        return this;
    }

    /**
     * Writes a number.
     *
     * @param key its key, with the unit
     * @param value the number
     * @return this
     * @throws IllegalArgumentException if it is not finite
     */
    public JsonText number(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("The value of " + key + " must be finite, not " + value + ".");
        }
        if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
            return number(key, (long) value);
        }
        attempt(to -> to.writeNumberField(key, value));
        return this;
    }

    /**
     * Writes a truth value.
     *
     * @param key its key
     * @param value the value
     * @return this
     */
    public JsonText flag(String key, boolean value) {
        attempt(to -> to.writeBooleanField(key, value));
        return this;
    }

    /**
     * Writes the 10th, 50th and 90th percentile as {@code low}, {@code median} and {@code high}.
     *
     * @param key its key, with the unit
     * @param value the interval
     * @return this
     */
    public JsonText interval(String key, Interval value) {
        return object(
                key,
                each -> each.number("low", value.low())
                        .number("median", value.median())
                        .number("high", value.high()));
    }

    /**
     * Writes a number where nothing varies, else its interval.
     *
     * @param key its key, with the unit
     * @param value the interval
     * @return this
     */
    public JsonText numberOrInterval(String key, Interval value) {
        return value.low() == value.high() ? number(key, value.median()) : interval(key, value);
    }

    /**
     * Writes an object.
     *
     * @param key its key
     * @param fields writes its fields
     * @return this
     */
    public JsonText object(String key, Consumer<JsonText> fields) {
        attempt(to -> to.writeFieldName(key));
        element(fields);
        return this;
    }

    /**
     * Writes numbers by name.
     *
     * @param key its key
     * @param values the numbers by their keys
     * @return this
     */
    public JsonText numbers(String key, Map<String, ? extends Number> values) {
        return object(
                key,
                each -> values.forEach((name, value) -> {
                    if (value instanceof Long || value instanceof Integer) {
                        each.number(name, value.longValue());
                    } else {
                        each.number(name, value.doubleValue());
                    }
                }));
    }

    /**
     * Writes an array of objects.
     *
     * @param key its key
     * @param items what the objects are of
     * @param fields writes the fields of one
     * @param <T> what the objects are of
     * @return this
     */
    public <T> JsonText objects(String key, Collection<? extends T> items, BiConsumer<JsonText, T> fields) {
        attempt(to -> to.writeArrayFieldStart(key));
        items.forEach(item -> element(each -> fields.accept(each, item)));
        attempt(JsonGenerator::writeEndArray);
        return this;
    }

    /**
     * Writes an array of texts.
     *
     * @param key its key
     * @param items the texts
     * @return this
     */
    public JsonText texts(String key, Collection<String> items) {
        attempt(to -> {
            to.writeArrayFieldStart(key);
            for (String item : items) {
                to.writeString(item);
            }
            to.writeEndArray();
        });
        return this;
    }

    private void element(Consumer<JsonText> fields) {
        attempt(JsonGenerator::writeStartObject);
        fields.accept(this);
        attempt(JsonGenerator::writeEndObject);
    }

    /** Writes to memory, which does not fail. */
    private void attempt(Write write) {
        try {
            write.to(generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Write {
        void to(JsonGenerator generator) throws IOException;
    }
}
