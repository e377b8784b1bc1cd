package org.corehours.core.run;

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

    /** {@return samples of all devices per second of training steps} */
    public double samplesPerSecond() {
        return phase.globalBatch() / timeline.stepSeconds();
    }
}
