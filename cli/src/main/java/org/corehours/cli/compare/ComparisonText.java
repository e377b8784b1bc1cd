package org.corehours.cli.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.ScalingCurve;
import org.jspecify.annotations.Nullable;

/** A comparison as a document. */
public final class ComparisonText {

    private static final String NONE = "–";

    /** More runs than this are told of together. */
    private static final int MOST_SENTENCES = 6;

    /** The longest bar of a table, in characters. */
    private static final int BAR = 24;

    /** More bars than fit a screen compare nothing. */
    private static final int MOST_BARS = 24;

    private static final Map<String, Intervals.Tone> MEMORY = Map.of(
            "fits", Intervals.Tone.AGREES,
            "does not fit", Intervals.Tone.DISAGREES,
            "not possible", Intervals.Tone.DISAGREES);

    private ComparisonText() {}

    /**
     * Writes a comparison.
     *
     * @param document where to
     * @param comparison the comparison
     */
    public static void write(DocumentBuilder document, Comparison comparison) {
        document.heading(1, comparison.title() + " on other hardware")
                .heading(2, "Runs by hardware")
                .paragraph(terms(comparison.terms()))
                .figures(() -> ComparisonFigures.of(comparison, RunMetric.HOURS));
        if (!document.isIllustrated()) {
            bars(document, comparison);
        }
        runs(document, comparison);
        if (!comparison.rows().isEmpty()) {
            document.heading(2, "Money and energy").figures(() -> ComparisonFigures.moneyAndEnergy(comparison));
            money(document, comparison);
            document.bullets(best(comparison));
        }
        if (!comparison.curves().isEmpty()) {
            document.heading(2, "Scaling")
                    .paragraph("The same run on more and more devices: the global batch stays, each device has its"
                            + " share of it, over as few micro-batches as fit its memory. Efficiency compares a"
                            + " device with one of the fewest devices, marginal efficiency those added since the row"
                            + " above; a curve bends where that falls under one half. Figures are of the likeliest"
                            + " reading under the laws as they are.")
                    .figures(() -> ComparisonFigures.scaling(comparison));
            for (Comparison.Curve curve : comparison.curves()) {
                scaling(document, comparison, curve);
            }
        }
    }

    private static String terms(Comparison.Terms terms) {
        boolean known = !Double.isNaN(terms.amount());
        return switch (terms.kind()) {
            case DEVICES ->
                "The same run elsewhere: the same global batch, accumulation and number of devices unless others are"
                        + " given. An interval is the median with the 10th and the 90th percentile.";
            case WALL_CLOCK ->
                "The fewest devices that finish in "
                        + (known ? Numbers.hours(terms.amount()) : "the time of the first hardware")
                        + ". The global batch stays, over as few micro-batches as fit the memory of a device; numbers of"
                        + " devices that it does not divide over are left out. Solved with the likeliest reading under"
                        + " the laws as they are; the intervals are those of a report.";
            case BUDGET ->
                "The fastest that " + Numbers.dollars(terms.amount())
                        + " pay for at list price, or how far the run gets where they do not pay for all of it. The"
                        + " global batch stays, over as few micro-batches as fit the memory of a device; numbers of"
                        + " devices that it does not divide over are left out. Solved with the likeliest reading under"
                        + " the laws as they are; the intervals are those of a report.";
        };
    }

    /** Hours as bars, those that do not fit the memory in another colour and with light blocks. */
    private static void bars(DocumentBuilder document, Comparison comparison) {
        List<Comparison.Row> rows = comparison.rows();
        if (rows.size() < 2 || rows.size() > MOST_BARS) {
            return;
        }
        double most = rows.stream().mapToDouble(ComparisonText::hours).max().orElse(0);
        boolean several = comparison.hasSeveralRuns();
        Map<String, Intervals.Tone> tones = new HashMap<>();
        List<List<String>> table = new ArrayList<>();
        for (Comparison.Row row : rows) {
            String bar = (row.fits() ? "█" : "░").repeat((int)
                    Math.max(1, Math.round(BAR * hours(row) / Math.max(most, Double.MIN_NORMAL))));
            tones.put(bar, row.fits() ? Intervals.Tone.AGREES : Intervals.Tone.DISAGREES);
            table.add(List.of(
                    several ? row.run() + " on " + row.where() : row.where(),
                    Numbers.hours(hours(row)),
                    bar,
                    row.fits() ? "" : "does not fit"));
        }
        document.table(
                List.of(Column.text(""), Column.number("hours"), Column.words("", tones), Column.words("", MEMORY)),
                table);
    }

    private static double hours(Comparison.Row row) {
        return row.audit().interval(RunMetric.HOURS).median();
    }

