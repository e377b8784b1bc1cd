package org.corehours.core.run;

/**
 * The hours of a run and what they are made of.
 *
 * @param trainingHours training steps
 * @param evaluationHours evaluation
 * @param checkpointHours writing checkpoints
 * @param startHours starting, compiling and filling the input pipeline
 * @param extraHours what the schedule adds
 */
public record RunTime(
        double trainingHours, double evaluationHours, double checkpointHours, double startHours, double extraHours) {

    /** {@return the sum} */
    public double hours() {
        return trainingHours + evaluationHours + checkpointHours + startHours + extraHours;
    }
}
