package org.corehours.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.RunJson;
import org.corehours.cli.report.RunText;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.Scenario;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.step.StepProgram;
import org.corehours.hardware.Hardware;
import org.corehours.models.Model;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.papers.Dataset;
import org.corehours.papers.Datasets;
import org.corehours.papers.RunEnvironment;
import org.corehours.spec.SpecException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Estimates one training run. */
@Command(
        name = "estimate",
        description = {
            "Estimate one supervised training run: step time, memory, hours, money and energy.",
            "Exits with 4, the bytes and the ways out if a step does not fit the device's memory."
        },
        footer = {
            "",
            "Examples:",
            "  corehours estimate vit_base_patch16_224 --hardware v100-sxm2-32gb --devices 16 --global-batch 1024"
                    + " --epochs 300",
            "  corehours estimate vit_large_patch16_224 --hardware tpu-v5e --devices 64 --global-batch 4096"
                    + " --steps 93000",
            "  corehours estimate resnet50 --hardware dgx-a100 --json"
        })
final class EstimateCommand extends BaseCommand {

    private static final String XLA = "xla";
    private static final String PYTORCH = "pytorch-eager";
    private static final long BATCH_OF_A_DEVICE = 64;

    @Parameters(paramLabel = "MODEL", description = "The model: a name, or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Option(
            names = "--hardware",
            required = true,
            paramLabel = "ID",
            description = "An accelerator or machine of 'corehours hardware', or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String hardware;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "Devices as frameworks list them; if not given one, or what a machine's name stands for.")
    private @Nullable Integer devices;

    @Option(
            names = "--global-batch",
            paramLabel = "N",
            description = "Samples of an optimizer step; 64 on each device if not given.")
    private @Nullable Long globalBatch;

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            defaultValue = "1",
            description = "Micro-batches of an optimizer step on each device; 1 if not given.")
    private int accumulation;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fp32, fp16 or bf16; if not given bf16 on a TPU, fp16 on a GPU.")
    private @Nullable Precision precision;

    @Option(
            names = "--stack",
            paramLabel = "S",
            description =
                    "The software: pytorch-eager, pytorch-eager-sdpa, pytorch-1.12-eager, pytorch-1-eager, xla or xla-fp32; if not"
                            + " given xla on a TPU, pytorch-eager on a GPU.")
    private @Nullable String stack;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Side of the images in pixels; the model's own if not given.")
    private @Nullable Integer imageSize;

    @Option(
            names = "--dataset",
            paramLabel = "D",
            defaultValue = "imagenet-1k",
            description = "The data set an epoch goes through; imagenet-1k if not given.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String dataset;

    @Option(
            names = "--epochs",
            paramLabel = "E",
            description = "Passes over the data set; 1 if neither epochs nor steps are given.")
    private @Nullable Double epochs;

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps.")
    private @Nullable Long steps;

    @Option(
            names = "--input",
            paramLabel = "RECIPE",
            defaultValue = "supervised",
            description = "How images are loaded, such as supervised, or none for synthetic data; supervised if not"
                    + " given.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String input;

    EstimateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        RunPlan plan = plan();
        RunAudit run = Audits.of(List.of(new Fixed(plan))).get(0);
        refuseUnlessItFits(run.likeliest().memory(), plan);
        String label = plan.model() + " on " + plan.cluster().devices() + " × "
                + plan.cluster().accelerator().id();
        if (json()) {
            print(JsonText.object(to -> RunJson.write(to, run, label)));
        } else {
            DocumentBuilder document = new DocumentBuilder().heading(1, label);
            RunText.details(document, run);
            document.paragraph("An estimate is a median with the 10th and the 90th percentile of what the errors of the"
                    + " laws lead to; shares and parts are of the laws as they are.");
            print(document.build());
        }
        return ExitCode.DONE;
    }

    /** A run with nothing left open. */
    private record Fixed(RunPlan plan) implements Scenario {

        @Override
        public String id() {
            return plan.id();
        }

        @Override
        public List<Assumption> assumptions() {
            return List.of();
        }

        @Override
        public RunPlan plan(Assignment assignment) {
            return plan;
        }
    }

    private RunPlan plan() {
        Model network = Lookups.model(model);
        Hardware found = Lookups.hardware(hardware);
        try {
            if (imageSize != null) {
                network = network.withImageSize(imageSize);
            }
            return plan(network, found);
        } catch (UnsupportedPrecisionException e) {
            throw new InfeasibleException(String.valueOf(e.getMessage()));
        } catch (SpecException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private RunPlan plan(Model network, Hardware found) {
        Accelerator accelerator = found.accelerator();
        int count = devices == null ? found.usualDevices() : devices;
        if (count < 1) {
            throw new UsageException("The --devices (" + count + ") must be at least 1.");
        }
        Cluster cluster = found.cluster(count);
        boolean tpu = accelerator.kind() == Accelerator.Kind.TPU;
        Precision chosen = Optional.ofNullable(precision).orElse(tpu ? Precision.BF16 : Precision.FP16);
        accelerator.peakFlopsPerSecond(chosen);
        RunEnvironment environment = new BuiltInEnvironment();
        long batch = globalBatch == null
                ? Math.multiplyExact(BATCH_OF_A_DEVICE, Math.multiplyExact((long) count, accumulation))
                : globalBatch;
        long microBatch = RunPlan.microBatch(batch, cluster, accumulation);
        SupervisedTraining method = SupervisedTraining.of(network);
        StepProgram step = method.plan(microBatch);
        return new RunPlan(
                "estimate",
                method.model(),
                method.parameters(step),
                step,
                SoftwareStacks.of(Optional.ofNullable(stack).orElse(tpu ? XLA : PYTORCH), chosen),
                chosen,
                cluster,
                batch,
                accumulation,
                InputRecipe.demand(input),
                schedule(),
                environment.placement(cluster));
    }

    private Schedule schedule() {
        if (epochs != null && steps != null) {
            throw new UsageException("--epochs and --steps both say how long the run is. Keep one.");
        }
        Dataset images = Datasets.get(dataset);
        return Schedule.of(
                steps == null
                        ? new Schedule.Epochs(images.samples().value(), epochs == null ? 1 : epochs, true)
                        : new Schedule.Steps(steps, images.samples().value()));
    }

    private static void refuseUnlessItFits(MemoryUse memory, RunPlan plan) {
        if (memory.fits()) {
            return;
        }
        throw new InfeasibleException(String.format(
                Locale.ROOT,
                "The step does not fit: it needs %s (%,d bytes) of a %s, which has %s (%,d bytes). Ways out: %s.",
                Numbers.bytes(memory.deviceBytes()),
                memory.deviceBytes(),
                plan.cluster().accelerator().id(),
                Numbers.bytes(memory.capacityBytes()),
                memory.capacityBytes(),
                memory.waysOut().stream().map(RunText::wayOut).collect(Collectors.joining("; "))));
    }
}
