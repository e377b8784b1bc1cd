package org.corehours.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.corehours.core.audit.Assignment;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.CompiledStep;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.step.StepProgram;
import org.corehours.core.timing.KernelTimers;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.papers.RunParts;
import org.corehours.papers.RunRecipe;
import org.corehours.papers.RunTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Estimates points. A step is lowered and timed once for all points that have its kernels and its device in common, and
 * simulated once for those that differ in their schedule alone; the figures are those of the point by itself, to the last
 * digit. Memory does not grow with the number of points. Safe for use by several threads.
 */
public final class PointEvaluator {

    /** Steps that are kept: a few hundred kilobytes each. */
    private static final int STEPS_KEPT = 128;

    /** Simulated runs that are kept: a few kilobytes each. */
    private static final int RUNS_KEPT = 1024;

    private final Sweep sweep;
    private final Assignment reading;
    /** Those that decide what a device is like. */
    private final int[] hardwareAxes;

    private final RunEstimator estimator = new RunEstimator();
    private final KernelTimers timers = new KernelTimers();
    private final Part<TrainingMethod> methods;
    private final Part<Cluster> clusters;
    private final Part<Software> gpuSoftware;
    private final Part<Software> tpuSoftware;
    private final Part<Batch> batches;
    private final Part<InputDemand> inputs;
    private final Part<Schedule> schedules;
    private final RecentCache<KernelKey, Made<Lowered>> kernels = new RecentCache<>(STEPS_KEPT);
    private final RecentCache<StepKey, Made<CompiledBase>> steps = new RecentCache<>(STEPS_KEPT);
    private final RecentCache<RunKey, Made<CompiledRun>> runs = new RecentCache<>(RUNS_KEPT);

    private record Software(SoftwareStack stack, Precision precision) {}

    /** How many samples: of all devices, or where {@code perDevice} is above zero, of each at a time. */
    private record Batch(long perDevice, long global, int accumulation, Parallelism parallelism) {

        long global(Cluster cluster) {
            return perDevice == 0
                    ? global
                    : Math.multiplyExact(perDevice, Math.multiplyExact((long) cluster.devices(), accumulation));
        }
    }

    /** Methods and stacks stand in keys by the numbers of their combinations, because comparing them takes longer. */
    private record StepKey(long method, long software, String hardware, String accelerator, long microBatch) {}

    /** Stacks of GPUs and of TPUs have numbers of their own. */
    private record KernelKey(long method, Accelerator.Kind kind, long software, long microBatch) {}

    private record RunKey(long method, long cluster, long software, long batch, long input) {}

    /** A step with its kernels, which all devices of a kind run. */
    private record Lowered(StepProgram step, KernelProgram program) {}

    /** A step with the graph it was compiled from. */
    private record CompiledBase(StepProgram step, CompiledStep compiled) {}

    /** @param sweep what is swept over */
    public PointEvaluator(Sweep sweep) {
        this.sweep = sweep;
        this.reading = Assignment.likeliest(sweep.base().run().assumptions());
        List<Axis> axes = sweep.space().axes();
        hardwareAxes = IntStream.range(0, axes.size())
                .filter(i -> axes.get(i).name().equals("hardware")
                        || ParameterGroup.isHardwareField(axes.get(i).name()))
                .toArray();
        methods = new Part<>(axes, ParameterGroup.METHOD, this::method);
        clusters = new Part<>(axes, ParameterGroup.CLUSTER, this::cluster);
        gpuSoftware = new Part<>(axes, ParameterGroup.STACK, changes -> software(changes, Accelerator.Kind.GPU));
        tpuSoftware = new Part<>(axes, ParameterGroup.STACK, changes -> software(changes, Accelerator.Kind.TPU));
        batches = new Part<>(axes, ParameterGroup.BATCH, this::batch);
        inputs = new Part<>(
                axes,
                ParameterGroup.INPUT,
                changes -> parts(ParameterGroup.INPUT, changes).input());
        schedules = new Part<>(
                axes,
                ParameterGroup.SCHEDULE,
                changes -> parts(ParameterGroup.SCHEDULE, changes).schedule());
    }

