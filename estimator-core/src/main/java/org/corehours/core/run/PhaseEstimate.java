package org.corehours.core.run;

import java.util.Map;
import java.util.OptionalDouble;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/**
 * What one phase of a run takes.
 *
 * @param phase the phase
 * @param steps its optimizer steps
 * @param timeline one of them
 * @param memory the memory of one device at the step's peak
 * @param trainingFlopsPerSample FLOPs of products, forward and backward, per sample; forward alone for inference
 * @param mfu model FLOPs utilisation of a step: {@link #trainingFlopsPerSample} at the achieved rate over the peak
 * @param hfu hardware FLOPs utilisation of a step: the same with what is computed again counted
 */
public record PhaseEstimate(
        RunPhase phase,
        long steps,
        Timeline timeline,
        MemoryUse memory,
        double trainingFlopsPerSample,
        double mfu,
        double hfu) {

    private static final double SECONDS_PER_HOUR = 3600;

    /** {@return hours of its training steps alone} */
    public double trainingHours() {
        return steps * timeline.stepSeconds() / SECONDS_PER_HOUR;
    }

    /**
     * The time that a compiler adds to a step when it computes activations again until the step fits, as XLA's pass for
     * rematerialization does: the share of the saved activations that memory lacks, of another pass forward. An
     * activation is taken to cost as much per byte as the mean of them; the pass prefers cheap ones, so it is an upper
     * bound as long as none is computed twice.
     *
     * @return seconds of a step; empty if the step fits as it is, or would not even without saved activations
     */
    public OptionalDouble recomputationSeconds() {
        long over = memory.deviceBytes() - memory.capacityBytes();
        long saved = memory.bytes(MemoryUse.Part.SAVED_ACTIVATIONS);
        return over <= 0 || over > saved
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) over / saved * forwardSeconds(timeline));
    }

    static double forwardSeconds(Timeline timeline) {
        double forward = 0;
        for (Map.Entry<String, Double> part : timeline.secondsByPhase().entrySet()) {
            String name = part.getKey();
            if (!name.equals(KernelProgram.BACKWARD) && !name.equals(KernelProgram.OPTIMIZER)) {
                forward += part.getValue();
            }
        }
        return forward;
    }

    /** {@return samples of all devices per second of training steps} */
    public double samplesPerSecond() {
        return phase.globalBatch() / timeline.stepSeconds();
    }
}
