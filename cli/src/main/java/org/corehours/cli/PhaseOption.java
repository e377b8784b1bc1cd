package org.corehours.cli;

import java.util.List;
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

    private static final List<String> KEYS =
            List.of("model", "image-size", "global-batch", "accumulation", "input", "epochs", "steps");

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
        PhaseOption phase = new PhaseOption(text.substring(0, colon), null, null, null, null, null, null, null);
        for (String part : text.substring(colon + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new UsageException("In the --phase \"" + text + "\" expected K=V, found \"" + part + "\".");
            }
            phase = phase.with(part.substring(0, equals), part.substring(equals + 1));
        }
        if ((phase.epochs == null) == (phase.steps == null)) {
            throw new UsageException("The --phase \"" + text + "\" needs either epochs or steps.");
        }
        return phase;
    }

    private PhaseOption with(String key, String value) {
        return switch (key) {
            case "model" -> new PhaseOption(name, value, imageSize, globalBatch, accumulation, input, epochs, steps);
            case "image-size" ->
                new PhaseOption(
                        name,
                        model,
                        number(key, value, Integer::valueOf),
                        globalBatch,
                        accumulation,
                        input,
                        epochs,
                        steps);
            case "global-batch" ->
                new PhaseOption(
                        name, model, imageSize, number(key, value, Long::valueOf), accumulation, input, epochs, steps);
            case "accumulation" ->
                new PhaseOption(
                        name,
                        model,
                        imageSize,
                        globalBatch,
                        number(key, value, Integer::valueOf),
                        input,
                        epochs,
                        steps);
            case "input" -> new PhaseOption(name, model, imageSize, globalBatch, accumulation, value, epochs, steps);
            case "epochs" ->
                new PhaseOption(
                        name,
                        model,
                        imageSize,
                        globalBatch,
                        accumulation,
                        input,
                        number(key, value, Double::valueOf),
                        steps);
            case "steps" ->
                new PhaseOption(
                        name,
                        model,
                        imageSize,
                        globalBatch,
                        accumulation,
                        input,
                        epochs,
                        number(key, value, Long::valueOf));
            default -> {
                List<String> near = NameSuggestions.nearest(key, KEYS, 1);
                throw new UsageException("A phase has no " + key + "; "
                        + (near.isEmpty()
                                ? "it can have " + String.join(", ", KEYS) + "."
                                : "did you mean " + near.get(0) + "?"));
            }
        };
    }

    private static <T> T number(String key, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (NumberFormatException e) {
            throw new UsageException("The " + key + " of a phase must be a number, not \"" + value + "\".", e);
        }
    }
}
