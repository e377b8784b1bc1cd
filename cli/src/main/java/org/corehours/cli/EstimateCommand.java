package org.corehours.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.ComputeStatement;
import org.corehours.cli.report.FiguresCsv;
import org.corehours.cli.report.RunJson;
import org.corehours.cli.report.RunText;
import org.corehours.cli.serve.Evaluator;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.Scenario;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPhase;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.papers.Dataset;
import org.corehours.papers.Datasets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  corehours estimate resnet50 --hardware t4 --phase a:image-size=128,epochs=80 --phase b:epochs=9",
            "  corehours estimate resnet50 --hardware dgx-a100 --json",
            "  corehours estimate resnet50 --hardware dgx-a100 --format html -o resnet50.html"
        })
final class EstimateCommand extends BaseCommand {

    /** No run is as long: a billion passes over the data. */
    private static final long MOST_EPOCHS = 1_000_000_000;

    private static final long MOST_STEPS = 1_000_000_000_000L;

    @Parameters(paramLabel = "MODEL", description = "The model or training method: a name, or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private StepOptions step;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PlacementOptions place;

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
            description = "How images are loaded, such as supervised, or none for synthetic data; if not given as the"
                    + " method's published code does.")
    private @Nullable String input;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private SupplyOptions supply;

    @Option(
            names = "--phase",
            paramLabel = "NAME:K=V,...",
            description = "A phase of the run with a step of its own; phases follow each other in the order given. K is"
                    + " epochs or steps, model, image-size, global-batch, accumulation or input.")
    private List<String> phases = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ReportOutput output;

    EstimateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        output.check(this, List.of(model));
        Evaluator.Estimate estimate = estimate();
        RunAudit run = estimate.run();
        String label = estimate.label();
        refuseUnlessItFits(run.likeliest(), run.likeliest().plan());
        output.write(this, new Forms(run, label));
        return ExitCode.DONE;
    }

    private record Forms(RunAudit run, String label) implements ReportForms {

        @Override
        public void document(DocumentBuilder document) {
            document.heading(1, label);
            RunText.details(document, run);
            document.paragraph("An estimate is a median with the 10th and the 90th percentile of what the errors of the"
                    + " laws lead to; shares and parts are of the laws as they are.");
        }

        @Override
        public String json() {
            return JsonText.object(to -> RunJson.write(to, run, label));
        }

        @Override
        public void tables(DocumentBuilder document) {
            document.heading(1, label);
            RunText.summary(document, List.of(run));
        }

        @Override
        public String csv() {
            return new FiguresCsv().run("", run).toString();
        }

        @Override
        public String statement() {
            return ComputeStatement.of(List.of(run), List.of());
        }
    }

    /** The run that the options describe, whether it fits its devices or not. */
    Evaluator.Estimate estimate() {
        RunPlan plan = place.at(phases.isEmpty() ? plan(step, model, input, schedule(epochs, steps)) : inPhases());
        RunAudit run = Lookups.checked(() -> Audits.of(List.of(new Fixed(plan))).get(0));
        return new Evaluator.Estimate(
                run,
                plan.model() + " on " + plan.cluster().devices() + " × "
                        + plan.cluster().accelerator().id());
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

    private RunPlan plan(StepOptions options, String name, @Nullable String recipe, Schedule schedule) {
        String loaded = recipe == null ? options.method(name).usualInput() : recipe;
        InputDemand demand = Lookups.checked(() -> InputRecipe.demand(loaded).with(supply.supply()));
        return options.plan("estimate", name, StepOptions.Purpose.TRAINING, demand, schedule);
    }

    private RunPlan inPhases() {
        if (epochs != null || steps != null) {
            throw new UsageException("--epochs and --steps are of a run in one piece. Give each --phase its own.");
        }
        List<RunPlan> plans = new ArrayList<>();
        List<RunPhase> made = new ArrayList<>();
        for (String text : phases) {
            PhaseOption phase = PhaseOption.parse(text);
            RunPlan plan = plan(
                    step.in(phase),
                    phase.model() == null ? model : phase.model(),
                    phase.input() == null ? input : phase.input(),
                    schedule(phase.epochs(), phase.steps()));
            plans.add(plan);
            made.add(plan.main().named(phase.name()));
        }
        RunPlan whole =
                Lookups.checked(() -> plans.get(0).toBuilder().phases(made).build());
        RunPlan main = plans.get(made.indexOf(whole.main()));
        return whole.toBuilder().model(main.model(), main.parameters()).build();
    }

    private Schedule schedule(@Nullable Double epochs, @Nullable Long steps) {
        if (epochs != null && steps != null) {
            throw new UsageException("--epochs and --steps both say how long the run is. Keep one.");
        }
        Dataset images = Lookups.checked(() -> Datasets.get(dataset));
        if (epochs != null && !(epochs > 0 && epochs <= MOST_EPOCHS)) {
            throw new UsageException(String.format(
                    Locale.ROOT, "The --epochs (%s) must be above 0 and at most %,d.", epochs, MOST_EPOCHS));
        }
        if (steps != null && (steps < 1 || steps > MOST_STEPS)) {
            throw new UsageException(String.format(
                    Locale.ROOT, "The --steps (%d) must be at least 1 and at most %,d.", steps, MOST_STEPS));
        }
        if (steps == null && step.batch() != null) {
            long batch = step.batch();
            Lookups.checked(() -> {
                new Schedule.Epochs(images.samples().value(), 1, true).check(batch);
                return batch;
            });
        }
        return Schedule.of(
                steps == null
                        ? new Schedule.Epochs(images.samples().value(), epochs == null ? 1 : epochs, true)
                        : new Schedule.Steps(steps, images.samples().value()));
    }

    private static void refuseUnlessItFits(RunEstimate estimate, RunPlan plan) {
        MemoryUse memory = estimate.memory();
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
                RunText.waysOut(estimate)));
    }
}
