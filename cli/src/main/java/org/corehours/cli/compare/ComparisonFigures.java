package org.corehours.cli.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.chart.Lines;
import org.corehours.cli.chart.Point;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.ScalingCurve;

/** Charts of a comparison. */
final class ComparisonFigures {

    /** More rows than fit a screen are compared by machine. */
    private static final int MOST_ROWS = 24;

    /** More lines than a page has colours cannot be told apart. */
    private static final int MOST_CURVES = 8;

    private ComparisonFigures() {}

    /** A figure of all rows, those of the table that follows. */
    static List<Block.Figure> of(Comparison comparison, RunMetric metric) {
        List<Comparison.Row> rows = comparison.rows().stream()
                .filter(row -> row.audit().intervals().containsKey(metric)
                        && row.audit().interval(metric).low() > 0)
                .toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        if (rows.size() > MOST_ROWS) {
            return relative(comparison, metric, rows);
        }
        boolean several = comparison.hasSeveralRuns();
        List<Intervals.Row> drawn = rows.stream()
                .map(row -> new Intervals.Row(
                        several ? row.run() + " on " + row.where() : row.where(),
                        row.audit().interval(metric),
                        Numbers.interval(row.audit().interval(metric), format(metric)),
                        row.fits() ? "" : "does not fit",
                        row.fits() ? Intervals.Tone.NEUTRAL : Intervals.Tone.DISAGREES))
                .toList();
        return List.of(new Block.Figure(
                name(metric) + " by hardware",
                "Median and the 10th to the 90th percentile; the number of devices stands with their name."
                        + " A step to the right is a factor, not a difference.",
                new Intervals(axis(metric), null, drawn),
                null));
    }

    /** Many runs on one line for each machine: how many times the figure of the first machine. */
    private static List<Block.Figure> relative(Comparison comparison, RunMetric metric, List<Comparison.Row> rows) {
        Map<String, Double> first = new LinkedHashMap<>();
        rows.forEach(
                row -> first.putIfAbsent(row.run(), row.audit().interval(metric).median()));
        Map<String, List<Double>> factors = new LinkedHashMap<>();
        for (Comparison.Row row : rows) {
            double here = first.getOrDefault(row.run(), Double.NaN);
            factors.computeIfAbsent(row.hardware(), absent -> new ArrayList<>())
                    .add(row.audit().interval(metric).median() / here);
        }
        List<Intervals.Row> drawn = new ArrayList<>();
        factors.forEach((hardware, values) -> {
            double[] sorted =
                    values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            Interval range = new Interval(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
            drawn.add(new Intervals.Row(
                    hardware, range, Numbers.interval(range, ComparisonFigures::times), "", Intervals.Tone.NEUTRAL));
        });
        return List.of(new Block.Figure(
                name(metric) + " by hardware, of " + comparison.runs().size() + " runs",
                "How many times that of the first hardware a run takes: the run in the middle, and the range of all"
                        + " runs. The table has each of them.",
                new Intervals("times that of the first hardware", null, drawn),
                null));
    }

    private static String times(double factor) {
        return Numbers.plain(factor) + " times";
    }

    static List<Block.Figure> moneyAndEnergy(Comparison comparison) {
        List<Block.Figure> figures = new ArrayList<>(of(comparison, RunMetric.COST_USD));
        figures.addAll(of(comparison, RunMetric.ENERGY_KWH));
        return figures;
    }

    private static String name(RunMetric metric) {
        return switch (metric) {
            case HOURS -> "Hours";
            case COST_USD -> "Cost";
            default -> "Energy";
        };
    }

    private static String axis(RunMetric metric) {
        return switch (metric) {
            case HOURS -> "hours of the run (h)";
            case COST_USD -> "cost of the run ($)";
            default -> "energy of the run (kWh)";
        };
    }

    private static DoubleFunction<String> format(RunMetric metric) {
        return switch (metric) {
            case HOURS -> Numbers::hours;
            case COST_USD -> Numbers::dollars;
            default -> value -> Numbers.plain(value) + " kWh";
        };
    }

    /** Rate and efficiency over devices; of more curves than colours those of the first run. */
    static List<Block.Figure> scaling(Comparison comparison) {
        List<Comparison.Curve> curves = comparison.curves().stream()
                .filter(each -> each.curve().points().size() > 1)
                .toList();
        if (curves.isEmpty()) {
            return List.of();
        }
        boolean several = comparison.hasSeveralRuns();
        List<Comparison.Curve> shown = several && curves.size() > MOST_CURVES
                ? curves.stream()
                        .filter(each -> each.run().equals(curves.get(0).run()))
                        .toList()
                : curves;
        String of = several && shown.size() < curves.size()
                ? " Only the first run is drawn, " + curves.get(0).run() + "; the tables have all."
                : "";
        return List.of(
                new Block.Figure(
                        "Training rate by devices",
                        "Both axes are of factors: a straight line along the diagonal is perfect scaling." + of,
                        lines(
                                "training rate (samples/s)",
                                true,
                                shown,
                                several,
                                point -> point.estimate().samplesPerSecond()),
                        null),
                new Block.Figure(
                        "Scaling efficiency",
                        "Samples per second and device, compared with the fewest devices; the mark is where the curve"
                                + " bends." + of,
                        lines("efficiency (%)", false, shown, several, point -> 100 * point.efficiency()),
                        null));
    }

    private static Lines lines(
            String axis,
            boolean factors,
            List<Comparison.Curve> curves,
            boolean several,
            ToDoubleFunction<ScalingCurve.Point> value) {
        return new Lines(
                "devices",
                axis,
                factors,
                curves.stream()
                        .map(each -> new Lines.Series(
                                several ? each.run() + " on " + each.hardware() : each.hardware(),
                                each.curve().points().stream()
                                        .map(point -> mark(each.curve(), point, value))
                                        .toList()))
                        .toList());
    }

    private static Lines.Mark mark(
            ScalingCurve curve, ScalingCurve.Point point, ToDoubleFunction<ScalingCurve.Point> value) {
        String bend = curve.bend()
                .filter(each -> each.point().equals(point))
                .map(each -> each.cause().id())
                .orElse("");
        return new Lines.Mark(
                new Point(point.devices(), value.applyAsDouble(point)),
                String.format(
                        Locale.ROOT,
                        "%d devices: %s samples/s, efficiency %s, bound by %s",
                        point.devices(),
                        Numbers.plain(point.estimate().samplesPerSecond()),
                        Numbers.wholePercent(point.efficiency()),
                        point.estimate().boundBy().id()),
                bend.isEmpty() ? "" : "bends: " + bend);
    }
}