    /**
     * Estimates a point.
     *
     * @param index its number
     * @param choice for each axis which of its values
     * @return what came of it
     */
    public PointResult evaluate(long index, int[] choice) {
        Made<TrainingMethod> method = methods.at(choice);
        Made<Cluster> cluster = clusters.at(choice);
        Made<Batch> batch = batches.at(choice);
        Made<InputDemand> input = inputs.at(choice);
        Made<Schedule> schedule = schedules.at(choice);
        for (Made<?> part : List.of(method, cluster, batch, input, schedule)) {
            if (part.reason() != null) {
                return new PointResult(index, choice, null, part.reason());
            }
        }
        Part<Software> software =
                cluster.get().accelerator().kind() == Accelerator.Kind.GPU ? gpuSoftware : tpuSoftware;
        Made<Software> chosen = software.at(choice);
        if (chosen.reason() != null) {
            return new PointResult(index, choice, null, chosen.reason());
        }
        Made<Boolean> enough = Made.of(() -> {
            if (schedule.get().length() instanceof Schedule.Epochs epochs) {
                epochs.check(batch.get().global(cluster.get()));
            }
            return true;
        });
        if (enough.reason() != null) {
            return new PointResult(index, choice, null, enough.reason());
        }
        Made<CompiledRun> run;
        if (schedules.isFixed()) {
            run = compile(choice, software);
        } else {
            run = runs.get(
                    new RunKey(
                            methods.index(choice),
                            clusters.index(choice),
                            software.index(choice),
                            batches.index(choice),
                            inputs.index(choice)),
                    key -> compile(choice, software));
        }
        if (run.reason() != null) {
            return new PointResult(index, choice, null, run.reason());
        }
        Made<RunEstimate> estimate = Made.of(
                () -> (schedules.isFixed() ? run.get() : run.get().with(schedule.get())).estimate(Variation.NOMINAL));
        return estimate.reason() == null
                ? new PointResult(
                        index, choice, estimate.get(), unfit(estimate.get().memory()))
                : new PointResult(index, choice, null, estimate.reason());
    }

    /** What is wrong with the parts that no axis decides. */
    Optional<String> fixedMistake() {
        return parts().filter(Part::isFixed).flatMap(this::first).findFirst();
    }

    /** What is wrong with the first values of the axes each by themselves, whether or not they go together. */
    Optional<String> mistake() {
        Optional<String> reason =
                parts().filter(part -> !part.isFixed()).flatMap(this::first).findFirst();
        if (reason.isPresent()) {
            return reason;
        }
        // A stack may run in other precisions than the base's: only a name that no stack has is a mistake.
        return gpuSoftware.isFixed() ? Optional.empty() : softwareMistake();
    }

    private Stream<Part<?>> parts() {
        return Stream.of(methods, clusters, batches, inputs, schedules);
    }

    private Stream<String> first(Part<?> part) {
        return Stream.ofNullable(part.at(new int[sweep.space().axes().size()]).reason());
    }

    private Optional<String> softwareMistake() {
        Axis axis = sweep.space().axes().get(0);
        String value = axis.values().get(0).toLowerCase(Locale.ROOT);
        List<String> known = switch (axis.name()) {
            case "stack" ->
                Arrays.stream(SoftwareStacks.values()).map(SoftwareStacks::id).toList();
            case "precision" ->
                Arrays.stream(Precision.values()).map(Precision::id).toList();
            default ->
                Arrays.stream(Checkpointing.values()).map(Checkpointing::id).toList();
        };
        if (known.contains(value)) {
            return Optional.empty();
        }
        List<String> near = NameSuggestions.nearest(value, known, 1);
        return Optional.of(
                near.isEmpty() ? "there are " + String.join(", ", known) + "." : "did you mean " + near.get(0) + "?");
    }

