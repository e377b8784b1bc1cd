package org.corehours.core.run;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.StepSimulator;
import org.corehours.core.simulate.Timeline;
import org.jspecify.annotations.Nullable;

/**
 * A phase whose step can be simulated. Immutable but for the timeline under the laws as they are, which is kept once it
 * is asked for.
 */
final class SimulatedPhase {

    private final RunPhase phase;
    private final Cluster cluster;
    private final StepSimulator simulator;
    private final MemoryUse memory;
    private final InputPipeline input;
    private final double modelFlopsPerSample;
    private final double launchedFlopsPerSample;
    private final long kernels;
    private final double peakFlopsPerSecond;
    private volatile @Nullable Timeline nominal;

    SimulatedPhase(
            RunPhase phase,
            Cluster cluster,
            StepSimulator simulator,
            MemoryUse memory,
            InputPipeline input,
            double modelFlopsPerSample,
            double launchedFlopsPerSample,
            long kernels,
            double peakFlopsPerSecond) {
        this.phase = phase;
        this.cluster = cluster;
        this.simulator = simulator;
        this.memory = memory;
        this.input = input;
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
        return memory;
    }

    PhaseEstimate estimate(Variation variation) {
        Timeline timeline =
                variation.equals(Variation.NOMINAL) ? nominal() : simulator.simulate(variation.stepFactors());
        double samplesPerDeviceSecond = (double) phase.globalBatch() / cluster.devices() / timeline.stepSeconds();
        return new PhaseEstimate(
                phase,
                phase.steps(),
                timeline,
                memory,
                modelFlopsPerSample,
                modelFlopsPerSample * samplesPerDeviceSecond / peakFlopsPerSecond,
                launchedFlopsPerSample * samplesPerDeviceSecond / peakFlopsPerSecond);
    }

    /** Two threads may both simulate it; they get the same. */
    private Timeline nominal() {
        Timeline timeline = nominal;
        if (timeline == null) {
            timeline = simulator.simulate(Variation.NOMINAL.stepFactors());
            nominal = timeline;
        }
        return timeline;
    }

    /** The same phase with another length, whose step is not simulated again. */
    SimulatedPhase with(RunPhase changed) {
        SimulatedPhase other = new SimulatedPhase(
                changed,
                cluster,
                simulator,
                memory,
                input,
                modelFlopsPerSample,
                launchedFlopsPerSample,
                kernels,
                peakFlopsPerSecond);
        other.nominal = nominal();
        return other;
    }

    /** Evaluation at the rate of the training step's forward passes. */
    double evaluationSeconds(Timeline timeline) {
        return phase.schedule().evaluationSamples() * PhaseEstimate.forwardSeconds(timeline) / phase.globalBatch();
    }

    /** How often an epoch begins. */
    double epochs() {
        return Math.ceil(phase.schedule().length().epochs(phase.globalBatch()));
    }

    double firstBatchSeconds() {
        return input.firstBatchSeconds(phase.microBatch(cluster));
    }
}
