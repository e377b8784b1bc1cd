package org.corehours.cli;

import org.corehours.models.Model;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that change what a model is fed, shared by all commands that take one. */
final class ModelOptions {

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Side of the images in pixels; the model's own if not given.")
    private @Nullable Integer imageSize;

    @Option(
            names = "--sequence-length",
            paramLabel = "N",
            description = "Tokens of a sample of text; the model's own if not given.")
    private @Nullable Integer sequenceLength;

    /** The same options with images of another size. */
    ModelOptions withImageSize(int pixels) {
        ModelOptions other = new ModelOptions();
        other.imageSize = pixels;
        other.sequenceLength = sequenceLength;
        return other;
    }

    /** Whether any is given. */
    boolean given() {
        return imageSize != null || sequenceLength != null;
    }

    /**
     * The model of a name or file, as these options feed it.
     *
     * @throws UsageException if there is no such model, or it does not take such samples
     */
    Model model(String nameOrFile) {
        Model model = Lookups.model(nameOrFile);
        if (imageSize != null) {
            try {
                model = model.withImageSize(imageSize);
                model.graph(1);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw refused("--image-size", imageSize, nameOrFile, e);
            }
        }
        if (sequenceLength != null) {
            try {
                model = model.withSequenceLength(sequenceLength);
                model.graph(1);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw refused("--sequence-length", sequenceLength, nameOrFile, e);
            }
        }
        return model;
    }

    private static UsageException refused(String option, int value, String model, RuntimeException e) {
        String why = e instanceof ArithmeticException
                ? "its sizes would be too large to count."
                : String.valueOf(e.getMessage());
        return new UsageException("The " + option + " (" + value + ") does not go with " + model + ": " + why, e);
    }
}