    private static @Nullable String unfit(MemoryUse memory) {
        return memory.fits()
                ? null
                : "does not fit the device: needs " + memory.deviceBytes() + " bytes of " + memory.capacityBytes();
    }

    private Made<CompiledRun> compile(int[] choice, Part<Software> software) {
        return Made.of(() -> {
            RunRecipe recipe = recipe(choice, software);
            long microBatch = RunPlan.microBatch(recipe.globalBatch(), recipe.cluster(), recipe.accumulation());
            Accelerator accelerator = recipe.cluster().accelerator();
            StepKey key = new StepKey(
                    methods.index(choice), software.index(choice), hardware(choice), accelerator.id(), microBatch);
            CompiledBase step = steps.get(
                            key,
                            absent -> Made.of(() -> {
                                accelerator.peakFlopsPerSecond(recipe.precision());
                                Lowered lowered = lowered(choice, software, recipe, microBatch);
                                return new CompiledBase(
                                        lowered.step(),
                                        CompiledStep.of(
                                                lowered.step(),
                                                lowered.program(),
                                                recipe.stack(),
                                                accelerator,
                                                timers));
                            }))
                    .get();
            return estimator.compile(plan(recipe, step.step()), step.compiled());
        });
    }

    private String hardware(int[] choice) {
        StringBuilder hardware = new StringBuilder();
        for (int axis : hardwareAxes) {
            hardware.append(sweep.space().axes().get(axis).values().get(choice[axis]))
                    .append('\n');
        }
        return hardware.toString();
    }

    private Lowered lowered(int[] choice, Part<Software> software, RunRecipe recipe, long microBatch) {
        KernelKey key = new KernelKey(
                methods.index(choice), recipe.cluster().accelerator().kind(), software.index(choice), microBatch);
        return kernels.get(
                        key,
                        absent -> Made.of(() -> {
                            StepProgram step = recipe.method().plan(microBatch);
                            return new Lowered(step, recipe.stack().lowering().lower(step));
                        }))
                .get();
    }

    /** The parts of a point's run. */
    private RunRecipe recipe(int[] choice, Part<Software> software) {
        Cluster cluster = clusters.at(choice).get();
        Software chosen = software.at(choice).get();
        Batch batch = batches.at(choice).get();
        return new RunRecipe(
                methods.at(choice).get(),
                cluster,
                batch.global(cluster),
                batch.accumulation(),
                batch.parallelism(),
                chosen.stack(),
                chosen.precision(),
                inputs.at(choice).get(),
                schedules.at(choice).get());
    }

    private RunPlan plan(RunRecipe recipe, StepProgram step) {
        return recipe.plan(
                sweep.base().run().id(),
                step,
                recipe.stack(),
                sweep.environment().placement(recipe.cluster()));
    }

    /**
     * The run of a point as it is without a sweep, from its values alone: what its row is equal to.
     *
     * @param choice for each axis which of its values
     * @return the run
     * @throws IllegalArgumentException if the values make none
     */
    public RunPlan planAlone(int[] choice) {
        Cluster cluster = clusters.at(choice).get();
        RunRecipe recipe =
                recipe(choice, cluster.accelerator().kind() == Accelerator.Kind.GPU ? gpuSoftware : tpuSoftware);
        return plan(
                recipe, recipe.method().plan(RunPlan.microBatch(recipe.globalBatch(), cluster, recipe.accumulation())));
    }

    /** The run with parameters of one group changed, the others as they are. */
    private RunParts parts(ParameterGroup group, List<Part.Change> changes) {
        RunTemplate run = sweep.base().run();
        for (Part.Change change : all(group, changes)) {
            run = run.with(change.name(), change.value());
        }
        return run.parts(reading);
    }

