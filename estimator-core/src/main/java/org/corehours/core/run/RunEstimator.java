package org.corehours.core.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.step.StepProgram;
import org.corehours.core.timing.KernelTimers;
import org.corehours.core.timing.MatrixLibrary;
import org.jspecify.annotations.Nullable;

/** Estimates runs: lowers, times and simulates one step of each phase, and projects it over the schedule. */
public final class RunEstimator {

    private final RunConstants constants;
    private final Steps steps;
    private final Function<StepOnDevices, SimulatedStep> simulated;

    /** Lowers and times steps. */
    private interface Steps {
        CompiledStep of(StepProgram step, SoftwareStack stack, Accelerator accelerator);
    }

    /** Estimates with the default constants. */
    public RunEstimator() {
        this(RunConstants.DEFAULT);
    }

    /** @param constants what projecting a step over a run takes for granted */
    public RunEstimator(RunConstants constants) {
        this(constants, CompiledStep::of, StepOnDevices::simulated);
    }

    private RunEstimator(RunConstants constants, Steps steps, Function<StepOnDevices, SimulatedStep> simulated) {
        this.constants = constants;
        this.steps = steps;
        this.simulated = simulated;
    }

    /**
     * An estimator that times the kernels of a step once for all runs it compiles, simulates it once for those that
     * differ in their length alone, and keeps it for as long as it lives. Steps are the same where the stack lowers them
     * to the same program. Safe for use by several threads.
     *
     * @return the estimator
     */
    public static RunEstimator remembering() {
        Map<TimedOn, CompiledStep> known = new ConcurrentHashMap<>();
        Map<StepOnDevices, SimulatedStep> simulated = new ConcurrentHashMap<>();
        KernelTimers timers = new KernelTimers();
        return new RunEstimator(
                RunConstants.DEFAULT,
                (step, stack, accelerator) -> {
                    KernelProgram program = stack.lowering().lower(step);
                    TimedOn key = new TimedOn(
                            program, stack.library(), stack.runtime().issuesKernels(), accelerator);
                    return known.computeIfAbsent(
                            key, absent -> CompiledStep.of(step, program, stack, accelerator, timers));
                },
                onDevices -> simulated.computeIfAbsent(onDevices, StepOnDevices::simulated));
    }

    /** Kernels on a device; programs are told apart by identity, because comparing two costs as much as timing one. */
    private record TimedOn(KernelProgram program, MatrixLibrary library, boolean issued, Accelerator accelerator) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            return other instanceof TimedOn that
                    && program == that.program
                    && library == that.library
                    && issued == that.issued
                    && accelerator.equals(that.accelerator);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(program) + accelerator.id().hashCode();
        }
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
        List<SimulatedPhase> phases = new ArrayList<>();
        for (RunPhase phase : plan.phases()) {
            checkMicroBatch(plan, phase);
            phases.add(simulated(
                    plan,
                    phase,
                    steps.of(phase.step(), plan.stack(), plan.cluster().accelerator())));
        }
        return new SimulatedRun(plan, phases, constants);
    }

    /**
     * Makes a run of a step that is lowered and timed already.
     *
     * @param plan the run, of one phase
     * @param step its step, compiled for its stack and its devices
     * @return the run, ready to be estimated often
     * @throws IllegalArgumentException if the run has several phases, or the step is another one or of another device
     */
    public CompiledRun compile(RunPlan plan, CompiledStep step) {
        if (plan.phases().size() != 1) {
            throw new IllegalArgumentException("The run " + plan.id() + " has "
                    + plan.phases().size() + " phases, which are not all one step. Compile it by its plan alone.");
        }
        checkMicroBatch(plan, plan.main());
        if (!step.isOf(plan)) {
            throw new IllegalArgumentException("The step of " + plan.id()
                    + " is compiled from another graph, by another stack than "
                    + plan.stack().id() + " or for another device than "
                    + plan.cluster().accelerator().id() + ".");
        }
        return new SimulatedRun(plan, List.of(simulated(plan, plan.main(), step)), constants);
    }

    private SimulatedPhase simulated(RunPlan plan, RunPhase phase, CompiledStep step) {
        StepOnDevices onDevices = StepOnDevices.of(plan, phase, step);
        long microBatch = onDevices.microBatch();
        return new SimulatedPhase(
                phase,
                plan.cluster(),
                simulated.apply(onDevices),
                (double) step.modelFlops() / microBatch,
                (double) step.launchedFlops() / microBatch,
                kernels(step.kernels().program()),
                step.peakFlopsPerSecond(plan.precision()));
    }

    /** Kernels that a compiler has to make: a block that repeats is compiled as often, the update once. */
    private static long kernels(KernelProgram program) {
        long kernels = 0;
        for (Segment segment : program.segments()) {
            long times = segment.phase().equals(KernelProgram.OPTIMIZER) ? 1 : segment.times();
            kernels = Math.addExact(
                    kernels, Math.multiplyExact(times, (long) segment.kernels().size()));
        }
        return kernels;
    }

    private static void checkMicroBatch(RunPlan plan, RunPhase phase) {
        long microBatch = phase.microBatch(plan.cluster());
        if (phase.step().graph().batch() != microBatch) {
            throw new IllegalArgumentException("The step of " + plan.id() + " is built for "
                    + phase.step().graph().batch() + " samples, but a device works on " + microBatch
                    + " at a time: global batch " + phase.globalBatch() + ", devices "
                    + plan.cluster().devices() + ", accumulation steps " + phase.accumulationSteps() + ".");
        }
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
