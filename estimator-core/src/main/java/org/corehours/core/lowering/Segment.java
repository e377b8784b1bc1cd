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
 */
public record Segment(String phase, int times, List<Kernel> kernels, long gradientBytes) {
    public Segment {
        kernels = List.copyOf(kernels);
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
