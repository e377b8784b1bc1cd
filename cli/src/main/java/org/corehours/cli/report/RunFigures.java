package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.chart.Bars;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.run.StepExplanation;

/** Charts of runs. */
final class RunFigures {

    private static final int INFLUENCES = 10;
    private static final double SHOWN_SHARE = 0.005;

    private RunFigures() {}

    /** Hours of all runs, the figures of the summary's table. */
    static List<Block.Figure> hours(List<RunAudit> runs) {
        List<Intervals.Row> rows = runs.stream()
                .filter(run -> run.interval(RunMetric.HOURS).low() > 0)
                .map(run -> new Intervals.Row(
                        run.id(),
                        run.interval(RunMetric.HOURS),
                        Numbers.interval(run.interval(RunMetric.HOURS), Numbers::hours),
                        RunText.hardware(run.likeliest().plan()),
                        Intervals.Tone.NEUTRAL))
                .toList();
        return rows.isEmpty()
                ? List.of()
                : List.of(new Block.Figure(
                        "Hours of each run",
                        "Median and the 10th to the 90th percentile. A step to the right is a factor, not a difference.",
                        new Intervals("hours of the run (h)", null, rows),
                        null));
    }

    /** The step of the likeliest reading, and what the hours depend on. */
    static List<Block.Figure> details(RunAudit run) {
        List<Block.Figure> figures = new ArrayList<>(StepFigures.of(
                StepExplanation.of(run.likeliest().plan()), run.likeliest().memory()));
        List<Influence> influences = run.influences().stream()
                .filter(each -> each.share() >= SHOWN_SHARE)
                .limit(INFLUENCES)
                .toList();
        if (!influences.isEmpty()) {
            figures.add(influences(influences));
        }
        return figures;
    }

    private static Block.Figure influences(List<Influence> influences) {
        List<Bars.Row> bars = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Influence each : influences) {
            String share = Numbers.wholePercent(each.share());
            bars.add(new Bars.Row(name(each), List.of(new Bars.Bar(100 * each.share(), share))));
            rows.add(List.of(name(each), share));
        }
        return new Block.Figure(
                "What the hours depend on",
                "The share of the spread of the estimated hours that each unknown explains by itself: what is worth"
                        + " finding out first.",
                new Bars("share of the spread (%)", List.of("share of the spread"), bars),
                new Block.Table(List.of(Column.text("unknown"), Column.number("share of the spread")), rows));
    }

    private static String name(Influence influence) {
        return switch (influence.kind()) {
            case ASSUMPTION -> Breakdown.words(influence.factor());
            case ERROR -> "error: " + Breakdown.words(influence.factor());
        };
    }
}
