package org.corehours.cli.serve;

import java.util.List;
import java.util.Set;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.html.HtmlRenderer;
import org.corehours.cli.html.Markup;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.RunFigures;
import org.corehours.cli.report.RunJson;
import org.corehours.cli.report.RunText;
import org.corehours.core.audit.RunAudit;
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
        return Shell.page(TITLE, PATH, true, "<h1>" + TITLE + "</h1>\n" + Shell.split(form.end(), problem, results));
    }

    private Evaluator.Estimate evaluate(Query query) {
        EstimateFields.check(query);
        return evaluator.estimate(EstimateFields.model(query), EstimateFields.options(query));
    }

    private Evaluator.@Nullable Estimate pinned(Query query) {
        String state = query.get(EstimateFields.PINNED);
        return state.isEmpty() ? null : evaluate(Query.of(state).without(Set.of(EstimateFields.PINNED)));
    }

    private String results(Query query, Evaluator.Estimate estimate) {
        RunAudit run = estimate.run();
        Evaluator.Estimate pinned = pinned(query);
        DocumentBuilder document = DocumentBuilder.illustrated();
        document.figures(
                () -> List.of(pinned == null ? Spread.of(run) : Spread.beside(run, pinned.run(), pinned.label())));
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
