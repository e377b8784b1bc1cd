package org.corehours.papers;

import org.corehours.core.step.StepProgram;
import org.corehours.models.TrainingMethod;

/**
 * A way to train or run a model that has a name: a training step, or a tokenizer's encoding.
 *
 * @param id the name users type
 * @param description what it is, in a line
 * @param method what one step does
 */
public record NamedMethod(String id, String description, TrainingMethod method) {

    /** One step of {@code samples} samples, under the method's name. */
    public StepProgram plan(long samples) {
        return method.plan(samples);
    }
}
