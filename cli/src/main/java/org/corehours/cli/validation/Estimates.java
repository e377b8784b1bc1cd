package org.corehours.cli.validation;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.corehours.core.run.Placement;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.step.StepProgram;

/** Estimates of single steps on data that is on the device already. */
final class Estimates {

    private static final RunEstimator ESTIMATOR = new RunEstimator();

    private Estimates() {}

    /** Where runs take place that nobody asks the cost of. */
    static Placement somewhere() {
        return Placement.in(Devices.builtIn().catalog().region("world"));
    }

    /** A plan of one step. */
    static RunPlan step(
            String model,
            StepProgram step,
            SoftwareStack stack,
            Precision precision,
            Cluster cluster,
            long globalBatch,
            int accumulation) {
        return RunPlan.builder()
                .id(model)
                .model(model, step.graph().parameterCount())
                .phase(step, globalBatch, accumulation, InputDemand.NONE, Schedule.ofSteps(1))
                .stack(stack, precision)
                .cluster(cluster)
                .placement(somewhere())
                .build();
    }

    /** The estimate by the laws as they are. */
    static RunEstimate nominal(RunPlan plan) throws NotCoveredException {
        try {
            return ESTIMATOR.estimate(plan, Variation.NOMINAL);
        } catch (UnsupportedPrecisionException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException("cannot be simulated: " + e.getMessage());
        }
    }
}
