package org.corehours.papers;

import java.util.Map;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.Parallelism;
import org.corehours.models.TrainingMethod;

/**
 * The parts of a run with nothing left open, each made when it is asked for: one that is not possible does not stand in
 * the way of the others. Asking throws an {@link IllegalArgumentException} if the part is not possible.
 */
public final class RunParts {

    private final RunValues values;
    private final RunEnvironment environment;

    RunParts(RunValues values, RunEnvironment environment) {
        this.values = values;
        this.environment = environment;
    }

    /** {@return how the model is trained or run} */
    public TrainingMethod method() {
        return values.training();
    }

    /** {@return the devices} */
    public Cluster cluster() {
        return cluster(Map.of());
    }

    /**
     * The devices with other figures than they have.
     *
     * @param changes figures by the paths of their fields in a hardware file
     * @return the devices
     */
    public Cluster cluster(Map<String, String> changes) {
        int devices = values.devicesOf(environment.accelerator(values.hardware()));
        return environment.cluster(values.hardware(), devices, changes);
    }

    /** {@return samples of one optimizer step over all devices} */
    public long globalBatch() {
        return values.globalBatch();
    }

    /** {@return micro-batches of one optimizer step on each device} */
    public int accumulation() {
        return values.accumulation().orElse(1);
    }

    /** {@return how devices divide a step} */
    public Parallelism parallelism() {
        return values.dividing();
    }

    /** {@return the software, in the run's precision} */
    public SoftwareStack stack() {
        return values.softwareStack();
    }

    /** {@return the format of matrix products} */
    public Precision precision() {
        return values.precision();
    }

    /** {@return what a sample costs to load} */
    public InputDemand input() {
        return values.demand();
    }

    /** {@return how long the run goes on} */
    public Schedule schedule() {
        return values.schedule();
    }

    /** {@return all of them} */
    public RunRecipe recipe() {
        return new RunRecipe(
                method(),
                cluster(),
                globalBatch(),
                accumulation(),
                parallelism(),
                stack(),
                precision(),
                input(),
                schedule());
    }
}
