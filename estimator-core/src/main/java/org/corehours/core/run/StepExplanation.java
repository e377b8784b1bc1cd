package org.corehours.core.run;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.simulate.KernelUse;
import org.corehours.core.simulate.KernelUse.Limit;
import org.corehours.core.simulate.Timeline;
import org.corehours.core.timing.KernelTime;
import org.corehours.core.timing.KernelTimer;

/**
 * One step, kernel by kernel. The seconds of the kernels add up to the {@linkplain Timeline#busySeconds() busy time} of
 * the timeline, which with its idle times is the step.
 *
 * @param plan the run
 * @param timeline its step
 * @param kernels the kernels in the order they are first launched
 */
public record StepExplanation(RunPlan plan, Timeline timeline, List<KernelUse> kernels) {

    /** Copies its list. */
    public StepExplanation {
        kernels = List.copyOf(kernels);
    }

    /**
     * Explains a step of a run.
     *
     * @param plan the run
     * @return its kernels
     * @throws IllegalArgumentException if the run cannot be simulated, as {@link RunEstimator#compile}
     */
    public static StepExplanation of(RunPlan plan) {
        return of(
                plan,
                new RunEstimator().estimate(plan, Variation.NOMINAL).timeline(),
                plan.stack().lowering().lower(plan.step()));
    }

    /**
     * Explains a step of a run that has been simulated and lowered already.
     *
     * @param plan the run
     * @param timeline its step, under the laws as they are
     * @param program what its software launches for a step
     * @return its kernels
     */
    public static StepExplanation of(RunPlan plan, Timeline timeline, KernelProgram program) {
        Accelerator accelerator = plan.cluster().accelerator();
        KernelTimer timer = KernelTimer.of(accelerator, plan.stack().library());
        boolean issued = plan.stack().runtime().issuesKernels();
        List<KernelUse> kernels = new ArrayList<>();
        for (Segment segment : program.segments()) {
            int microBatches = segment.phase().equals(KernelProgram.OPTIMIZER) ? 1 : plan.accumulationSteps();
            for (Kernel kernel : segment.kernels()) {
                KernelTime time = timer.time(kernel);
                double issue = issued ? timer.issueSeconds(kernel) : 0;
                kernels.add(new KernelUse(
                        segment.phase(),
                        asRun(kernel, accelerator),
                        Math.multiplyExact((long) segment.times(), microBatches),
                        time,
                        issue,
                        limit(kernel, time, issue > time.seconds() && timeline.hostStallSeconds() > 0, accelerator)));
            }
        }
        return new StepExplanation(plan, timeline, kernels);
    }

    /** A kernel in the format it computes in: what a framework lets run in TF32 stays fp32 on a device without. */
    private static Kernel asRun(Kernel kernel, Accelerator accelerator) {
        if (kernel.type() != DataType.TF32 || accelerator.runsIn(Precision.TF32) == Precision.TF32) {
            return kernel;
        }
        return new Kernel(
                kernel.operator(),
                kernel.kind(),
                kernel.module(),
                kernel.inputs(),
                kernel.outputs(),
                kernel.products(),
                DataType.FP32,
                kernel.readBytes(),
                kernel.writtenBytes(),
                kernel.operations(),
                kernel.launches(),
                kernel.calls());
    }

    private static Limit limit(Kernel kernel, KernelTime time, boolean waitsForHost, Accelerator accelerator) {
        if (waitsForHost) {
            return Limit.HOST;
        }
        return switch (time.bound()) {
            case COMPUTE -> Limit.ARITHMETIC;
            case LATENCY -> Limit.LAUNCH;
            case MEMORY ->
                kernel.bytes()
                                > time.memorySeconds()
                                        * accelerator.memory().bytesPerSecond().value()
                        ? Limit.CACHE
                        : Limit.MEMORY;
        };
    }

    /**
     * The least time of a kernel's calls at the peaks of the datasheet: its products at the peak of their precision, or
     * its bytes at the bandwidth of the memory, whichever takes longer. What the cache serves can be faster.
     *
     * @param use the kernel
     * @return seconds
     */
    public double rooflineSeconds(KernelUse use) {
        Accelerator accelerator = plan.cluster().accelerator();
        Kernel kernel = use.kernel();
        double bytes = kernel.bytes() / accelerator.memory().bytesPerSecond().value();
        long flops = kernel.flops();
        double arithmetic = flops == 0 ? 0 : flops / accelerator.peakFlopsPerSecond(precision(kernel.type()));
        return use.calls() * Math.max(bytes, arithmetic);
    }

    /**
     * The rate that products of a format are compared with.
     *
     * @param type the format that a kernel computes in
     * @return its precision on the step's device; the run's own where the device lists none for it
     */
    public Precision precision(DataType type) {
        Precision own = switch (type) {
            case FP16 -> Precision.FP16;
            case BF16 -> Precision.BF16;
            case TF32 -> plan.cluster().accelerator().runsIn(Precision.TF32);
            default -> Precision.FP32;
        };
        return plan.cluster().accelerator().supports(own) ? own : plan.precision();
    }
}
