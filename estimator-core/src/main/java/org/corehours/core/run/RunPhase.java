package org.corehours.core.run;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.step.StepProgram;

/**
 * A part of a run whose steps all cost the same: its resolution, its masks, its crops and its batch do not change. What
 * follows it starts from the state it leaves, on the same devices. Where steps of several kinds alternate, as with a
 * ratio that is drawn anew for every batch, each kind is a phase with its share of the steps: their order costs nothing.
 *
 * @param name what tells it from the run's other phases; may be empty in a run with one
 * @param step what one device does with one micro-batch, and the update; its graph is built for the micro-batch
 * @param globalBatch samples of one optimizer step over all devices
 * @param accumulationSteps micro-batches of one optimizer step on each device
 * @param input what a sample costs to load
 * @param schedule how long it goes on, and what it does besides training steps
 */
public record RunPhase(
        String name, StepProgram step, long globalBatch, int accumulationSteps, InputDemand input, Schedule schedule) {

    /**
     * The same phase with another length.
     *
     * @param other how long it goes on
     * @return the phase
     */
    public RunPhase with(Schedule other) {
        return new RunPhase(name, step, globalBatch, accumulationSteps, input, other);
    }

    /**
     * The same phase by another name.
     *
     * @param other its name
     * @return the phase
     */
    public RunPhase named(String other) {
        return new RunPhase(other, step, globalBatch, accumulationSteps, input, schedule);
    }

    /** {@return optimizer steps} */
    public long steps() {
        return schedule.length().steps(globalBatch);
    }

    /**
     * Samples that one device works on at a time.
     *
     * @param cluster the devices
     * @return the micro-batch
     * @throws IllegalArgumentException if the global batch does not divide evenly
     */
    public long microBatch(Cluster cluster) {
        return RunPlan.microBatch(globalBatch, cluster, accumulationSteps);
    }
}
