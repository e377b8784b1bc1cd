package org.corehours.cli.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.chart.Point;
import org.corehours.cli.chart.Scatter;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.RunEstimate;
import org.corehours.sweep.Axis;
import org.corehours.sweep.Column;
import org.corehours.sweep.PointResult;

/** A sweep as a document that is read as a whole: its best points, the front between two figures, and what moves them. */
public final class SweepText {

    /** More points of the front are left out of its table. */
    private static final int LISTED = 60;

    /** More values of a parameter share rows with their neighbours. */
    private static final int MOST_VALUES = 24;

    /** More dots of the front are no longer told apart. */
    private static final int FRONT_DOTS = 400;

    private final SweepBlocks sweep;
    private final SweepSummary summary;
    private final Column right;
    private final Column up;
    private final Column figure;
    private final List<Axis> axes;

    private SweepText(SweepBlocks sweep, SweepSummary summary) {
        this.sweep = sweep;
        this.summary = summary;
        this.right = summary.view().right();
        this.up = summary.view().up();
        this.figure = summary.view().figure();
        this.axes = summary.space().axes();
    }

    /**
     * Writes it.
     *
     * @param document where to
     * @param sweep the sweep
     * @param summary what is known of its points
     * @param kept the conditions that points must meet; empty if all are kept
     */
    public static void write(DocumentBuilder document, SweepBlocks sweep, SweepSummary summary, List<String> kept) {
        new SweepText(sweep, summary).write(document, kept);
    }

    private void write(DocumentBuilder document, List<String> kept) {
        long size = summary.space().size();
        document.heading(
                        1,
                        "Sweep over "
                                + axes.stream()
                                        .filter(SweepText::varies)
                                        .map(each -> words(each.name()))
                                        .collect(Collectors.joining(", ")))
                .paragraph(Numbers.count(size) + (summary.space().isSampled() ? " sampled" : "") + " points over "
                        + axes.stream()
                                .filter(SweepText::varies)
                                .map(each -> words(each.name()) + " ("
                                        + each.values().size() + " values)")
                                .collect(Collectors.joining(", "))
                        + fixed() + ". " + Numbers.count(summary.possible()) + " can take place"
                        + (kept.isEmpty() ? "" : " where " + String.join(" and ", kept))
                        + "; the others do not fit their"
                        + " device's memory or make no run"
                        + (kept.isEmpty() ? "." : ", or do not meet these conditions."))
                .paragraph("Figures are of the laws as they are, without their errors.");
        if (summary.possible() == 0) {
            return;
        }
        front(document);
        best(document);
        parameters(document);
    }

    private static boolean varies(Axis axis) {
        return axis.values().size() > 1;
    }

