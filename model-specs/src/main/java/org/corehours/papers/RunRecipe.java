package org.corehours.papers;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.run.Placement;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.step.StepProgram;
import org.corehours.models.TrainingMethod;

/**
 * The parts of a run with nothing left open, none of which depends on another.
 *
 * @param method how the model is trained or run
 * @param cluster the devices
 * @param globalBatch samples of one optimizer step over all devices
 * @param accumulation micro-batches of one optimizer step on each device
 * @param parallelism how devices divide a step
 * @param stack the software, in the run's precision
 * @param precision the format of matrix products
 * @param input what a sample costs to load
 * @param schedule how long the run goes on
 */
public record RunRecipe(
        TrainingMethod method,
        Cluster cluster,
        long globalBatch,
        int accumulation,
        Parallelism parallelism,
        SoftwareStack stack,
        Precision precision,
        InputDemand input,
        Schedule schedule) {

    /**
     * The run.
     *
     * @param id its id
     * @param step the step of the method at the run's micro-batch
     * @param lowered the software, which may remember what it has lowered
     * @param placement where the run takes place
     * @return the plan
     * @throws IllegalArgumentException if the parts do not go together
     */
    public RunPlan plan(String id, StepProgram step, SoftwareStack lowered, Placement placement) {
        return RunPlan.builder()
                .id(id)
                .model(method.model(), method.parameters(step))
                .phase(step, globalBatch, accumulation, input, schedule)
                .stack(lowered, precision)
                .cluster(cluster)
                .parallelism(parallelism)
                .placement(placement)
                .build();
    }
}
