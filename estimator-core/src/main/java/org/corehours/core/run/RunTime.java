package org.corehours.core.run;

/**
 * The hours of a run and what they are made of.
 *
 * @param trainingHours training steps
 * @param evaluationHours evaluation
 * @param checkpointHours writing checkpoints
 * @param startHours starting, compiling and filling the input pipeline
 * @param failureHours restarts after failures, and work done again
 * @param extraHours what the schedule adds
 */
public record RunTime(
        double trainingHours,
        double evaluationHours,
        double checkpointHours,
        double startHours,
        double failureHours,
        double extraHours) {

    /** {@return the sum} */
    public double hours() {
        return trainingHours + evaluationHours + checkpointHours + startHours + failureHours + extraHours;
    }

    /** {@return the share of the time that training steps take, without those done again: goodput} */
    public double goodput() {
        return trainingHours / hours();
    }
}
