package org.corehours.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.corehours.core.quantity.NameSuggestions;
import org.jspecify.annotations.Nullable;

/**
 * A phase of a run as one option gives it, {@code NAME:K=V,K=V}. What is null is as in the rest of the command.
 *
 * @param name what tells it from other phases
 * @param model the model or training method
 * @param imageSize side of the images in pixels
 * @param globalBatch samples of an optimizer step over all devices
 * @param accumulation micro-batches of an optimizer step on each device
 * @param input the input recipe
 * @param epochs passes over the data set
 * @param steps optimizer steps
 */
record PhaseOption(
        String name,
        @Nullable String model,
        @Nullable Integer imageSize,
        @Nullable Long globalBatch,
        @Nullable Integer accumulation,
        @Nullable String input,
        @Nullable Double epochs,
        @Nullable Long steps) {

    /** What a phase may have, and how each is read, in the order of messages. */
    private static final Map<String, Function<String, Object>> FIELDS = fields();

    private static Map<String, Function<String, Object>> fields() {
        Map<String, Function<String, Object>> fields = new LinkedHashMap<>();
        fields.put("model", value -> value);
        fields.put("image-size", Integer::valueOf);
        fields.put("global-batch", Long::valueOf);
        fields.put("accumulation", Integer::valueOf);
        fields.put("input", value -> value);
        fields.put("epochs", Double::valueOf);
        fields.put("steps", Long::valueOf);
        return fields;
    }

    /**
     * Reads an option's value.
     *
     * @param text the value
     * @return the phase
     * @throws UsageException if it is not written as one
     */
    static PhaseOption parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new UsageException(
                    "The --phase \"" + text + "\" has no name. Write it as low:image-size=128,epochs=10.");
        }
        Map<String, Object> given = new HashMap<>();
        for (String part : text.substring(colon + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new UsageException("In the --phase \"" + text + "\" expected K=V, found \"" + part + "\".");
            }
            String key = part.substring(0, equals);
            given.put(key, value(key, part.substring(equals + 1)));
        }
        PhaseOption phase = new PhaseOption(
                text.substring(0, colon),
                (String) given.get("model"),
                (Integer) given.get("image-size"),
                (Long) given.get("global-batch"),
                (Integer) given.get("accumulation"),
                (String) given.get("input"),
                (Double) given.get("epochs"),
                (Long) given.get("steps"));
        if ((phase.epochs == null) == (phase.steps == null)) {
            throw new UsageException("The --phase \"" + text + "\" needs either epochs or steps.");
        }
        return phase;
    }

    private static Object value(String key, String value) {
        Function<String, Object> field = FIELDS.get(key);
        if (field == null) {
            List<String> near = NameSuggestions.nearest(key, FIELDS.keySet(), 1);
            throw new UsageException("A phase has no " + key + "; "
                    + (near.isEmpty()
                            ? "it can have " + String.join(", ", FIELDS.keySet()) + "."
                            : "did you mean " + near.get(0) + "?"));
        }
        try {
            return field.apply(value);
        } catch (NumberFormatException e) {
            throw new UsageException("The " + key + " of a phase must be a number, not \"" + value + "\".", e);
        }
    }
}
