package org.corehours.core.run;

import org.corehours.core.graph.FlopTable;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.simulate.TimedProgram;
import org.corehours.core.step.StepProgram;
import org.corehours.core.timing.KernelTimer;
import org.corehours.core.timing.KernelTimers;
import org.corehours.core.timing.MatrixLibrary;

/**
 * A step whose kernels are lowered and timed: what runs have in common that launch the same kernels on the same kind of
 * device, whatever their number of devices, their schedule and what feeds them. Immutable.
 */
public final class CompiledStep {

    private final StepProgram step;
    private final MatrixLibrary library;
    private final boolean issued;
    private final Accelerator accelerator;
    private final TimedProgram kernels;
    private final long modelFlops;
    private final long launchedFlops;
    private final boolean mostlyTensorFloat32;

    private CompiledStep(StepProgram step, SoftwareStack stack, Accelerator accelerator, TimedProgram kernels) {
        this.step = step;
        this.library = stack.library();
        this.issued = stack.runtime().issuesKernels();
        this.accelerator = accelerator;
        this.kernels = kernels;
        FlopTable flops = step.graph().flops();
        this.modelFlops = step.trains() ? flops.trainingFlops() : flops.forwardFlops();
        this.launchedFlops = kernels.program().flops();
        this.mostlyTensorFloat32 = kernels.program().flops(DataType.TF32) > launchedFlops / 2;
    }

    /**
     * Lowers and times a step.
     *
     * @param step the step of one micro-batch
     * @param stack the software
     * @param accelerator the device
     * @return the step, ready to be simulated on any number of such devices
     */
    public static CompiledStep of(StepProgram step, SoftwareStack stack, Accelerator accelerator) {
        return of(step, stack.lowering().lower(step), stack, accelerator, new KernelTimers());
    }

    /**
     * Lowers and times a step, as one of many on the same devices.
     *
     * @param step the step of one micro-batch
     * @param stack the software
     * @param accelerator the device
     * @param timers keeps the timers of the devices
     * @return the step, ready to be simulated on any number of such devices
     */
    public static CompiledStep of(StepProgram step, SoftwareStack stack, Accelerator accelerator, KernelTimers timers) {
        return of(step, stack.lowering().lower(step), stack, accelerator, timers);
    }

    /**
     * Times the kernels of a step that is lowered already: devices of one kind run the same.
     *
     * @param step the step of one micro-batch
     * @param program what the stack lowers it to
     * @param stack the software
     * @param accelerator the device
     * @param timers keeps the timers of the devices
     * @return the step, ready to be simulated on any number of such devices
     */
    public static CompiledStep of(
            StepProgram step,
            KernelProgram program,
            SoftwareStack stack,
            Accelerator accelerator,
            KernelTimers timers) {
        KernelTimer timer = timers.of(accelerator, stack.library());
        boolean issued = stack.runtime().issuesKernels();
        return new CompiledStep(
                step,
                stack,
                accelerator,
                new TimedProgram(program, timer::time, issued ? timer::issueSeconds : kernel -> 0));
    }

    /** Whether it is the step of a run, up to how the stack lowers it. */
    boolean isOf(RunPlan plan) {
        return step.equals(plan.step())
                && accelerator.equals(plan.cluster().accelerator())
                && library == plan.stack().library()
                && issued == plan.stack().runtime().issuesKernels();
    }

    TimedProgram kernels() {
        return kernels;
    }

    /** FLOPs of products of the forward passes, and of the backward computation if there is one. */
    long modelFlops() {
        return modelFlops;
    }

    /** The same with what is computed again. */
    long launchedFlops() {
        return launchedFlops;
    }

    /**
     * The rate that its utilisation is of.
     *
     * @param precision the precision of the run
     * @return the device's peak in it, or in TF32 where a framework lets most of its products run in that, in FLOP/s
     */
    double peakFlopsPerSecond(Precision precision) {
        return accelerator.peakFlopsPerSecond(mostlyTensorFloat32 ? accelerator.runsIn(Precision.TF32) : precision);
    }
}
