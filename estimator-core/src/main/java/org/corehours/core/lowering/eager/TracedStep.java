package org.corehours.core.lowering.eager;

import java.util.List;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.StepMemory;

/**
 * The kernels of an eager step with the values that flow between them: what a compiler that traces the step starts from.
 *
 * <p>A value has one number wherever it is read or written. What a repeated block hands from one run to the next has the
 * same number before, in and after it; whoever reads it before it is written in a run reads what the run before left.
 *
 * @param stretches the kernels in the order of their launch
 * @param values the values by their numbers
 * @param memory what the eager step keeps
 */
public record TracedStep(List<Stretch> stretches, List<Value> values, StepMemory memory) {

    /** Copies its lists. */
    public TracedStep {
        stretches = List.copyOf(stretches);
        values = List.copyOf(values);
    }

    /**
     * One launch.
     *
     * @param kernel the kernel
     * @param reads the values its inputs show
     * @param writes the values its outputs show
     */
    public record Call(Kernel kernel, List<Integer> reads, List<Integer> writes) {
        /** Copies its lists. */
        public Call {
            reads = List.copyOf(reads);
            writes = List.copyOf(writes);
        }
    }

    /**
     * Kernels that run in order, several times over.
     *
     * @param phase the pass they belong to
     * @param times how often
     * @param calls the kernels
     * @param gradientBytes bytes of parameter gradients that one run completes
     * @param loop whether the runs follow each other immediately
     * @param hostReads how often the host reads a result back during one run
     */
    public record Stretch(String phase, int times, List<Call> calls, long gradientBytes, boolean loop, int hostReads) {
        /** Copies its list. */
        public Stretch {
            calls = List.copyOf(calls);
        }
    }

    /** What a value is. */
    public enum Kind {
        /** A parameter, or the data fed to the step. */
        GIVEN,
        /** A weight in another format, kept over the step. */
        WEIGHT_COPY,
        /** What the step makes. */
        MADE
    }

    /**
     * A value.
     *
     * @param kind what it is
     * @param bytes its bytes in all runs of its block together; of what is kept for the backward computation, in those
     *     runs that keep it
     */
    public record Value(Kind kind, long bytes) {}
}
