package org.corehours.core.lowering;

import java.util.List;
import java.util.function.Predicate;

/**
 * All kernels of one training step, in the order they are launched.
 *
 * @param segments the kernels, with repetition
 * @param memory what the step keeps on the device
 */
public record KernelProgram(List<Segment> segments, StepMemory memory) {
    /** The phase of the backward computation. */
    public static final String BACKWARD = "backward";

    /** The phase of clipping, parameter update and moving averages. */
    public static final String OPTIMIZER = "optimizer";

    public KernelProgram {
        segments = List.copyOf(segments);
    }

    /** FLOPs of matrix products and convolutions, recomputation included. */
    public long flops() {
        return flops(kernel -> true);
    }

    /**
     * What kernels that compute in one format do.
     *
     * @param type the format
     * @return FLOPs of all launches of them in a step's micro-batch and its update
     */
    public long flops(DataType type) {
        return flops(kernel -> kernel.type() == type);
    }

    private long flops(Predicate<Kernel> counted) {
        long total = 0;
        for (Segment segment : segments) {
            for (Kernel kernel : segment.kernels()) {
                if (counted.test(kernel)) {
                    total = Math.addExact(total, Math.multiplyExact(kernel.flops(), segment.times()));
                }
            }
        }
        return total;
    }
}
