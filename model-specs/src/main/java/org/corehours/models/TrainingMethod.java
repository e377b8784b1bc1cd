package org.corehours.models;

import org.corehours.core.step.StepProgram;

/**
 * How a model is trained or run: which passes one step makes, and what follows them.
 *
 * <p>Implementations are immutable records whose components are the method's parameters, as a spec
 * file names them.
 */
public interface TrainingMethod {
    /** A short name of the model, for tables. */
    String model();

    /**
     * One step of one device.
     *
     * @param samples dataset samples per device and step (images before cropping), at least 1
     */
    StepProgram plan(long samples);

    /** The id of the input recipe that its published code loads samples by, where it names none: see InputRecipe. */
    default String usualInput() {
        return "supervised";
    }

    /**
     * The parameters of the model that is kept, as its authors count them: without teachers, momentum copies and heads
     * that are thrown away after training.
     *
     * @param step a step of this method, of any number of samples
     */
    default long parameters(StepProgram step) {
        return step.trains()
                ? step.graph().trainableParameterCount()
                : step.graph().parameterCount();
    }
}
