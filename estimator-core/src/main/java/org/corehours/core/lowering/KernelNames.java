package org.corehours.core.lowering;

import java.util.List;
import org.corehours.core.memory.AllocationTrace;

/**
 * Finds the names of a kernel by its number.
 *
 * @param segments the kernels of a step, each sequence once
 */
public record KernelNames(List<Segment> segments) implements AllocationTrace.Names {

    @Override
    public String operator(int kernel) {
        return kernel(kernel).operator();
    }

    @Override
    public String module(int kernel) {
        return kernel(kernel).module();
    }

    private Kernel kernel(int number) {
        int left = number;
        for (Segment segment : segments) {
            int count = segment.kernels().size();
            if (left < count) {
                return segment.kernels().get(left);
            }
            left -= count;
        }
        throw new IllegalArgumentException("There is no kernel " + number + ".");
    }
}
