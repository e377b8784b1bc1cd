package org.corehours.core.run;

/** Estimates runs: lowers, times and simulates one step, and projects it over the schedule. */
public final class RunEstimator {

    /**
     * Lowers and times the kernels of a run.
     *
     * @param plan the run
     * @return the run, ready to be estimated often
     */
    public CompiledRun compile(RunPlan plan) {
        throw new UnsupportedOperationException("The run " + plan.id() + " cannot be estimated yet.");
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
