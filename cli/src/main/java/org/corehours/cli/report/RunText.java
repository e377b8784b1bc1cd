package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.hardware.Price;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.PhaseEstimate;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.DataParallel;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;
import org.jspecify.annotations.Nullable;

/** A run as a document. */
public final class RunText {

    private RunText() {}

    /**
     * Adds one line per run.
     *
     * @param document where to
     * @param runs the runs
     */
    public static void summary(DocumentBuilder document, List<RunAudit> runs) {
        List<List<String>> rows = new ArrayList<>();
        for (RunAudit run : runs) {
            rows.add(List.of(
                    run.id(),
                    Numbers.si(run.interval(RunMetric.PARAMETERS).median(), "").strip(),
                    hardware(run.likeliest().plan()),
                    Numbers.interval(run.interval(RunMetric.HOURS), Numbers::hours),
                    Numbers.plain(run.interval(RunMetric.DEVICE_HOURS).median()),
                    Numbers.percent(run.interval(RunMetric.MFU).median()),
                    Numbers.bytes(run.interval(RunMetric.PEAK_MEMORY_BYTES).median()),
                    RunJson.boundBy(run)));
        }
        document.figures(() -> RunFigures.hours(runs))
                .table(
                        List.of(
                                Column.text("run"),
                                Column.number("params"),
                                Column.text("hardware"),
                                Column.number("hours"),
                                Column.number("device-h"),
                                Column.number("MFU"),
                                Column.number("memory"),
                                Column.text("bound by")),
                        rows);
    }

    /**
     * Adds everything about one run.
     *
     * @param document where to
     * @param run the run
     */
    public static void details(DocumentBuilder document, RunAudit run) {
        List<List<String>> rows = new ArrayList<>();
        RunEstimate likeliest = run.likeliest();
        RunPlan plan = likeliest.plan();
        Timeline timeline = likeliest.timeline();
        row(
                rows,
                "model",
                plan.model() + ", "
                        + Numbers.interval(
                                run.interval(RunMetric.PARAMETERS),
                                value -> Numbers.si(value, "").strip())
                        + " parameters");
        row(rows, "set-up", setUp(plan));
        row(
                rows,
                "FLOPs per sample",
                Numbers.interval(run.interval(RunMetric.TRAINING_FLOPS_PER_SAMPLE), value -> Numbers.si(value, "FLOPs"))
                        + "; " + Breakdown.shares(Breakdown.flopsPerSample(plan)));
        row(
                rows,
                "step",
                Numbers.interval(run.interval(RunMetric.STEP_SECONDS), Numbers::seconds) + ", bound by "
                        + bounds(run.boundBy(), likeliest.boundBy()));
        row(rows, "the device", Breakdown.shares(Breakdown.stepSeconds(timeline)));
        row(rows, "its kernels", Breakdown.shares(Breakdown.kernelSeconds(timeline)));
        row(rows, "their phases", Breakdown.shares(Breakdown.phaseSeconds(timeline)));
        if (timeline.communicationSeconds() > 0) {
            row(
                    rows,
                    "exchange of gradients",
                    Numbers.seconds(timeline.communicationSeconds()) + ", "
                            + Numbers.wholePercent(timeline.communicationOverlap()) + " of it hidden behind kernels");
        }
        if (plan.input().cpuSecondsPerSample() > 0) {
            row(rows, "input", InputText.of(run));
        }
        row(rows, "memory", memory(run));
        row(
                rows,
                "throughput",
                Numbers.interval(
                                run.interval(RunMetric.SAMPLES_PER_SECOND),
                                value -> Numbers.plain(value) + " samples/s")
                        + ", MFU " + Numbers.interval(run.interval(RunMetric.MFU), Numbers::percent));
        row(
                rows,
                "length",
                Numbers.interval(run.interval(RunMetric.STEPS), Numbers::count) + " steps: "
                        + Numbers.interval(run.interval(RunMetric.HOURS), Numbers::hours) + "; "
                        + Breakdown.shares(Breakdown.hours(likeliest)));
        if (likeliest.phases().size() > 1) {
            row(rows, "its phases", Breakdown.shares(Breakdown.phaseHours(likeliest)));
        }
        row(rows, "device-hours", deviceHours(run));
        row(rows, "cost", cost(run, likeliest.cost().price()));
        row(
                rows,
                "energy",
                Numbers.interval(run.interval(RunMetric.ENERGY_KWH), value -> Numbers.plain(value) + " kWh")
                        + ", "
                        + Numbers.interval(run.interval(RunMetric.CO2_KG), value -> Numbers.plain(value) + " kg CO2")
                        + " (" + plan.placement().region().name() + ")");
        document.table(List.of(Column.text(""), Column.text("")), rows);
        phases(document, likeliest);
        if (!document.isIllustrated()) {
            Tornado.of(document, run);
        }
        List<String> notes = new ArrayList<>();
        if (!run.assumptions().isEmpty()) {
            notes.add("Breakdowns are of the likeliest reading: " + run.reading() + ".");
        }
        run.impossible().forEach((reading, reason) -> notes.add("Impossible: " + reading + ". " + reason));
        document.bullets(notes);
    }

