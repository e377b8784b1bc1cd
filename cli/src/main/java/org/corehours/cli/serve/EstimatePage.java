package org.corehours.cli.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.html.HtmlRenderer;
import org.corehours.cli.html.Markup;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.RunFigures;
import org.corehours.cli.report.RunJson;
import org.corehours.cli.report.RunText;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.jspecify.annotations.Nullable;

/** A run that is put together with controls. */
final class EstimatePage {

    static final String PATH = "/estimate";
    private static final String TITLE = "Estimate a training run";

    private final Evaluator evaluator;

    EstimatePage(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    /** What the command prints with {@code --json}; a run that does not fit comes with {@code ways_out}. */
    String json(Query query) {
        Evaluator.Estimate estimate = evaluate(query.without(Set.of(EstimateFields.PINNED)));
        return JsonText.object(to -> RunJson.write(to, estimate.run(), estimate.label()));
    }

    /** The results alone. */
    String results(Query query) {
        return results(query, evaluate(query));
    }

    /** The page with its results, or with what is wrong and the status that says so. */
    Response page(Query asked) {
        Query query = asked.values().isEmpty() ? EstimateFields.FIRST : asked;
        try {
            return Response.html(200, page(query, results(query), ""));
        } catch (RefusedException e) {
            return Response.html(e.status(), page(query, "", e.getMessage()));
        }
    }

    private static String page(Query query, String results, String problem) {
        Form form = new Form(PATH, query, "The run");
        EstimateFields.groups().forEach(group -> form.group(group.title(), group.open(), group.fields()));
        form.hidden(EstimateFields.PINNED);
        return Shell.page(TITLE, PATH, true, """
                <h1>%s</h1>
                <div class="split">
                %s<div class="right">
                <p id="status" class="unseen" role="status"></p>
                <p id="problem" class="problem" role="alert"%s>%s</p>
                <div id="results">%s</div>
                </div>
                </div>""".formatted(
                        TITLE, form.end(), problem.isEmpty() ? " hidden" : "", Markup.escape(problem), results));
    }

    private Evaluator.Estimate evaluate(Query query) {
        EstimateFields.check(query);
        return evaluator.estimate(EstimateFields.model(query), EstimateFields.options(query));
    }

    private Evaluator.@Nullable Estimate pinned(Query query) {
        String state = query.get(EstimateFields.PINNED);
        return state.isEmpty() ? null : evaluate(Query.of(state).without(Set.of(EstimateFields.PINNED)));
    }

    private static Block.Figure beside(Evaluator.Estimate now, Evaluator.Estimate pinned) {
        List<Intervals.Row> bars = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Evaluator.Estimate each : List.of(now, pinned)) {
            RunAudit run = each.run();
            boolean fits = run.likeliest().memory().fits();
            String name = (bars.isEmpty() ? "now: " : "pinned: ") + each.label();
            String hours = Numbers.interval(run.interval(RunMetric.HOURS), Numbers::hours);
            bars.add(new Intervals.Row(
                    name,
                    run.interval(RunMetric.HOURS),
                    hours,
                    fits ? "" : "does not fit",
                    fits ? Intervals.Tone.NEUTRAL : Intervals.Tone.DISAGREES));
            rows.add(List.of(
                    name,
                    hours,
                    Numbers.plain(run.interval(RunMetric.DEVICE_HOURS).median()),
                    run.intervals().containsKey(RunMetric.COST_USD)
                            ? Numbers.dollars(run.interval(RunMetric.COST_USD).median())
                            : "–",
                    Numbers.bytes(run.interval(RunMetric.PEAK_MEMORY_BYTES).median())));
        }
        return new Block.Figure(
                "Now and pinned",
                "Hours, median and the 10th to the 90th percentile. A step to the right is a factor.",
                new Intervals("hours of the run (h)", null, bars),
                new Block.Table(
                        List.of(
                                Column.text("run"),
                                Column.number("hours"),
                                Column.number("device-hours"),
                                Column.number("cost"),
                                Column.number("memory")),
                        rows));
    }

    private String results(Query query, Evaluator.Estimate estimate) {
        RunAudit run = estimate.run();
        Evaluator.Estimate pinned = pinned(query);
        DocumentBuilder document = DocumentBuilder.illustrated();
        if (pinned != null) {
            document.figures(() -> List.of(beside(estimate, pinned)));
        }
        document.figures(() -> RunFigures.details(run));
        document.heading(2, "In detail");
        RunText.details(document, run);
        return "<p class=\"said\">"
                + Markup.escape(RunTiles.sentence(run, estimate.label()))
                + "</p>\n"
                + RunTiles.of(run)
                + HtmlRenderer.fragment(document.build())
                + "<p class=\"elsewhere\">The same on the command line: <code>"
                + Markup.escape(EstimateFields.commandLine(query))
                + "</code> · <a href=\"/api/estimate?"
                + Markup.escape(query.without(Set.of(EstimateFields.PINNED)).text())
                + "\">as JSON</a></p>\n";
    }
}
