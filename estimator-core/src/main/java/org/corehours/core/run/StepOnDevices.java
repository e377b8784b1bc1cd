package org.corehours.core.run;

import java.util.List;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.simulate.Collectives;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.simulate.StepSimulator;
import org.corehours.core.step.DeviceReduction;
import org.jspecify.annotations.Nullable;

/**
 * A step on the devices that share it: all that its simulation depends on. Runs that differ in their length alone have
 * it in common.
 *
 * @param step its kernels with their times
 * @param reductions what devices combine besides gradients
 * @param runtime how the framework runs them
 * @param parallelism how devices divide it
 * @param precision the format of products
 * @param cluster the devices
 * @param microBatch samples of one device at a time
 * @param accumulationSteps micro-batches of a step
 * @param input what a sample costs to load
 */
record StepOnDevices(
        CompiledStep step,
        List<DeviceReduction> reductions,
        FrameworkRuntime runtime,
        Parallelism parallelism,
        Precision precision,
        Cluster cluster,
        long microBatch,
        int accumulationSteps,
        InputDemand input) {

    static StepOnDevices of(RunPlan plan, RunPhase phase, CompiledStep step) {
        return new StepOnDevices(
                step,
                phase.step().reductions(),
                plan.stack().runtime(),
                plan.parallelism(),
                plan.precision(),
                plan.cluster(),
                phase.microBatch(plan.cluster()),
                phase.accumulationSteps(),
                phase.input());
    }

    SimulatedStep simulated() {
        InputPipeline pipeline = InputPipeline.of(input, cluster);
        long samples = Math.multiplyExact(microBatch, accumulationSteps);
        StepSimulator simulator = new StepSimulator(
                step.kernels(),
                runtime,
                new Collectives(cluster),
                parallelism.exchange(runtime.exchange(), precision != Precision.FP32 && precision != Precision.TF32),
                reductions,
                parallelism.updateShare(cluster.devices()),
                pipeline,
                accumulationSteps,
                samples,
                inputCopySeconds(samples));
        MemoryUse memory = BatchFit.memory(
                step.kernels().program(), runtime, parallelism, precision, cluster, microBatch, accumulationSteps);
        return new SimulatedStep(simulator, memory, pipeline, samples);
    }

    /** The device's time to take in a step's samples: the copy, and what it decodes itself. */
    private double inputCopySeconds(long samples) {
        Sourced<Double> link = cluster.accelerator().hostLinkBytesPerSecond();
        double copy = link == null || input.bytesPerSample() == 0
                ? 0
                : (double) accumulationSteps * step.kernels().program().memory().inputs() / link.value();
        return copy + samples * input.deviceSecondsPerSample();
    }

    /** Compiled steps are told apart by identity: whoever shares them makes each once. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
        return other instanceof StepOnDevices that
                && step == that.step
                && microBatch == that.microBatch
                && accumulationSteps == that.accumulationSteps
                && precision == that.precision
                && cluster.equals(that.cluster)
                && input.equals(that.input)
                && parallelism.equals(that.parallelism)
                && runtime.equals(that.runtime)
                && reductions.equals(that.reductions);
    }

    /** Of what mostly tells them apart, because hashing all of it costs as much as simulating some steps. */
    @Override
    public int hashCode() {
        return 31 * (31 * System.identityHashCode(step) + cluster.devices()) + accumulationSteps;
    }
}