    private String fixed() {
        return axes.stream()
                .filter(each -> !varies(each))
                .map(each -> words(each.name()) + " " + each.values().get(0))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), text -> text.isEmpty() ? "" : ", with " + text));
    }

    private void front(DocumentBuilder document) {
        List<PointResult> front = summary.front().stream().map(sweep::point).toList();
        document.heading(2, title(right) + " against " + words(up));
        if (front.isEmpty()) {
            document.paragraph("No point has both figures.");
            return;
        }
        List<PointResult> drawn = thinned(front, FRONT_DOTS);
        document.figures(() -> List.of(new Block.Figure(
                        "What can be had for what",
                        "The points on the line are those that no other beats in both. "
                                + (summary.stride() == 1
                                        ? "All points are shown that can take place."
                                        : "Of the other points one of " + Numbers.count(summary.stride())
                                                + " is shown: "
                                                + Numbers.count(summary.dots().size())
                                                + ", evenly spread over the sweep.")
                                + (drawn.size() == front.size()
                                        ? ""
                                        : " Of the " + Numbers.count(front.size()) + " on the line, " + drawn.size()
                                                + " are."),
                        new Scatter(
                                axis(right),
                                axis(up),
                                List.of(
                                        new Scatter.Group("points", false, marks(summary.dots())),
                                        new Scatter.Group("not beaten by any", true, marks(drawn)))),
                        null)))
                .paragraph(
                        front.size() <= LISTED
                                ? ""
                                : "The table has " + LISTED + " of the " + Numbers.count(front.size())
                                        + " points on the line, evenly spread; write rows to a .csv file with --pareto for"
                                        + " all.");
        table(document, thinned(front, LISTED));
    }

    private List<Scatter.Mark> marks(List<PointResult> points) {
        List<Scatter.Mark> marks = new ArrayList<>();
        for (PointResult point : points) {
            RunEstimate estimate = point.estimate();
            if (estimate != null && right.of(estimate) > 0 && up.of(estimate) > 0) {
                marks.add(new Scatter.Mark(
                        name(point),
                        new Point(figure(right.of(estimate)), figure(up.of(estimate))),
                        text(right, right.of(estimate)) + ", " + text(up, up.of(estimate))));
            }
        }
        return marks;
    }

    /** Six digits are more than can be seen. */
    private static double figure(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(value)) - 5);
        return Math.rint(value / unit) * unit;
    }

    private void best(DocumentBuilder document) {
        List<PointResult> best = summary.best().stream().map(sweep::point).toList();
        document.heading(2, "The best by " + words(figure));
        table(document, best);
    }

    private void table(DocumentBuilder document, List<PointResult> points) {
        List<Column> figures = new ArrayList<>(
                List.of(Column.HOURS, Column.DEVICE_HOURS, Column.COST_USD, Column.MFU, Column.PEAK_MEMORY_BYTES));
        for (Column each : List.of(right, up, figure)) {
            if (!figures.contains(each)) {
                figures.add(each);
            }
        }
        List<Block.Column> columns = new ArrayList<>();
        axes.stream()
                .filter(SweepText::varies)
                .forEach(each -> columns.add(
                        each.isNumeric()
                                ? Block.Column.number(words(each.name()))
                                : Block.Column.text(words(each.name()))));
        figures.forEach(each -> columns.add(Block.Column.number(words(each))));
        columns.add(Block.Column.text("bound by"));
        List<List<String>> rows = new ArrayList<>();
        for (PointResult point : points) {
            RunEstimate estimate = point.estimate();
            if (estimate == null) {
                continue;
            }
            List<String> row = new ArrayList<>();
            for (int i = 0; i < axes.size(); i++) {
                if (varies(axes.get(i))) {
                    row.add(axes.get(i).values().get(point.choice()[i]));
                }
            }
            figures.forEach(each -> row.add(text(each, each.of(estimate))));
            row.add(Column.BOUND_BY.word(estimate));
            rows.add(row);
        }
        document.table(columns, rows);
    }

    private void parameters(DocumentBuilder document) {
        document.heading(2, "What each parameter does to " + words(figure));
        document.paragraph("How " + words(figure) + " are distributed over all points that have a value and can take"
                + " place: the median, and the 10th to the 90th percentile, to within 1.2 %. What the other parameters do"
                + " is in the width.");
        for (int i = 0; i < axes.size(); i++) {
            if (varies(axes.get(i))) {
                parameter(document, axes.get(i), summary.spreads().get(i));
            }
        }
    }

    private void parameter(DocumentBuilder document, Axis axis, List<SweepSummary.Spread> spreads) {
        int values = axis.values().size();
        int step = (values + MOST_VALUES - 1) / MOST_VALUES;
        List<Intervals.Row> intervals = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (int from = 0; from < values; from += step) {
            int last = Math.min(values, from + step) - 1;
            String name = axis.values().get(from)
                    + (last == from ? "" : " … " + axis.values().get(last));
            SweepSummary.Spread spread = new SweepSummary.Spread();
            spreads.subList(from, last + 1).forEach(spread::add);
            Interval interval = spread.interval();
            if (interval != null) {
                intervals.add(new Intervals.Row(
                        name,
                        interval,
                        Numbers.interval(interval, value -> text(figure, value)),
                        "",
                        Intervals.Tone.NEUTRAL));
            }
            rows.add(List.of(
                    name,
                    Numbers.count(spread.points()),
                    Numbers.count(spread.counted()),
                    interval == null ? "none" : Numbers.interval(interval, value -> text(figure, value))));
        }
        document.heading(3, words(axis.name()));
        if (!intervals.isEmpty()) {
            document.figures(() -> List.of(new Block.Figure(
                    title(figure) + " by " + words(axis.name()),
                    step == 1 ? "" : "Of " + values + " values " + step + " neighbours share a row.",
                    new Intervals(axis(figure), null, intervals),
                    null)));
        }
        document.table(
                List.of(
                        Block.Column.text(words(axis.name())),
                        Block.Column.number("points"),
                        Block.Column.number("can take place"),
                        Block.Column.number(words(figure) + " (10 % – 90 %)")),
                rows);
    }

    /** As many of them as are wanted, evenly spread, the first and the last among them. */
    private static <T> List<T> thinned(List<T> all, int most) {
        if (all.size() <= most) {
            return all;
        }
        List<T> some = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            some.add(all.get((int) Math.round((double) i * (all.size() - 1) / (most - 1))));
        }
        return some;
    }

    private String name(PointResult point) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            if (varies(axes.get(i))) {
                values.add(axes.get(i).values().get(point.choice()[i]));
            }
        }
        return String.join(" · ", values);
    }

    private static String words(String id) {
        return id.replace('_', ' ');
    }

    private static String words(Column column) {
        return switch (column) {
            case COST_USD -> "cost";
            case ENERGY_KWH -> "energy";
            case CO2_KG -> "carbon";
            case STEP_SECONDS -> "time per step";
            case PEAK_MEMORY_BYTES -> "peak memory";
            case DEVICE_HOURS -> "device-hours";
            case CORE_HOURS -> "core-hours";
            case MFU -> "MFU";
            case HFU -> "HFU";
            default -> words(column.id());
        };
    }

    private static String title(Column column) {
        String text = words(column);
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** The title of an axis, with the unit. */
    private static String axis(Column column) {
        String unit = switch (column) {
            case HOURS, DEVICE_HOURS, CORE_HOURS -> "h";
            case COST_USD -> "US$";
            case ENERGY_KWH -> "kWh";
            case CO2_KG -> "kg CO2";
            case STEP_SECONDS -> "s";
            case PEAK_MEMORY_BYTES -> "bytes";
            case SAMPLES_PER_SECOND -> "1/s";
            default -> "1";
        };
        return words(column) + " (" + unit + ")";
    }

    private static String text(Column column, double value) {
        if (Double.isNaN(value)) {
            return "unknown";
        }
        return switch (column) {
            case HOURS -> Numbers.hours(value);
            case COST_USD -> Numbers.dollars(value);
            case ENERGY_KWH -> Numbers.plain(value) + " kWh";
            case CO2_KG -> Numbers.plain(value) + " kg";
            case STEP_SECONDS -> Numbers.seconds(value);
            case PEAK_MEMORY_BYTES -> Numbers.bytes(value);
            case MFU, HFU -> Numbers.percent(value);
            case TRAINING_FLOPS_PER_SAMPLE -> Numbers.si(value, "FLOPs");
            case PARAMETERS -> Numbers.si(value, "").strip();
            default -> Numbers.plain(value);
        };
    }
}
