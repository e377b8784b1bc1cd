package org.corehours.core.lowering;

import java.util.List;

/**
 * Kernels that run in order, several times over: a block of a model, or what lies between blocks.
 *
 * @param phase the pass they belong to: a forward pass's name, {@link KernelProgram#BACKWARD} or
 *     {@link KernelProgram#OPTIMIZER}
 * @param times how often the sequence runs
 * @param kernels the sequence
 * @param gradientBytes bytes of parameter gradients that one run completes; they can be exchanged from
 *     its end on
 * @param hostReads how often the host reads a result back during one run, which lets it and the device wait for each
 *     other
 */
public record Segment(String phase, int times, List<Kernel> kernels, long gradientBytes, int hostReads) {
    public Segment {
        kernels = List.copyOf(kernels);
    }

    /** A sequence of which the host reads nothing back. */
    public Segment(String phase, int times, List<Kernel> kernels, long gradientBytes) {
        this(phase, times, kernels, gradientBytes, 0);
    }

    /** {@return the same kernels, run another number of times and completing other gradients} */
    public Segment with(int runs, long completedBytes) {
        return new Segment(phase, runs, kernels, completedBytes, hostReads);
    }

    /**
     * The repeated block that its kernels belong to, where a graph has one.
     *
     * @return the path of the block's modules, with a {@code *} for the number of the repetition; empty if its kernels
     *     belong to no repeated block
     */
    public String block() {
        for (Kernel kernel : kernels) {
            int star = kernel.module().indexOf('*');
            if (star >= 0) {
                return kernel.module().substring(0, star + 1);
            }
        }
        return "";
    }
}