    /** The fixed parameters of a group, and then those of a point, which come after them and so win. */
    private List<Part.Change> all(ParameterGroup group, List<Part.Change> changes) {
        List<Part.Change> all = new ArrayList<>();
        for (Axis axis : sweep.fixed()) {
            if (ParameterGroup.of(axis.name()) == group) {
                all.add(new Part.Change(axis.name(), axis.values().get(0)));
            }
        }
        all.addAll(changes);
        return all;
    }

    private TrainingMethod method(List<Part.Change> changes) {
        RunTemplate run = sweep.base().run();
        int pixels = 0;
        int tokens = 0;
        for (Part.Change change : all(ParameterGroup.METHOD, changes)) {
            switch (change.name()) {
                case "model" -> run = run.with("method.network.like", change.value());
                case "image_size" -> pixels = count(change);
                case "sequence_length" -> tokens = count(change);
                default -> run = run.with(change.name(), change.value());
            }
        }
        TrainingMethod method = run.parts(reading).method();
        if (pixels == 0 && tokens == 0) {
            return method;
        }
        if (!(method instanceof SupervisedTraining training)) {
            throw new IllegalArgumentException("Only supervised training takes image_size and sequence_length; of "
                    + method.model() + " change the fields of its method, such as method.crops.global_pixels.");
        }
        Model network = training.network();
        network = pixels == 0 ? network : network.withImageSize(pixels);
        network = tokens == 0 ? network : network.withSequenceLength(tokens);
        return new SupervisedTraining(network, training.loss(), training.update());
    }

    private Cluster cluster(List<Part.Change> changes) {
        Map<String, String> figures = new LinkedHashMap<>();
        List<Part.Change> others = new ArrayList<>();
        for (Part.Change change : changes) {
            if (ParameterGroup.isHardwareField(change.name())) {
                figures.put(change.name().substring(ParameterGroup.HARDWARE_FIELDS.length()), change.value());
            } else {
                others.add(change);
            }
        }
        return parts(ParameterGroup.CLUSTER, others).cluster(figures);
    }

    private Software software(List<Part.Change> changes, Accelerator.Kind kind) {
        List<Part.Change> all = all(ParameterGroup.STACK, changes);
        RunTemplate run = sweep.base().run();
        boolean tpu = kind == Accelerator.Kind.TPU;
        if (isOther(sweep.base().stackOf(), kind)) {
            run = run.with("stack", tpu ? "xla" : "pytorch-eager");
        }
        if (isOther(sweep.base().precisionOf(), kind)) {
            run = run.with("precision", tpu ? "bf16" : "fp16");
        }
        for (Part.Change change : all) {
            run = run.with(change.name(), change.value().toLowerCase(Locale.ROOT));
        }
        RunParts parts = run.parts(reading);
        return new Software(parts.stack(), parts.precision());
    }

    private static boolean isOther(Accelerator.@Nullable Kind meant, Accelerator.Kind kind) {
        return meant != null && !Objects.equals(meant, kind);
    }

    private Batch batch(List<Part.Change> changes) {
        RunTemplate run = sweep.base().run();
        long perDevice = 0;
        for (Part.Change change : all(ParameterGroup.BATCH, changes)) {
            if (change.name().equals("batch")) {
                perDevice = count(change);
            } else {
                run = run.with(change.name(), change.value());
                perDevice = change.name().equals("global_batch") ? 0 : perDevice;
            }
        }
        RunParts parts = run.parts(reading);
        return new Batch(perDevice, parts.globalBatch(), parts.accumulation(), parts.parallelism());
    }

    private static int count(Part.Change change) {
        try {
            int count = Integer.parseInt(change.value());
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw notACount(change);
        }
        throw notACount(change);
    }

    private static IllegalArgumentException notACount(Part.Change change) {
        return new IllegalArgumentException(
                "The " + change.name() + " (" + change.value() + ") must be a whole number of 1 or more.");
    }
}
