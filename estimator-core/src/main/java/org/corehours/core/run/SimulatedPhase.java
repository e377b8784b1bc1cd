package org.corehours.core.run;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/** A phase whose step can be simulated. */
final class SimulatedPhase {

    private final RunPhase phase;
    private final Cluster cluster;
    private final SimulatedStep step;
    private final double modelFlopsPerSample;
    private final double launchedFlopsPerSample;
    private final long kernels;
    private final double peakFlopsPerSecond;

    SimulatedPhase(
            RunPhase phase,
            Cluster cluster,
            SimulatedStep step,
            double modelFlopsPerSample,
            double launchedFlopsPerSample,
            long kernels,
            double peakFlopsPerSecond) {
        this.phase = phase;
        this.cluster = cluster;
        this.step = step;
        this.modelFlopsPerSample = modelFlopsPerSample;
        this.launchedFlopsPerSample = launchedFlopsPerSample;
        this.kernels = kernels;
        this.peakFlopsPerSecond = peakFlopsPerSecond;
    }

    RunPhase phase() {
        return phase;
    }

    long kernels() {
        return kernels;
    }

    MemoryUse memory() {
        return step.memory();
    }

    PhaseEstimate estimate(Variation variation) {
        Timeline timeline = variation.isNominal() ? step.nominal() : step.timeline(variation.stepFactors());
        double samplesPerDeviceSecond = (double) phase.globalBatch() / cluster.devices() / timeline.stepSeconds();
        return new PhaseEstimate(
                phase,
                phase.steps(),
                timeline,
                step.memory(),
                modelFlopsPerSample,
                modelFlopsPerSample * samplesPerDeviceSecond / peakFlopsPerSecond,
                launchedFlopsPerSample * samplesPerDeviceSecond / peakFlopsPerSecond);
    }

    /** The same phase with another length, whose step is not simulated again. */
    SimulatedPhase with(RunPhase changed) {
        return new SimulatedPhase(
                changed, cluster, step, modelFlopsPerSample, launchedFlopsPerSample, kernels, peakFlopsPerSecond);
    }

    /** Evaluation at the rate of the training step's forward passes. */
    double evaluationSeconds(Timeline timeline) {
        if (phase.schedule().evaluationSamples() == 0) {
            return 0;
        }
        return phase.schedule().evaluationSamples() * PhaseEstimate.forwardSeconds(timeline) / phase.globalBatch();
    }

    /** How often an epoch begins. */
    double epochs() {
        return Math.ceil(phase.schedule().length().epochs(phase.globalBatch()));
    }

    double firstBatchSeconds() {
        return step.input().firstBatchSeconds(phase.microBatch(cluster));
    }
}
