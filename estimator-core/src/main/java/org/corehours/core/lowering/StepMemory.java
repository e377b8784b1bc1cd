package org.corehours.core.lowering;

import java.util.EnumMap;
import java.util.Map;
import org.corehours.core.memory.AllocationTrace;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.memory.MemoryKind;

/**
 * Bytes of a training step on each device: what stays from step to step, and when everything else comes and goes. Data
 * parallel, nothing sharded.
 *
 * @param parameters weights of every model in the step, teachers included
 * @param gradients gradients of the trained weights, once all exist
 * @param optimizerState moments and, where kept, master weights
 * @param inputs the batch, and what a model keeps besides its parameters: running statistics, index tables
 * @param savedActivations what the forward passes keep for the backward computation in all; a passing block may need
 *     less at a time
 * @param keepsGradients whether gradients stay over the step and are zeroed, else they are freed before it
 * @param allocations the tensors that the step makes
 */
public record StepMemory(
        long parameters,
        long gradients,
        long optimizerState,
        long inputs,
        long savedActivations,
        boolean keepsGradients,
        AllocationTrace allocations) {

    /** A step whose tensors all live through one phase. */
    public StepMemory(
            long parameters,
            long gradients,
            long optimizerState,
            long inputs,
            long savedActivations,
            long weightCopies,
            long temporaries,
            String phase) {
        this(
                parameters,
                gradients,
                optimizerState,
                inputs,
                savedActivations,
                true,
                AllocationTrace.constant(phase, constant(savedActivations, weightCopies, temporaries)));
    }

    private static Map<MemoryKind, Long> constant(long saved, long casts, long temporaries) {
        Map<MemoryKind, Long> bytes = new EnumMap<>(MemoryKind.class);
        bytes.put(MemoryKind.SAVED_ACTIVATIONS, saved);
        bytes.put(MemoryKind.WEIGHT_COPIES, casts);
        bytes.put(MemoryKind.TEMPORARIES, temporaries);
        return bytes;
    }

    /** Bytes that stay from step to step once gradients exist. */
    public long persistent() {
        return Math.addExact(parameters, Math.addExact(gradients, optimizerState));
    }

    /**
     * Bytes that are there when the step starts, the batch included.
     *
     * @param gradientsPresent whether gradients exist by then
     * @return bytes
     */
    public long atStart(boolean gradientsPresent) {
        return Math.addExact(
                Math.addExact(parameters, gradientsPresent ? gradients : 0), Math.addExact(optimizerState, inputs));
    }

    /**
     * What is alive of the tensors that the step makes.
     *
     * @param gradientsPresent whether gradients exist before the step: if they are kept, or with accumulation
     * @return the curve beyond {@link #atStart}
     */
    public MemoryCurve curve(boolean gradientsPresent) {
        return MemoryCurve.of(allocations, gradientsPresent);
    }

    /**
     * The most bytes alive at a time.
     *
     * @param gradientsPresent whether gradients exist before the step
     * @return bytes
     */
    public long peakBytes(boolean gradientsPresent) {
        return Math.addExact(
                atStart(gradientsPresent), curve(gradientsPresent).peak().bytes());
    }

    /**
     * What each of several devices keeps that divide it. The temporaries of the update go with the optimizer's state.
     * Blocks that are gathered whole while they run come on top.
     *
     * @param parameterShards devices that divide the parameters
     * @param gradientShards devices that divide the gradients
     * @param stateShards devices that divide the optimizer's state
     * @return one device's share, rounded up
     */
    public StepMemory sharded(int parameterShards, int gradientShards, int stateShards) {
        return new StepMemory(
                share(parameters, parameterShards),
                share(gradients, gradientShards),
                share(optimizerState, stateShards),
                inputs,
                savedActivations,
                keepsGradients,
                allocations.resized(tensor -> {
                    boolean ofUpdate = allocations.phase(tensor.kernel()).equals(KernelProgram.OPTIMIZER);
                    return switch (tensor.kind()) {
                        case GRADIENTS -> share(tensor.bytes(), gradientShards);
                        case WEIGHT_COPIES -> share(tensor.bytes(), parameterShards);
                        case SAVED_ACTIVATIONS -> tensor.bytes();
                        case TEMPORARIES -> share(tensor.bytes(), ofUpdate ? stateShards : 1);
                    };
                }));
    }

    private static long share(long bytes, int shards) {
        return (bytes + shards - 1) / shards;
    }
}
