package org.corehours.core.lowering;

/**
 * Bytes a training step keeps on each device, by what they are for, when most are in use; data parallel, nothing
 * sharded.
 *
 * @param parameters weights of every model in the step, teachers included
 * @param gradients gradients of the trained weights
 * @param optimizerState moments and, where kept, master weights
 * @param inputs the batch, and what a model keeps besides its parameters: running statistics, index tables
 * @param savedActivations what the forward passes keep for the backward computation
 * @param weightCopies weights cast to the compute format and kept over the step
 * @param temporaries what else is alive when most bytes are
 * @param peakPhase the phase in which most bytes are alive
 */
public record StepMemory(
        long parameters,
        long gradients,
        long optimizerState,
        long inputs,
        long savedActivations,
        long weightCopies,
        long temporaries,
        String peakPhase) {

    /** Bytes that stay from step to step. */
    public long persistent() {
        return Math.addExact(parameters, Math.addExact(gradients, optimizerState));
    }

    /** The sum of all: the most bytes alive at a time. */
    public long total() {
        return Math.addExact(
                persistent(),
                Math.addExact(inputs, Math.addExact(savedActivations, Math.addExact(weightCopies, temporaries))));
    }
}
