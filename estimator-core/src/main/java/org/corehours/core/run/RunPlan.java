package org.corehours.core.run;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.simulate.DataParallel;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.step.StepProgram;
import org.jspecify.annotations.Nullable;

/**
 * A training, inference or analysis run with nothing left open: phases one after the other, on the same devices and with
 * the same software. Most runs have one.
 *
 * @param id its id
 * @param model the model, as a label for readers
 * @param parameters the parameters of that model, as its users count them
 * @param phases its phases in order, at least one
 * @param stack the software
 * @param precision the format of matrix products, whose peak is the reference of utilisation
 * @param cluster the devices
 * @param parallelism how they divide a step among them
 * @param placement where it takes place
 */
public record RunPlan(
        String id,
        String model,
        long parameters,
        List<RunPhase> phases,
        SoftwareStack stack,
        Precision precision,
        Cluster cluster,
        Parallelism parallelism,
        Placement placement) {

    /**
     * Micro-batches of a step on each device at most. Those that find no steady state are simulated one by one, and a
     * wrong figure must not take minutes.
     */
    public static final int MOST_ACCUMULATION_STEPS = 1024;

    /**
     * @throws IllegalArgumentException if there is no phase or two have the same name, a global batch does not divide
     *     over devices and accumulation steps, the parallelism does not make sense for the run, or the devices cannot
     *     run the stack or decode the input
     */
    public RunPlan {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("The run " + id + " has no phase. Give it at least one.");
        }
        SoftwareStacks.check(stack, cluster.accelerator());
        Set<String> names = new HashSet<>();
        for (RunPhase phase : phases) {
            phase.input().check(cluster.accelerator());
            if (!names.add(phase.name())) {
                throw new IllegalArgumentException(
                        "The run " + id + " has two phases called \"" + phase.name() + "\". Name one otherwise.");
            }
            phase.microBatch(cluster);
            parallelism.check(stack.runtime(), cluster.devices(), phase.step().trains());
        }
        if (parameters < 0) {
            throw new IllegalArgumentException("The model " + model + " cannot have " + parameters + " parameters.");
        }
    }

    /** {@return a plan to fill in} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return this plan, to change some of it} */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.model = model;
        builder.parameters = parameters;
        builder.phases = phases;
        builder.stack = stack;
        builder.precision = precision;
        builder.cluster = cluster;
        builder.parallelism = parallelism;
        builder.placement = placement;
        return builder;
    }

    /**
     * The phase with most steps, the first of several: the one that figures of a step are about where a run has more
     * than one kind of them.
     *
     * @return the phase
     */
    public RunPhase main() {
        return phases.get(mainIndex());
    }

    int mainIndex() {
        int main = 0;
        for (int i = 1; i < phases.size(); i++) {
            if (phases.get(i).steps() > phases.get(main).steps()) {
                main = i;
            }
        }
        return main;
    }

    /** {@return what one device does with one micro-batch of the main phase, and the update} */
    public StepProgram step() {
        return main().step();
    }

    /** {@return samples of one optimizer step of the main phase, over all devices} */
    public long globalBatch() {
        return main().globalBatch();
    }

    /** {@return micro-batches of one optimizer step of the main phase on each device} */
    public int accumulationSteps() {
        return main().accumulationSteps();
    }

    /** {@return what a sample of the main phase costs to load} */
    public InputDemand input() {
        return main().input();
    }

    /** {@return how long the main phase goes on} */
    public Schedule schedule() {
        return main().schedule();
    }

    /** {@return samples that one device works on at a time in the main phase} */
    public long microBatch() {
        return main().microBatch(cluster);
    }

    /**
     * The samples that one device works on at a time, which the graph of a step is built for.
     *
     * @param globalBatch samples of one optimizer step over all devices
     * @param cluster the devices
     * @param accumulationSteps micro-batches of one optimizer step on each device
     * @return the micro-batch
     * @throws IllegalArgumentException if the global batch does not divide evenly, or for more than
     *     {@value #MOST_ACCUMULATION_STEPS} accumulation steps
     */
    public static long microBatch(long globalBatch, Cluster cluster, int accumulationSteps) {
        if (accumulationSteps < 1 || accumulationSteps > MOST_ACCUMULATION_STEPS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "The accumulation steps (%d) must be from 1 to %,d. Maybe use larger micro-batches.",
                    accumulationSteps,
                    MOST_ACCUMULATION_STEPS));
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

    /** A plan in the making. Devices keep all of the model each unless told otherwise. */
    public static final class Builder {

        private @Nullable String id;
        private @Nullable String model;
        private long parameters;
        private List<RunPhase> phases = List.of();
        private @Nullable SoftwareStack stack;
        private @Nullable Precision precision;
        private @Nullable Cluster cluster;
        private Parallelism parallelism = DataParallel.INSTANCE;
        private @Nullable Placement placement;

        private Builder() {}

        /**
         * Names the run.
         *
         * @param value its id
         * @return this builder
         */
        public Builder id(String value) {
            id = value;
            return this;
        }

        /**
         * Names the model.
         *
         * @param label the model, as a label for readers
         * @param count its parameters, as its users count them
         * @return this builder
         */
        public Builder model(String label, long count) {
            model = label;
            parameters = count;
            return this;
        }

        /**
         * Sets the phases.
         *
         * @param value the phases in order
         * @return this builder
         */
        public Builder phases(List<RunPhase> value) {
            phases = value;
            return this;
        }

        /**
         * Makes it a run of one phase.
         *
         * @param step what one device does with one micro-batch, and the update
         * @param globalBatch samples of one optimizer step over all devices
         * @param accumulationSteps micro-batches of one optimizer step on each device
         * @param input what a sample costs to load
         * @param schedule how long it goes on
         * @return this builder
         */
        public Builder phase(
                StepProgram step, long globalBatch, int accumulationSteps, InputDemand input, Schedule schedule) {
            return phases(List.of(new RunPhase("", step, globalBatch, accumulationSteps, input, schedule)));
        }

        /**
         * Changes how long a run of one phase goes on.
         *
         * @param value the schedule
         * @return this builder
         * @throws IllegalArgumentException if the run has not exactly one phase
         */
        public Builder schedule(Schedule value) {
            if (phases.size() != 1) {
                throw new IllegalArgumentException("The run " + id + " has " + phases.size()
                        + " phases, each with a length of its own. Change that of a phase.");
            }
            return phases(List.of(phases.get(0).with(value)));
        }

        /**
         * Sets the software.
         *
         * @param value the software
         * @param products the format of matrix products
         * @return this builder
         */
        public Builder stack(SoftwareStack value, Precision products) {
            stack = value;
            precision = products;
            return this;
        }

        /**
         * Sets the devices.
         *
         * @param value the devices
         * @return this builder
         */
        public Builder cluster(Cluster value) {
            cluster = value;
            return this;
        }

        /**
         * Sets how devices divide a step.
         *
         * @param value the parallelism
         * @return this builder
         */
        public Builder parallelism(Parallelism value) {
            parallelism = value;
            return this;
        }

        /**
         * Sets the place.
         *
         * @param value where it takes place
         * @return this builder
         */
        public Builder placement(Placement value) {
            placement = value;
            return this;
        }

        /**
         * Makes the plan.
         *
         * @return the plan
         * @throws IllegalStateException if something was not said
         * @throws IllegalArgumentException as {@link RunPlan}
         */
        public RunPlan build() {
            String known = said(id, "id");
            return new RunPlan(
                    known,
                    said(model, "model"),
                    parameters,
                    phases,
                    said(stack, "stack"),
                    said(precision, "precision"),
                    said(cluster, "cluster"),
                    parallelism,
                    said(placement, "placement"));
        }

        private static <T> T said(@Nullable T value, String what) {
            if (value == null) {
                throw new IllegalStateException("A run needs its " + what + ". Call Builder." + what + ".");
            }
            return value;
        }
    }
}
