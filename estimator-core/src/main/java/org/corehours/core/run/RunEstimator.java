package org.corehours.core.run;

import org.corehours.core.graph.FlopTable;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.simulate.Collectives;
import org.corehours.core.simulate.ExchangePlan;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.simulate.StepSimulator;
import org.corehours.core.timing.KernelTimer;

/** Estimates runs: lowers, times and simulates one step, and projects it over the schedule. */
public final class RunEstimator {

    private final RunConstants constants;

    /** Estimates with the default constants. */
    public RunEstimator() {
        this(RunConstants.DEFAULT);
    }

    /** @param constants what projecting a step over a run takes for granted */
    public RunEstimator(RunConstants constants) {
        this.constants = constants;
    }

    /**
     * Lowers and times the kernels of a run.
     *
     * @param plan the run
     * @return the run, ready to be estimated often
     * @throws IllegalArgumentException if the graph of the step is not built for the run's micro-batch
     * @throws org.corehours.core.hardware.UnsupportedPrecisionException if the device has no path for the precision
     */
    public CompiledRun compile(RunPlan plan) {
        long microBatch = plan.microBatch();
        if (plan.step().graph().batch() != microBatch) {
            throw new IllegalArgumentException("The step of " + plan.id() + " is built for "
                    + plan.step().graph().batch() + " samples, but a device works on " + microBatch
                    + " at a time: global batch " + plan.globalBatch() + ", devices "
                    + plan.cluster().devices() + ", accumulation steps " + plan.accumulationSteps() + ".");
        }
        Cluster cluster = plan.cluster();
        Accelerator accelerator = cluster.accelerator();
        KernelProgram program = plan.stack().lowering().lower(plan.step());
        KernelTimer timer = KernelTimer.of(accelerator, plan.stack().library());
        InputPipeline input = InputPipeline.of(plan.input(), cluster);
        FrameworkRuntime runtime = plan.stack().runtime();
        Parallelism parallelism = plan.parallelism();
        ExchangePlan exchange = parallelism.exchange(
                runtime.exchange(), plan.precision() != Precision.FP32 && plan.precision() != Precision.TF32);
        StepSimulator simulator = new StepSimulator(
                program,
                timer::time,
                timer::issueSeconds,
                runtime,
                new Collectives(cluster),
                exchange,
                parallelism.updateShare(cluster.devices()),
                input,
                plan.accumulationSteps(),
                Math.multiplyExact(microBatch, plan.accumulationSteps()),
                inputCopySeconds(plan, program));
        MemoryUse memory = BatchFit.memory(
                program.memory(),
                runtime,
                parallelism,
                plan.precision(),
                cluster,
                microBatch,
                plan.accumulationSteps());
        return new SimulatedRun(
                plan,
                simulator,
                memory,
                input,
                modelFlopsPerSample(plan),
                (double) program.flops() / microBatch,
                accelerator.peakFlopsPerSecond(plan.precision()),
                constants);
    }

    /** Products of the forward passes, and of the backward computation if there is one. */
    private static double modelFlopsPerSample(RunPlan plan) {
        FlopTable flops = plan.step().graph().flops();
        long total = plan.step().trains() ? flops.trainingFlops() : flops.forwardFlops();
        return (double) total / plan.microBatch();
    }

    private static double inputCopySeconds(RunPlan plan, KernelProgram program) {
        Sourced<Double> link = plan.cluster().accelerator().hostLinkBytesPerSecond();
        return link == null || plan.input().bytesPerSample() == 0
                ? 0
                : (double) plan.accumulationSteps() * program.memory().inputs() / link.value();
    }

    /**
     * Estimates a run once.
     *
     * @param plan the run
     * @param variation how wrong the laws are
     * @return the estimate
     */
    public RunEstimate estimate(RunPlan plan, Variation variation) {
        return compile(plan).estimate(variation);
    }
}
