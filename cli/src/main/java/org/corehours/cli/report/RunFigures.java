package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;

/** Charts of runs. */
public final class RunFigures {

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

    /**
     * The step of the likeliest reading, and what the hours depend on.
     *
     * @param run the run
     * @return the charts that have anything to show
     */
    public static List<Block.Figure> details(RunAudit run) {
        List<Block.Figure> figures = new ArrayList<>(StepFigures.of(run.likeliest()));
        figures.addAll(Tornado.figures(run));
        return figures;
    }
}
