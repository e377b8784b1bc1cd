package org.corehours.core.lowering;

import org.corehours.core.step.StepProgram;

/** A software stack: turns a training step into the kernels it launches. */
public interface Lowering {
    /** The kernels of one step, forward passes, backward computation and update. */
    KernelProgram lower(StepProgram step);
}
