package org.corehours.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.corehours.cli.compare.Comparison;
import org.corehours.cli.compare.ComparisonJson;
import org.corehours.cli.compare.ComparisonText;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.report.FiguresCsv;
import org.corehours.compare.Elsewhere;
import org.corehours.compare.PartOfRun;
import org.corehours.core.audit.Assignment;
import org.corehours.core.audit.Scenario;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.ScalingCurve;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.hardware.Hardware;
import org.corehours.papers.Datasets;
import org.corehours.papers.RunTemplate;
import org.corehours.spec.SpecException;
import org.corehours.sweep.ValueText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts runs on other hardware. */
@Command(
        name = "compare",
        description = {
            "Estimate runs on other hardware: hours, money, energy, memory, ranks, and how they scale.",
            "A GPU runs pytorch-eager in fp16 and a TPU xla in bf16, unless the paper's run is of the same kind.",
            "Hardware that cannot take a run is a row with the reason."
        },
        footer = {
            "",
            "The global batch stays what it is, so that the run trains the same. With --same-wall-clock,",
            "  --same-budget and --scaling a device's share of it is accumulated over as few micro-batches",
            "  as fit the memory; devices that it does not divide over are refused.",
            "",
            "Examples:",
            "  corehours compare ibot --hardware v100-sxm2-32gb,a100-sxm4-80gb,tpu-v5e",
            "  corehours compare peco --hardware dgx-a100,tpu-v5e --format html -o elsewhere.html",
            "  corehours compare vit_large_patch16_224 --hardware dgx-a100 --batch 4096 --scaling 8..1024*2",
            "  corehours compare ibot --run ibot-s-10x96-300 --hardware dgx-1-v100,tpu-v5e --same-wall-clock",
            "  corehours compare ibot --run ibot-s-10x96-300 --hardware dgx-a100,tpu-v5e --same-budget 500"
        })
final class CompareCommand extends BaseCommand {

    private static final long BATCH_OF_A_DEVICE = 64;

    @Parameters(
            paramLabel = "WHAT",
            description = "A paper (an id of 'corehours papers'), a model or training method, or a file of one.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String what;

    @Option(
            names = "--hardware",
            required = true,
            split = ",",
            paramLabel = "ID",
            description = "Accelerators or machines of 'corehours hardware', or files.")
    private List<String> hardware = new ArrayList<>();

    @Option(
            names = "--devices",
            paramLabel = "LIST",
            description = "Devices as frameworks list them, such as 8 or 8,16 or 8..64*2; if not given as many as the"
                    + " paper's run has, or as the first hardware stands for.")
    private @Nullable String devices;

    @Option(names = "--run", paramLabel = "RUN", description = "One of the paper's runs; all if not given.")
    private @Nullable String run;

    @Option(
            names = {"--global-batch", "--batch"},
            paramLabel = "N",
            description = "Samples of an optimizer step over all devices; the paper's, or 64 for each device of the"
                    + " first hardware, if not given.")
    private @Nullable Long globalBatch;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "On all hardware: ${COMPLETION-CANDIDATES}; if not given as described above.")
    private @Nullable Precision precision;

    @Option(
            names = "--stack",
            paramLabel = "S",
            completionCandidates = StepOptions.StackIds.class,
            description = "On all hardware: ${COMPLETION-CANDIDATES}; if not given as described above.")
    private @Nullable String stack;

    @Option(
            names = "--dataset",
            paramLabel = "D",
            description = "The data set an epoch goes through; the paper's, or imagenet-1k, if not given.")
    private @Nullable String dataset;

    @Option(
            names = "--epochs",
            paramLabel = "E",
            description = "Passes over the data set; the paper's, or 1, if not given.")
    private @Nullable Double epochs;

    @Option(names = "--steps", paramLabel = "N", description = "Optimizer steps, instead of epochs.")
    private @Nullable Long steps;

    @Option(
            names = "--same-wall-clock",
            description = "Find the fewest devices of each hardware that finish in the time that the first takes.")
    private boolean sameWallClock;

    @Option(
            names = "--hours",
            paramLabel = "H",
            description = "The time for --same-wall-clock, instead of the first's.")
    private @Nullable Double hours;

    @Option(
            names = "--same-budget",
            paramLabel = "USD",
            description = "Find the fastest that so many dollars pay for on each hardware, or how far the run gets.")
    private @Nullable Double budget;

    @Option(
            names = "--scaling",
            paramLabel = "LIST",
            description = "Show how runs scale over these numbers of devices, such as 1..1024*2, and where that bends.")
    private @Nullable String scaling;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ReportOutput output;

    CompareCommand(Terminal terminal) {
        super(terminal);
    }

