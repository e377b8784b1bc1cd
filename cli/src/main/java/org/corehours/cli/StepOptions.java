package org.corehours.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.simulate.Parallelisms;
import org.corehours.core.step.StepProgram;
import org.corehours.hardware.Hardware;
import org.corehours.models.TrainingMethod;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.models.method.SynchronizedTraining;
import org.corehours.papers.NamedMethod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that describe one step of a model on some hardware, shared by all commands that simulate one. */
final class StepOptions {

    private static final String XLA = "xla";
    private static final String PYTORCH = "pytorch-eager";
    private static final long BATCH_OF_A_DEVICE = 64;

    @Option(
            names = "--hardware",
            paramLabel = "ID",
            description = "An accelerator or machine of 'corehours hardware', or a file.")
    private @Nullable String hardware;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "Devices as frameworks list them; if not given one, or what a machine's name stands for.")
    private @Nullable Integer devices;

    @Option(
            names = {"--global-batch", "--batch"},
            paramLabel = "N",
            description = "Samples of an optimizer step over all devices; 64 on each if not given.")
    private @Nullable Long globalBatch;

    @Option(
            names = {"--accumulation", "--accumulate"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Micro-batches of an optimizer step on each device; 1 if not given.")
    private int accumulation;

    @Option(
            names = "--parallel",
            paramLabel = "P",
            defaultValue = "ddp",
            completionCandidates = ParallelIds.class,
            description = "How devices divide a step: ${COMPLETION-CANDIDATES}; ddp if not given.")
    private String parallel = "ddp";

    @Option(
            names = "--checkpointing",
            paramLabel = "C",
            defaultValue = "none",
            completionCandidates = CheckpointingIds.class,
            description =
                    "What blocks compute again in the backward pass: ${COMPLETION-CANDIDATES}; none if not given.")
    private String checkpointing = "none";

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "${COMPLETION-CANDIDATES}; if not given bf16 on a TPU, fp16 on a GPU.")
    private @Nullable Precision precision;

    @Option(
            names = "--stack",
            paramLabel = "S",
            completionCandidates = StackIds.class,
            description = "The software: ${COMPLETION-CANDIDATES}; if not given xla on a TPU, pytorch-eager on a GPU.")
    private @Nullable String stack;

    @Option(
            names = "--sync-batch-norm",
            description = "Batch normalizations look at the samples of all devices, as SyncBatchNorm's do.")
    private boolean syncBatchNorm;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ModelOptions models;

    /** What a step is for. */
    enum Purpose {
        TRAINING,
        INFERENCE
    }

    /** The ids of the stacks, in the order of the help. */
    static final class StackIds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(SoftwareStacks.values())
                    .map(SoftwareStacks::id)
                    .iterator();
        }
    }

    /** The ids of the ways to divide a step. */
    static final class ParallelIds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Parallelisms.all().stream().map(Parallelism::id).iterator();
        }
    }

    /** The ids of activation checkpointing. */
    static final class CheckpointingIds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Checkpointing.values()).map(Checkpointing::id).iterator();
        }
    }

    /** Whether any option is given that does not go with a run that a paper describes. */
    boolean given() {
        return hardware != null
                || devices != null
                || globalBatch != null
                || accumulation != 1
                || !parallel.equals("ddp")
                || !checkpointing.equals("none")
                || precision != null
                || stack != null
                || syncBatchNorm
                || models.given();
    }

    /** The hardware ids given, separated by commas. */
    List<String> hardwareIds() {
        if (hardware == null) {
            throw new UsageException("Say which hardware: --hardware=ID. See: corehours hardware");
        }
        List<String> ids =
                Arrays.stream(hardware.split(",", -1)).map(String::strip).toList();
        if (ids.stream().anyMatch(String::isEmpty)) {
            throw new UsageException("The --hardware (" + hardware + ") has an empty id; write ids as A,B,C.");
        }
        return ids;
    }

    /** The training method of a name or file, or supervised training of the model that it stands for. */
    TrainingMethod method(String nameOrFile) {
        TrainingMethod method = ofOneDevice(nameOrFile);
        return syncBatchNorm ? new SynchronizedTraining(method) : method;
    }

    private TrainingMethod ofOneDevice(String nameOrFile) {
        Optional<NamedMethod> method = Lookups.method(nameOrFile);
        if (method.isEmpty()) {
            return SupervisedTraining.of(models.model(nameOrFile));
        }
        if (models.given()) {
            throw new UsageException(nameOrFile + " is a training method, which sets the size of its samples itself."
                    + " Leave --image-size and --sequence-length out.");
        }
        return method.get().method();
    }

    /**
     * The same options where a phase of the run does not say otherwise.
     *
     * @param phase the phase
     */
    StepOptions in(PhaseOption phase) {
        StepOptions own = new StepOptions();
        own.hardware = hardware;
        own.devices = devices;
        own.globalBatch = phase.globalBatch() == null ? globalBatch : phase.globalBatch();
        own.accumulation = phase.accumulation() == null ? accumulation : phase.accumulation();
        own.parallel = parallel;
        own.checkpointing = checkpointing;
        own.precision = precision;
        own.stack = stack;
        own.syncBatchNorm = syncBatchNorm;
        own.models = phase.imageSize() == null ? models : models.withImageSize(phase.imageSize());
        return own;
    }

    @Nullable Long batch() {
        return globalBatch;
    }

    boolean batchGiven() {
        return globalBatch != null;
    }

    int accumulation() {
        return accumulation;
    }

    Parallelism parallelism() {
        return Parallelisms.of(parallel);
    }

    Checkpointing checkpointing() {
        return Checkpointing.of(checkpointing);
    }

    Cluster cluster(Hardware found) {
        int count = devices == null ? found.usualDevices() : devices;
        if (count < 1) {
            throw new UsageException("The --devices (" + count + ") must be at least 1.");
        }
        return found.cluster(count);
    }

    Precision precision(Accelerator accelerator) {
        return Optional.ofNullable(precision)
                .orElse(accelerator.kind() == Accelerator.Kind.TPU ? Precision.BF16 : Precision.FP16);
    }

    String stack(Accelerator accelerator) {
        return Optional.ofNullable(stack).orElse(accelerator.kind() == Accelerator.Kind.TPU ? XLA : PYTORCH);
    }

    /**
     * The run that the options describe.
     *
     * @throws InfeasibleException if the device has no path for the precision
     * @throws UsageException if what is asked for does not go together
     */
    RunPlan plan(String id, String model, Purpose purpose, InputDemand input, Schedule schedule) {
        if (hardware == null) {
            throw new UsageException("Say which hardware: --hardware=ID. See: corehours hardware");
        }
        if (purpose == Purpose.INFERENCE && Lookups.method(model).isPresent()) {
            throw new UsageException(model + " is a training method, whose step has a backward pass. Leave --inference"
                    + " out, or name a model. See: corehours models");
        }
        TrainingMethod method = method(model);
        Hardware found = Lookups.hardware(hardware);
        return Lookups.checked(() -> plan(id, model, method, found, purpose, input, schedule));
    }

    private RunPlan plan(
            String id,
            String model,
            TrainingMethod method,
            Hardware found,
            Purpose purpose,
            InputDemand input,
            Schedule schedule) {
        Accelerator accelerator = found.accelerator();
        Cluster cluster = cluster(found);
        Precision chosen = precision(accelerator);
        accelerator.peakFlopsPerSecond(chosen);
        long batch = globalBatch == null
                ? Math.multiplyExact(BATCH_OF_A_DEVICE, Math.multiplyExact((long) cluster.devices(), accumulation))
                : globalBatch;
        long microBatch = RunPlan.microBatch(batch, cluster, accumulation);
        StepProgram step = purpose == Purpose.TRAINING
                ? method.plan(microBatch)
                : StepProgram.inference(models.model(model).graph(microBatch));
        return RunPlan.builder()
                .id(id)
                .model(
                        method.model(),
                        purpose == Purpose.TRAINING
                                ? method.parameters(step)
                                : step.graph().parameterCount())
                .phase(step, batch, accumulation, input, schedule)
                .stack(SoftwareStacks.of(stack(accelerator), chosen).with(Checkpointing.of(checkpointing)), chosen)
                .cluster(cluster)
                .parallelism(Parallelisms.of(parallel))
                .placement(new BuiltInEnvironment().placement(cluster))
                .build();
    }
}
