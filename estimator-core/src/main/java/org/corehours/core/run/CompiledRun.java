package org.corehours.core.run;

/** A run whose kernels are lowered and timed, so that estimating it again under another variation is cheap. */
public interface CompiledRun {

    /** {@return what was compiled} */
    RunPlan plan();

    /**
     * Estimates the run.
     *
     * @param variation how wrong the laws are
     * @return the estimate
     */
    RunEstimate estimate(Variation variation);
}