    private static void runs(DocumentBuilder document, Comparison comparison) {
        boolean several = comparison.hasSeveralRuns();
        boolean shares = comparison.rows().stream().anyMatch(row -> row.share() < 1);
        List<Column> columns = columns(several);
        columns.add(Column.number("step"));
        columns.add(Column.number("hours"));
        columns.add(Column.number("device-h"));
        columns.add(Column.number("MFU"));
        columns.add(Column.text("bound by"));
        columns.add(Column.words("memory", MEMORY));
        if (shares) {
            columns.add(Column.number("done"));
        }
        List<List<String>> table = new ArrayList<>();
        for (Comparison.Row row : comparison.rows()) {
            RunAudit audit = row.audit();
            List<String> cells = new ArrayList<>(List.of(
                    row.where(),
                    Numbers.interval(audit.interval(RunMetric.STEP_SECONDS), Numbers::seconds),
                    Numbers.interval(audit.interval(RunMetric.HOURS), Numbers::hours),
                    Numbers.plain(audit.interval(RunMetric.DEVICE_HOURS).median()),
                    Numbers.percent(audit.interval(RunMetric.MFU).median()),
                    boundBy(audit),
                    memory(audit)));
            add(table, cells, several, row.run(), shares ? Numbers.percent(row.share()) : null);
        }
        List<String> reasons = new ArrayList<>();
        for (Comparison.Row row : comparison.rows()) {
            if (!row.fits()) {
                reasons.add(row.run() + " on " + row.where() + " does not fit: it needs "
                        + Numbers.bytes(row.audit().likeliest().peakMemoryBytes()) + " of "
                        + Numbers.bytes(row.audit().likeliest().memory().capacityBytes()) + ".");
            }
        }
        for (Comparison.Refused each : comparison.refused()) {
            List<String> cells = new ArrayList<>(List.of(where(each), NONE, NONE, NONE, NONE, NONE, "not possible"));
            add(table, cells, several, each.run(), shares ? NONE : null);
            reasons.add(each.run() + " on " + where(each) + " is not possible: " + each.reason());
        }
        document.table(columns, table).bullets(reasons);
    }

    /** The columns that say whose row it is. */
    private static List<Column> columns(boolean several) {
        List<Column> columns = new ArrayList<>();
        if (several) {
            columns.add(Column.text("run"));
        }
        columns.add(Column.text("hardware"));
        return columns;
    }

    private static void add(
            List<List<String>> table, List<String> cells, boolean several, String run, @Nullable String last) {
        if (several) {
            cells.add(0, run);
        }
        if (last != null) {
            cells.add(last);
        }
        table.add(cells);
    }

    private static String where(Comparison.Refused refused) {
        return (refused.devices() == 0 ? "" : refused.devices() + " × ") + refused.hardware();
    }

    private static String boundBy(RunAudit audit) {
        return audit.boundBy().isEmpty()
                ? audit.likeliest().boundBy().id()
                : audit.boundBy().keySet().iterator().next().id();
    }

    private static String memory(RunAudit audit) {
        double fitting = audit.fittingMemory();
        if (fitting == 0) {
            return "does not fit";
        }
        return fitting > 0.999 ? "fits" : "fits in " + Numbers.wholePercent(fitting);
    }

    private static void money(DocumentBuilder document, Comparison comparison) {
        boolean several = comparison.hasSeveralRuns();
        List<Column> columns = columns(several);
        columns.add(Column.number("cost"));
        columns.add(Column.number("samples per $"));
        columns.add(Column.number("rank"));
        columns.add(Column.number("energy"));
        columns.add(Column.number("samples per kWh"));
        columns.add(Column.number("rank"));
        List<List<String>> table = new ArrayList<>();
        for (Comparison.Row row : comparison.rows()) {
            List<String> cells = new ArrayList<>(List.of(
                    row.where(),
                    figure(row.audit(), RunMetric.COST_USD, Numbers::dollars),
                    median(row.audit(), RunMetric.SAMPLES_PER_USD),
                    rank(comparison, row, RunMetric.COST_USD),
                    figure(row.audit(), RunMetric.ENERGY_KWH, value -> Numbers.plain(value) + " kWh"),
                    median(row.audit(), RunMetric.SAMPLES_PER_KWH),
                    rank(comparison, row, RunMetric.ENERGY_KWH)));
            add(table, cells, several, row.run(), null);
        }
        document.table(columns, table);
    }

    private static String figure(RunAudit audit, RunMetric metric, DoubleFunction<String> format) {
        return audit.intervals().containsKey(metric) ? Numbers.interval(audit.interval(metric), format) : "unknown";
    }

    private static String median(RunAudit audit, RunMetric metric) {
        return audit.intervals().containsKey(metric)
                ? Numbers.plain(audit.interval(metric).median())
                : "unknown";
    }

    private static String rank(Comparison comparison, Comparison.Row row, RunMetric metric) {
        int rank = comparison.rank(row, metric);
        return rank == 0 ? NONE : String.valueOf(rank);
    }

