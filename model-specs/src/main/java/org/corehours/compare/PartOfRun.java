package org.corehours.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Scenario;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPhase;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.Variation;

/**
 * The first part of a run, stopped before its end.
 *
 * @param whole the run
 * @param share the share of its steps that are done, above 0 and at most 1
 */
public record PartOfRun(Scenario whole, double share) implements Scenario {

    /** Halvings of the share: enough to tell two steps of a billion apart. */
    private static final int HALVINGS = 40;

    /** @throws IllegalArgumentException if the share is out of range */
    public PartOfRun {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("The share of a run (" + share + ") must be above 0 and at most 1.");
        }
    }

    /**
     * The most of a run that a budget pays for.
     *
     * @param run the run
     * @param plan its plan under the likeliest reading
     * @param estimator what estimates it
     * @param usd the budget
     * @return the part
     * @throws IllegalArgumentException if it does not pay for one step
     */
    public static PartOfRun within(Scenario run, RunPlan plan, RunEstimator estimator, double usd) {
        double least = cost(plan, estimator, Double.MIN_NORMAL);
        if (least > usd) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "The budget ($%.2f) does not pay for the start and one step, which cost $%.2f.",
                    usd,
                    least));
        }
        double low = Double.MIN_NORMAL;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = low + (high - low) / 2;
            if (cost(plan, estimator, middle) <= usd) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new PartOfRun(run, low);
    }

    private static double cost(RunPlan plan, RunEstimator estimator, double share) {
        return estimator.estimate(part(plan, share), Variation.NOMINAL).cost().usd();
    }

    @Override
    public String id() {
        return whole.id();
    }

    @Override
    public List<Assumption> assumptions() {
        return whole.assumptions();
    }

    @Override
    public RunPlan plan(Assignment assignment) {
        return part(whole.plan(assignment), share);
    }

    /** The first steps of a plan; phases that are not reached are left out. */
    private static RunPlan part(RunPlan plan, double share) {
        long left = Math.max(
                1, (long) (plan.phases().stream().mapToLong(RunPhase::steps).sum() * share));
        List<RunPhase> phases = new ArrayList<>();
        for (RunPhase phase : plan.phases()) {
            if (left > 0) {
                long steps = Math.min(left, phase.steps());
                phases.add(steps == phase.steps() ? phase : phase.with(part(phase, steps)));
                left -= steps;
            }
        }
        return plan.toBuilder().phases(phases).build();
    }

    /** What else a phase does is spread evenly over its steps; hours beside them come at its end. */
    private static Schedule part(RunPhase phase, long steps) {
        Schedule schedule = phase.schedule();
        double share = (double) steps / phase.steps();
        double epochs = schedule.length().epochs(phase.globalBatch());
        long samples = epochs == 0 ? 0 : Math.round(phase.steps() * (double) phase.globalBatch() / epochs);
        return new Schedule(
                new Schedule.Steps(steps, samples),
                (long) (schedule.evaluationSamples() * share),
                schedule.checkpoints() == 0 ? 0 : Math.max(1, (long) (schedule.checkpoints() * share)),
                0);
    }
}
