package org.corehours.core.run;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.StepFactors;
import org.corehours.core.simulate.StepSimulator;
import org.corehours.core.simulate.Timeline;
import org.jspecify.annotations.Nullable;

/**
 * A step that can be simulated. Runs that share it are mostly estimated under the same errors, so it remembers what it
 * has simulated. Safe for use by several threads.
 */
final class SimulatedStep {

    /** Timelines that are remembered: more than the samples of an audit, so that a longer-lived step stays small. */
    private static final int MOST_REMEMBERED = 4096;

    private final StepSimulator simulator;
    private final MemoryUse memory;
    private final InputPipeline input;
    private final double samples;
    private final Map<Factors, Timeline> known = new ConcurrentHashMap<>();
    private volatile @Nullable Timeline nominal;

    /** What the timeline depends on; two ways to the same time to load the samples are one. */
    private record Factors(double matrix, double memory, double host, double communication, double loadSeconds) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Factors that
                    && matrix == that.matrix
                    && memory == that.memory
                    && host == that.host
                    && communication == that.communication
                    && loadSeconds == that.loadSeconds;
        }

        @Override
        public int hashCode() {
            long bits = Double.doubleToRawLongBits(matrix);
            bits = 31 * bits + Double.doubleToRawLongBits(memory);
            bits = 31 * bits + Double.doubleToRawLongBits(host);
            bits = 31 * bits + Double.doubleToRawLongBits(communication);
            bits = 31 * bits + Double.doubleToRawLongBits(loadSeconds);
            return Long.hashCode(bits);
        }
    }

    /** The samples are those of a step on one device. */
    SimulatedStep(StepSimulator simulator, MemoryUse memory, InputPipeline input, double samples) {
        this.simulator = simulator;
        this.memory = memory;
        this.input = input;
        this.samples = samples;
    }

    MemoryUse memory() {
        return memory;
    }

    InputPipeline input() {
        return input;
    }

    /** The step under other laws. */
    Timeline timeline(StepFactors factors) {
        Factors key = new Factors(
                factors.matrix(),
                factors.memory(),
                factors.host(),
                nominal().communicationSeconds() == 0 ? 1 : factors.communication(),
                input.seconds(samples, factors.inputCost(), factors.inputCores()));
        Timeline timeline = known.get(key);
        if (timeline == null) {
            timeline = simulator.simulate(factors);
            if (known.size() < MOST_REMEMBERED) {
                known.put(key, timeline);
            }
        }
        return timeline;
    }

    /** The step under the laws as they are. Two threads may both simulate it; they get the same. */
    Timeline nominal() {
        Timeline timeline = nominal;
        if (timeline == null) {
            timeline = simulator.simulate(StepFactors.NOMINAL);
            nominal = timeline;
        }
        return timeline;
    }
}