    /** The best of each run, where there is a choice; of many runs, how many each machine is best for. */
    private static List<String> best(Comparison comparison) {
        List<String> best = new ArrayList<>();
        for (String run : comparison.runs()) {
            List<String> parts = new ArrayList<>();
            best(comparison, run, RunMetric.HOURS, "fastest", parts);
            best(comparison, run, RunMetric.COST_USD, "cheapest", parts);
            best(comparison, run, RunMetric.ENERGY_KWH, "least energy", parts);
            if (!parts.isEmpty()) {
                best.add(run + ": " + String.join("; ", parts) + ".");
            }
        }
        return best.size() <= MOST_SENTENCES
                ? best
                : Stream.of(
                                mostOften(comparison, RunMetric.HOURS, "Fastest"),
                                mostOften(comparison, RunMetric.COST_USD, "Cheapest"),
                                mostOften(comparison, RunMetric.ENERGY_KWH, "Least energy"))
                        .filter(each -> !each.isEmpty())
                        .toList();
    }

    private static String mostOften(Comparison comparison, RunMetric metric, String superlative) {
        Map<String, Integer> wins = new LinkedHashMap<>();
        int compared = 0;
        for (String run : comparison.runs()) {
            List<Comparison.Row> ranked = comparison.ranked(run, metric);
            if (ranked.size() > 1) {
                compared++;
                wins.merge(ranked.get(0).hardware(), 1, Integer::sum);
            }
        }
        int of = compared;
        return wins.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(each -> each.getKey() + " for " + each.getValue() + " of " + of + " runs")
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), all -> all.isEmpty() ? "" : superlative + ": " + all + "."));
    }

    private static void best(
            Comparison comparison, String run, RunMetric metric, String superlative, List<String> parts) {
        List<Comparison.Row> ranked = comparison.ranked(run, metric);
        if (ranked.size() < 2) {
            return;
        }
        Comparison.Row first = ranked.get(0);
        Comparison.Row second = ranked.get(1);
        double factor = second.audit().interval(metric).median()
                / second.share()
                / (first.audit().interval(metric).median() / first.share());
        parts.add(superlative + " on " + first.where() + ", by a factor of " + Numbers.plain(factor) + " before "
                + second.where());
    }

    private static void scaling(DocumentBuilder document, Comparison comparison, Comparison.Curve curve) {
        document.heading(3, comparison.hasSeveralRuns() ? curve.run() + " on " + curve.hardware() : curve.hardware());
        List<List<String>> table = new ArrayList<>();
        for (ScalingCurve.Point point : curve.curve().points()) {
            RunEstimate estimate = point.estimate();
            table.add(List.of(
                    String.valueOf(point.devices()),
                    batch(estimate),
                    Numbers.seconds(estimate.stepSeconds()),
                    Numbers.plain(estimate.samplesPerSecond()),
                    Numbers.hours(estimate.hours()),
                    Numbers.wholePercent(point.efficiency()),
                    Numbers.wholePercent(Math.max(0, point.marginalEfficiency())),
                    estimate.cost().known() ? Numbers.dollars(estimate.cost().usd()) : "unknown",
                    estimate.boundBy().id()));
        }
        if (!table.isEmpty()) {
            document.table(
                    List.of(
                            Column.number("devices"),
                            Column.number("batch of a device"),
                            Column.number("step"),
                            Column.number("samples/s"),
                            Column.number("hours"),
                            Column.number("efficiency"),
                            Column.number("marginal"),
                            Column.number("cost"),
                            Column.text("bound by")),
                    table);
            document.paragraph(bend(curve.curve()));
        }
        document.bullets(curve.refused().stream()
                .map(each -> each.devices() + " devices: " + each.reason())
                .toList());
    }

    /** Samples at a time, times the micro-batches of a step. */
    private static String batch(RunEstimate estimate) {
        int accumulation = estimate.plan().accumulationSteps();
        String micro = Numbers.count(estimate.plan().microBatch());
        return accumulation == 1 ? micro : accumulation + " × " + micro;
    }

    private static String first(ScalingCurve curve) {
        int devices = curve.points().get(0).devices();
        return devices == 1 ? "the first one" : "one of the first " + devices;
    }

    private static String bend(ScalingCurve curve) {
        if (curve.points().size() < 2) {
            return "One point makes no curve.";
        }
        return curve.bend()
                .map(bend -> {
                    int at = curve.points().indexOf(bend.point());
                    return "The curve bends between "
                            + curve.points().get(at - 1).devices() + " and "
                            + bend.point().devices() + " devices: each one added brings "
                            + Numbers.wholePercent(Math.max(0, bend.point().marginalEfficiency()))
                            + " of what " + first(curve) + " does. "
                            + Numbers.wholePercent(bend.share()) + " of what is lost by then goes to "
                            + bend.cause().phrase() + ".";
                })
                .orElse("The curve does not bend up to "
                        + curve.points().get(curve.points().size() - 1).devices() + " devices.");
    }
}
