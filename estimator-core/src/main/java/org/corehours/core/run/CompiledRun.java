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

    /**
     * The same run with another length, whose step is not simulated again.
     *
     * @param schedule how long it goes on
     * @return the run
     */
    CompiledRun with(Schedule schedule);
}
