package org.corehours.cli.serve;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.quantity.Interval;

/** How wide the figures of a run are, on one axis: each relative to a median. */
final class Spread {

    private Spread() {}

    private record Shown(String name, DoubleFunction<String> format) {}

    private static final Map<RunMetric, Shown> METRICS = new EnumMap<>(Map.of(
            RunMetric.HOURS, new Shown("hours", Numbers::hours),
            RunMetric.DEVICE_HOURS, new Shown("device-hours", Numbers::plain),
            RunMetric.COST_USD, new Shown("cost", Numbers::dollars),
            RunMetric.ENERGY_KWH, new Shown("energy", value -> Numbers.plain(value) + " kWh"),
            RunMetric.PEAK_MEMORY_BYTES, new Shown("memory", Numbers::bytes)));

    static Block.Figure of(RunAudit run) {
        return figure(
                "How sure the figures are",
                "Each figure's 10th to 90th percentile over its median.",
                "value / median",
                "the median",
                run,
                run,
                "median");
    }

    /** The figures of a run over those of another. */
    static Block.Figure beside(RunAudit run, RunAudit pinned, String label) {
        return figure(
                "Beside the pinned run",
                "Each figure of this run over the median of the pinned one, " + label
                        + ": left of the line this run takes less.",
                "this run / pinned run",
                "as pinned",
                run,
                pinned,
                "pinned");
    }

    private static Block.Figure figure(
            String title, String caption, String axis, String line, RunAudit run, RunAudit base, String column) {
        List<Intervals.Row> bars = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        METRICS.forEach((metric, shown) -> {
            Interval now = run.intervals().get(metric);
            Interval then = base.intervals().get(metric);
            if (now == null || then == null || !(now.low() > 0) || !(then.median() > 0)) {
                return;
            }
            String text = Numbers.interval(now, shown.format());
            bars.add(new Intervals.Row(shown.name(), now.scale(1 / then.median()), text, text, Intervals.Tone.NEUTRAL));
            rows.add(List.of(
                    shown.name(),
                    text,
                    shown.format().apply(then.median()),
                    Numbers.plain(now.median() / then.median()) + "×"));
        });
        return new Block.Figure(
                title,
                caption,
                new Intervals(axis, new Intervals.Reference(line, 1), bars),
                new Block.Table(
                        List.of(
                                Column.text("figure"),
                                Column.number("now (10 % – 90 %)"),
                                Column.number(column),
                                Column.number("ratio")),
                        rows));
    }
}
