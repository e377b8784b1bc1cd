package org.corehours.core.run;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.simulate.DataParallel;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.step.StepProgram;

/**
 * A training, inference or analysis run with nothing left open.
 *
 * @param id its id
 * @param model the model, as a label for readers
 * @param parameters the parameters of that model, as its users count them
 * @param step what one device does with one micro-batch, and the update; its graph is built at {@link #microBatch()}
 * @param stack the software
 * @param precision the format of matrix products, whose peak is the reference of utilisation
 * @param cluster the devices
 * @param parallelism how they divide a step among them
 * @param globalBatch samples of one optimizer step over all devices
 * @param accumulationSteps micro-batches of one optimizer step on each device
 * @param input what a sample costs to load
 * @param schedule how long it goes on
 * @param placement where it takes place
 */
public record RunPlan(
        String id,
        String model,
        long parameters,
        StepProgram step,
        SoftwareStack stack,
        Precision precision,
        Cluster cluster,
        Parallelism parallelism,
        long globalBatch,
        int accumulationSteps,
        InputDemand input,
        Schedule schedule,
        Placement placement) {

    /**
     * @throws IllegalArgumentException if the global batch does not divide over devices and accumulation steps, or the
     *     parallelism does not make sense for the run
     */
    public RunPlan {
        microBatch(globalBatch, cluster, accumulationSteps);
        parallelism.check(stack.runtime(), cluster.devices(), step.trains());
        if (parameters < 0) {
            throw new IllegalArgumentException("The model " + model + " cannot have " + parameters + " parameters.");
        }
    }

    /** A run whose devices each keep all of the model. */
    public RunPlan(
            String id,
            String model,
            long parameters,
            StepProgram step,
            SoftwareStack stack,
            Precision precision,
            Cluster cluster,
            long globalBatch,
            int accumulationSteps,
            InputDemand input,
            Schedule schedule,
            Placement placement) {
        this(
                id,
                model,
                parameters,
                step,
                stack,
                precision,
                cluster,
                DataParallel.INSTANCE,
                globalBatch,
                accumulationSteps,
                input,
                schedule,
                placement);
    }

    /**
     * The same run with another length.
     *
     * @param other how long it goes on
     * @return the run
     */
    public RunPlan with(Schedule other) {
        return new RunPlan(
                id,
                model,
                parameters,
                step,
                stack,
                precision,
                cluster,
                parallelism,
                globalBatch,
                accumulationSteps,
                input,
                other,
                placement);
    }

    /**
     * The same run in another place.
     *
     * @param other the place
     * @return the run
     */
    public RunPlan with(Placement other) {
        return new RunPlan(
                id,
                model,
                parameters,
                step,
                stack,
                precision,
                cluster,
                parallelism,
                globalBatch,
                accumulationSteps,
                input,
                schedule,
                other);
    }

    /** {@return samples that one device works on at a time} */
    public long microBatch() {
        return microBatch(globalBatch, cluster, accumulationSteps);
    }

    /**
     * The samples that one device works on at a time, which the graph of a step is built for.
     *
     * @param globalBatch samples of one optimizer step over all devices
     * @param cluster the devices
     * @param accumulationSteps micro-batches of one optimizer step on each device
     * @return the micro-batch
     * @throws IllegalArgumentException if the global batch does not divide evenly
     */
    public static long microBatch(long globalBatch, Cluster cluster, int accumulationSteps) {
        if (accumulationSteps < 1) {
            throw new IllegalArgumentException("The accumulation steps must be at least 1, not " + accumulationSteps);
        }
        long parts = Math.multiplyExact((long) cluster.devices(), accumulationSteps);
        if (globalBatch < 1 || globalBatch % parts != 0) {
            long nearest = Math.max(parts, Math.round((double) globalBatch / parts) * parts);
            throw new IllegalArgumentException(
                    "The global batch (" + globalBatch + ") must be divisible by the devices ("
                            + cluster.devices() + ") times the accumulation steps (" + accumulationSteps
                            + "). Maybe use a global batch of " + nearest + ".");
        }
        return globalBatch / parts;
    }
}