    private final List<Comparison.Row> rows = new ArrayList<>();
    private final List<Comparison.Refused> refused = new ArrayList<>();
    private final List<Comparison.Curve> curves = new ArrayList<>();

    @Override
    public Integer call() {
        output.check(this, List.of(what), ReportFormat.STATEMENT);
        check();
        List<Target> targets = hardware.stream()
                .map(name -> new Target(name, Lookups.hardware(name)))
                .toList();
        List<Integer> counts = devices == null ? List.of() : counts("--devices", devices);
        List<Integer> scaled = scaling == null ? List.of() : counts("--scaling", scaling);
        Subject subject = Subject.of(what);
        List<RunTemplate> runs = run == null ? subject.runs() : List.of(subject.run(run));
        RunEstimator estimator = RunEstimator.remembering();
        for (RunTemplate each : runs) {
            Mover mover =
                    Lookups.checked(() -> mover(subject, each, targets.get(0).hardware(), estimator));
            OptionalDouble time = OptionalDouble.empty();
            for (Target target : targets) {
                if (sameWallClock) {
                    time = wallClock(mover, target, time);
                } else if (budget != null) {
                    onBudget(mover, target, budget);
                } else {
                    asItIs(mover, target, counts);
                }
                if (!scaled.isEmpty()) {
                    curves.add(curve(mover, target, scaled));
                }
            }
        }
        Comparison comparison =
                new Comparison(subject.id(), subject.isPaper(), subject.title(), terms(), rows, refused, curves);
        output.write(this, new Forms(comparison));
        if (rows.isEmpty()
                && curves.stream().allMatch(curve -> curve.curve().points().isEmpty())) {
            throw new InfeasibleException("No run of " + subject.id() + " is possible on this hardware.");
        }
        return ExitCode.DONE;
    }

    private void check() {
        if (sameWallClock && budget != null) {
            throw new UsageException("Keep one of --same-wall-clock and --same-budget.");
        }
        if (hours != null && !sameWallClock) {
            throw new UsageException("--hours says the time for --same-wall-clock. Add it.");
        }
        if (hours != null && !(hours > 0)) {
            throw new UsageException("The --hours (" + hours + ") must be above zero.");
        }
        if (budget != null && !(budget > 0)) {
            throw new UsageException("The --same-budget (" + budget + ") must be above zero.");
        }
        if (epochs != null && steps != null) {
            throw new UsageException("--epochs and --steps both say how long the run is. Keep one.");
        }
        if (stack != null) {
            String named = stack;
            Lookups.checked(() -> SoftwareStacks.of(named, Precision.FP32));
        }
        if (dataset != null) {
            String named = dataset;
            Lookups.checked(() -> Datasets.get(named));
        }
        if (devices != null && budget != null) {
            throw new UsageException("--same-budget looks for the devices itself. Leave --devices out.");
        }
    }

    private static List<Integer> counts(String option, String list) {
        List<Integer> counts = new ArrayList<>();
        for (String value : Lookups.checked(() -> ValueText.list(list))) {
            try {
                int count = Integer.parseInt(value);
                if (count > 0 && !counts.contains(count)) {
                    counts.add(count);
                } else if (count < 1) {
                    throw new UsageException("The " + option + " (" + value + ") must be at least 1.");
                }
            } catch (NumberFormatException e) {
                throw new UsageException("The " + option + " (" + value + ") must be whole numbers.", e);
            }
        }
        return counts;
    }

    private Comparison.Terms terms() {
        if (budget != null) {
            return new Comparison.Terms(Comparison.Kind.BUDGET, budget);
        }
        return sameWallClock
                ? new Comparison.Terms(Comparison.Kind.WALL_CLOCK, hours == null ? Double.NaN : hours)
                : new Comparison.Terms(Comparison.Kind.DEVICES, Double.NaN);
    }

    /** Hardware by the name that the command line has for it, which may be a file's. */
    private record Target(String name, Hardware hardware) {

        String id() {
            return hardware.id();
        }
    }

    /** A run, and what is needed to put it elsewhere. */
    private record Mover(
            RunTemplate run, int devices, Accelerator.Kind kind, Map<String, String> chosen, RunEstimator estimator) {

        Elsewhere to(Target target, int count) {
            Accelerator.Kind there = target.hardware().accelerator().kind();
            return Elsewhere.of(run, target.name(), count, there == kind ? null : there, chosen, estimator);
        }
    }

