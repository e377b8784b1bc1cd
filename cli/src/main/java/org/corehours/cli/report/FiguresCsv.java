package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.document.CsvText;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.RunPlan;

/**
 * Estimated and claimed figures as comma-separated values, one figure a line: of a run, with the unit in the name of the
 * quantity; or of a claim, with the unit in a column. Numbers are as they were computed.
 */
public final class FiguresCsv {

    private static final List<String> COLUMNS = List.of(
            "paper",
            "run",
            "model",
            "hardware",
            "devices",
            "claim",
            "quantity",
            "unit",
            "low",
            "median",
            "high",
            "claimed",
            "ratio",
            "verdict",
            "decided_by");

    private final CsvText csv = new CsvText().line(COLUMNS);

    /**
     * Adds all figures of a run.
     *
     * @param paper the id of its paper; empty if it has none
     * @param run the run
     * @return this
     */
    public FiguresCsv run(String paper, RunAudit run) {
        run.intervals().forEach((metric, interval) -> {
            List<String> cells =
                    new ArrayList<>(head(paper, run.id(), run.likeliest().plan()));
            cells.addAll(List.of("", metric.id(), ""));
            cells.addAll(numbers(interval));
            cells.addAll(List.of("", "", "", ""));
            csv.line(cells);
        });
        return this;
    }

    /**
     * Adds the figure of a claim.
     *
     * @param paper the id of the paper that claims it
     * @param finding what was found of it
     * @param run the run it is about
     * @return this
     */
    public FiguresCsv claim(String paper, Finding finding, RunAudit run) {
        Claim claim = finding.claim();
        List<String> cells =
                new ArrayList<>(head(paper, claim.run(), run.likeliest().plan()));
        cells.addAll(List.of(
                claim.id(),
                claim.quantity().id(),
                claim.comparison() == Comparison.RATIO ? "1" : claim.quantity().unit()));
        cells.addAll(numbers(finding.estimate()));
        cells.addAll(List.of(
                String.valueOf(claim.value()),
                finding.ratio().map(String::valueOf).orElse(""),
                finding.verdict().id(),
                finding.decidingAssumption().map(Influence::factor).orElse("")));
        csv.line(cells);
        return this;
    }

    private static List<String> head(String paper, String run, RunPlan plan) {
        return List.of(
                paper,
                run,
                plan.model(),
                plan.cluster().accelerator().id(),
                String.valueOf(plan.cluster().devices()));
    }

    private static List<String> numbers(Interval interval) {
        return List.of(
                String.valueOf(interval.low()), String.valueOf(interval.median()), String.valueOf(interval.high()));
    }

    /** {@return the lines so far, a header before them} */
    @Override
    public String toString() {
        return csv.toString();
    }
}
