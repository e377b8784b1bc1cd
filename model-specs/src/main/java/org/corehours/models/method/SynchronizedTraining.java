package org.corehours.models.method;

import org.corehours.core.step.StepProgram;
import org.corehours.core.step.SynchronizedBatchNorm;
import org.corehours.models.TrainingMethod;

/**
 * A way to train whose batch normalizations look at the samples of all devices.
 *
 * @param method the way
 */
public record SynchronizedTraining(TrainingMethod method) implements TrainingMethod {

    @Override
    public String model() {
        return method.model();
    }

    @Override
    public String usualInput() {
        return method.usualInput();
    }

    @Override
    public StepProgram plan(long samples) {
        return SynchronizedBatchNorm.of(method.plan(samples));
    }

    @Override
    public long parameters(StepProgram step) {
        return method.parameters(step);
    }
}