    private Mover mover(Subject subject, RunTemplate template, Hardware first, RunEstimator estimator) {
        Map<String, String> chosen = new LinkedHashMap<>();
        Cluster here = template.cluster(Assignment.likeliest(template.assumptions()));
        int count = subject.isPaper() ? here.devices() : first.usualDevices();
        if (globalBatch != null) {
            chosen.put("global_batch", String.valueOf(globalBatch));
        } else if (!subject.isPaper()) {
            int asked = devices == null ? count : counts("--devices", devices).get(0);
            chosen.put("global_batch", String.valueOf(Math.multiplyExact(BATCH_OF_A_DEVICE, (long) asked)));
        }
        if (precision != null) {
            chosen.put("precision", precision.id());
        }
        if (stack != null) {
            chosen.put("stack", stack);
        }
        if (dataset != null) {
            chosen.put("dataset", dataset);
        }
        if (epochs != null) {
            chosen.put("epochs", String.valueOf(epochs));
        }
        if (steps != null) {
            chosen.put("steps", String.valueOf(steps));
        }
        return new Mover(template, count, here.accelerator().kind(), chosen, estimator);
    }

    private void asItIs(Mover mover, Target target, List<Integer> counts) {
        for (int count : counts.isEmpty() ? List.of(mover.devices()) : counts) {
            attempt(
                    mover,
                    target,
                    count,
                    () -> add(mover, target, mover.to(target, count).asItIs(), 1));
        }
    }

    /** Adds the row of a target, and gives the time that all have to keep to. */
    private OptionalDouble wallClock(Mover mover, Target target, OptionalDouble time) {
        if (hours == null && target.name().equals(hardware.get(0)) && time.isEmpty()) {
            List<Integer> counts = devices == null ? List.of(mover.devices()) : counts("--devices", devices);
            double[] taken = {Double.NaN};
            attempt(mover, target, counts.get(0), () -> {
                Elsewhere.Placed placed = mover.to(target, counts.get(0)).placed(counts.get(0));
                taken[0] = placed.estimate().hours();
                add(mover, target, placed.run(), 1);
            });
            return Double.isNaN(taken[0]) ? OptionalDouble.empty() : OptionalDouble.of(taken[0]);
        }
        attempt(mover, target, 0, () -> {
            if (hours == null && time.isEmpty()) {
                throw new IllegalArgumentException("The first hardware, " + hardware.get(0)
                        + ", cannot take the run, so that there is no time to keep to. Give --hours.");
            }
            double within = hours == null ? time.orElseThrow() : hours;
            add(mover, target, mover.to(target, 1).fewestWithin(within).run(), 1);
        });
        return time;
    }

    private void onBudget(Mover mover, Target target, double usd) {
        attempt(mover, target, 0, () -> {
            Elsewhere there = mover.to(target, 1);
            Optional<Elsewhere.Placed> paid = there.fastestWithin(usd);
            if (paid.isPresent()) {
                add(mover, target, paid.get().run(), 1);
            } else {
                Elsewhere.Placed cheapest = there.cheapest();
                PartOfRun part =
                        PartOfRun.within(cheapest.run(), cheapest.estimate().plan(), mover.estimator(), usd);
                add(mover, target, part, part.share());
            }
        });
    }

    private Comparison.Curve curve(Mover mover, Target target, List<Integer> counts) {
        List<RunEstimate> estimates = new ArrayList<>();
        List<Comparison.Refused> not = new ArrayList<>();
        for (int count : counts) {
            try {
                estimates.add(mover.to(target, count).placed(count).estimate());
            } catch (SpecException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                not.add(new Comparison.Refused(mover.run().id(), target.id(), count, String.valueOf(e.getMessage())));
            }
        }
        return new Comparison.Curve(mover.run().id(), target.id(), ScalingCurve.of(estimates), not);
    }

    private void add(Mover mover, Target target, Scenario scenario, double share) {
        rows.add(new Comparison.Row(
                mover.run().id(),
                mover.run().label(),
                target.id(),
                Audits.of(List.of(scenario)).get(0),
                share));
    }

    /** A machine that cannot take a run is noted, and the others go on. */
    private void attempt(Mover mover, Target target, int count, Runnable work) {
        try {
            work.run();
        } catch (SpecException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            refused.add(new Comparison.Refused(mover.run().id(), target.id(), count, String.valueOf(e.getMessage())));
        }
    }

    private record Forms(Comparison comparison) implements ReportForms {

        @Override
        public void document(DocumentBuilder document) {
            ComparisonText.write(document, comparison);
        }

        @Override
        public String json() {
            return ComparisonJson.of(comparison);
        }

        @Override
        public String csv() {
            FiguresCsv csv = new FiguresCsv();
            comparison.rows().forEach(row -> csv.run(comparison.subject(), row.audit()));
            return csv.toString();
        }
    }
}