    /** A run with phases, each with its hours and memory; the lines above are of the one with most steps. */
    private static void phases(DocumentBuilder document, RunEstimate estimate) {
        if (estimate.phases().size() == 1) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (PhaseEstimate phase : estimate.phases()) {
            rows.add(List.of(
                    phase.phase().name(),
                    Numbers.count(phase.steps()),
                    Numbers.count(phase.phase().globalBatch()),
                    Numbers.seconds(phase.timeline().stepSeconds()),
                    Numbers.hours(phase.trainingHours()),
                    Numbers.percent(phase.mfu()),
                    Numbers.bytes(phase.memory().deviceBytes()),
                    phase.timeline().boundBy().id()));
        }
        document.table(
                List.of(
                        Column.text("phase"),
                        Column.number("steps"),
                        Column.number("global batch"),
                        Column.number("step"),
                        Column.number("training"),
                        Column.number("MFU"),
                        Column.number("memory"),
                        Column.text("bound by")),
                rows);
        document.paragraph("Figures of a step above are of the phase "
                + estimate.plan().main().name()
                + ", which has most steps; memory is that of the phase that needs most.");
    }

    private static void row(List<List<String>> rows, String name, String value) {
        rows.add(List.of(name, value));
    }

    static String hardware(RunPlan plan) {
        return plan.cluster().devices() + " × " + plan.cluster().accelerator().id();
    }

    private static String setUp(RunPlan plan) {
        int machines = plan.cluster().machines();
        String where = plan.cluster().machine() == null
                ? ""
                : " (" + (machines == 1 ? "" : machines + " × ")
                        + plan.cluster().machine().id() + ")";
        return hardware(plan) + where + "; global batch " + Numbers.count(plan.globalBatch()) + ", "
                + Numbers.count(plan.microBatch()) + " on a device"
                + (plan.accumulationSteps() == 1 ? "" : ", " + plan.accumulationSteps() + " accumulation steps") + "; "
                + plan.precision().id() + ", " + plan.stack().id()
                + (plan.parallelism().equals(DataParallel.INSTANCE)
                        ? ""
                        : ", " + plan.parallelism().label())
                + ", input "
                + plan.input().recipe();
    }

    private static String bounds(Map<Bottleneck, Double> weights, Bottleneck likeliest) {
        if (weights.size() <= 1) {
            return likeliest.phrase();
        }
        return weights.entrySet().stream()
                .map(each -> each.getKey().phrase() + " (" + Numbers.wholePercent(each.getValue()) + " of the samples)")
                .collect(Collectors.joining(", "));
    }

    private static String memory(RunAudit run) {
        MemoryUse memory = run.likeliest().memory();
        StringBuilder text = new StringBuilder();
        text.append(Numbers.interval(run.interval(RunMetric.PEAK_MEMORY_BYTES), Numbers::bytes))
                .append(" of a device's ")
                .append(Numbers.bytes(memory.capacityBytes()));
        double fitting = run.fittingMemory();
        if (run.readings().size() == 1) {
            text.append(memory.fits() ? ", fits" : ", does not fit");
        } else {
            text.append(", fits under readings with ")
                    .append(Numbers.wholePercent(fitting))
                    .append(" of the weight");
        }
        text.append("; ").append(Breakdown.bytes(Breakdown.memoryBytes(memory)));
        if (!memory.fits()) {
            text.append(". Ways out: ").append(waysOut(run.likeliest()));
        }
        return text.toString();
    }

    /**
     * What would make a run fit that does not.
     *
     * @param estimate the run
     * @return phrases, separated by semicolons
     */
    public static String waysOut(RunEstimate estimate) {
        return estimate.memory().waysOut().stream()
                .map(each -> wayOut(each, estimate))
                .collect(Collectors.joining("; "));
    }

    private static String recomputed(RunEstimate estimate) {
        PhaseEstimate phase = estimate.largest();
        return phase.recomputationSeconds().isEmpty()
                ? ""
                : ", which adds at most "
                        + Numbers.seconds(phase.recomputationSeconds().getAsDouble())
                        + " to a step of "
                        + Numbers.seconds(phase.timeline().stepSeconds());
    }

    /**
     * A way out of too little memory.
     *
     * @param way the way
     * @param estimate the run it is one for
     * @return a phrase
     */
    public static String wayOut(MemoryUse.WayOut way, RunEstimate estimate) {
        return switch (way.kind()) {
            case MICRO_BATCH -> "at most " + Numbers.count(way.value()) + " samples on a device, on more devices";
            case ACCUMULATION_STEPS -> Numbers.count(way.value()) + " accumulation steps";
            case ACTIVATION_CHECKPOINTING -> "activation checkpointing, which leaves " + Numbers.bytes(way.value());
            case COMPILER_RECOMPUTATION ->
                "activations that the compiler computes again, down to " + Numbers.bytes(way.value())
                        + recomputed(estimate);
            case DEVICE_BYTES -> "a device with " + Numbers.bytes(way.value());
        };
    }

    private static String deviceHours(RunAudit run) {
        Interval devices = run.interval(RunMetric.DEVICE_HOURS);
        Interval cores = run.interval(RunMetric.CORE_HOURS);
        String text = Numbers.interval(devices, Numbers::plain);
        return devices.equals(cores) ? text : text + "; " + Numbers.interval(cores, Numbers::plain) + " core-hours";
    }

    private static String cost(RunAudit run, @Nullable Price price) {
        if (!run.intervals().containsKey(RunMetric.COST_USD)) {
            return "no price is known for this hardware";
        }
        String cost = Numbers.interval(run.interval(RunMetric.COST_USD), Numbers::dollars);
        return price == null
                ? cost + "; no price is known for the hardware of the likeliest reading"
                : cost
                        + String.format(
                                Locale.ROOT,
                                " at $%.2f/h (%s, %s, %s)",
                                price.usdPerHour(),
                                price.provider(),
                                price.offer(),
                                price.asOf());
    }
}
