package org.corehours.core.lowering;

import java.util.List;

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
        long total = 0;
        for (Segment segment : segments) {
            for (Kernel kernel : segment.kernels()) {
                total = Math.addExact(total, Math.multiplyExact(kernel.flops(), segment.times()));
            }
        }
        return total;
    }
}
