package org.corehours.core.memory;

import java.util.Arrays;
import org.corehours.core.memory.AllocationTrace.Runs;

/** Allocations, or frees, of tensors at kernels: numbers in arrays, because a step has thousands. */
final class Events {
    /** Events of a step of a transformer, whose block is stored once. */
    static final int MANY = 256;

    private static final Runs[] RUNS = Runs.values();

    private int count;
    private int[] kernels = new int[MANY];
    private int[] tensors = new int[MANY];
    private int[] levels = new int[MANY];
    private byte[] runs = new byte[MANY];
    private boolean[] accumulates = new boolean[MANY];

    /** Where the events of each kernel start, and where those of the last end; empty before they are in order. */
    private int[] starts = new int[0];

    void add(int kernel, int tensor, Runs inRuns, int ofLevels, boolean accumulating) {
        if (count == kernels.length) {
            resize(2 * count);
        }
        kernels[count] = kernel;
        tensors[count] = tensor;
        levels[count] = ofLevels;
        runs[count] = (byte) inRuns.ordinal();
        accumulates[count] = accumulating;
        count++;
    }

    private void resize(int length) {
        kernels = Arrays.copyOf(kernels, length);
        tensors = Arrays.copyOf(tensors, length);
        levels = Arrays.copyOf(levels, length);
        runs = Arrays.copyOf(runs, length);
        accumulates = Arrays.copyOf(accumulates, length);
    }

    /** The same events in the order of their kernels; those of one kernel stay in order. */
    Events byKernel(int kernelCount) {
        Events sorted = new Events();
        sorted.resize(count);
        sorted.count = count;
        int[] next = new int[kernelCount + 1];
        for (int i = 0; i < count; i++) {
            next[kernels[i] + 1]++;
        }
        for (int kernel = 0; kernel < kernelCount; kernel++) {
            next[kernel + 1] += next[kernel];
        }
        sorted.starts = next.clone();
        for (int i = 0; i < count; i++) {
            int place = next[kernels[i]]++;
            sorted.kernels[place] = kernels[i];
            sorted.tensors[place] = tensors[i];
            sorted.levels[place] = levels[i];
            sorted.runs[place] = runs[i];
            sorted.accumulates[place] = accumulates[i];
        }
        return sorted;
    }

    /** {@return how many kernels there are, with events or without} */
    int kernels() {
        return starts.length - 1;
    }

    /** {@return the index of a kernel's first event} */
    int from(int kernel) {
        return starts[kernel];
    }

    /** {@return the index after that of a kernel's last event} */
    int end(int kernel) {
        return starts[kernel + 1];
    }

    int tensor(int index) {
        return tensors[index];
    }

    int levels(int index) {
        return levels[index];
    }

    Runs runs(int index) {
        return RUNS[runs[index]];
    }

    boolean accumulates(int index) {
        return accumulates[index];
    }
}
