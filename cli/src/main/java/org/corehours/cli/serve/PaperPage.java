package org.corehours.cli.serve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.cli.html.HtmlRenderer;
import org.corehours.cli.html.Markup;
import org.corehours.cli.report.ClaimText;
import org.corehours.cli.report.PaperJson;
import org.corehours.cli.report.PaperText;
import org.corehours.cli.report.RunFigures;
import org.corehours.cli.report.RunText;
import org.corehours.cli.report.Sentences;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.RunAudit;
import org.corehours.papers.Paper;
import org.corehours.papers.Papers;
import org.corehours.papers.RunTemplate;

/** The claims of a paper, under readings that are chosen. */
final class PaperPage {

    static final String PATH = "/papers";

    /** Which run is shown; assumptions have no such id. */
    static final String RUN = "run";

    private static final String OPEN = "open: weighed by how likely each is";

    private final Evaluator evaluator;

    PaperPage(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    /** The papers to choose from. */
    Response list() {
        StringBuilder html = new StringBuilder(
                "<h1>Check a paper</h1>\n<p>What a paper reports of its compute, beside"
                        + " what its training must have cost under each reading of what it leaves out.</p>\n<ul class=\"cards\">");
        for (String id : Papers.ids()) {
            Paper paper = evaluator.paper(id);
            html.append("<li><a href=\"/papers/")
                    .append(id)
                    .append("\"><strong>")
                    .append(Markup.escape(paper.title()))
                    .append("</strong></a><p>")
                    .append(Markup.escape(paper.citation()))
                    .append("</p><p>")
                    .append(count(paper.runs().size(), "run"))
                    .append(", ")
                    .append(count(paper.claims().size(), "claim"))
                    .append(", ")
                    .append(count(paper.assumptions().size(), "open question"))
                    .append(" · <a href=\"/papers/")
                    .append(id)
                    .append("/report\">whole report<span class=\"unseen\"> of ")
                    .append(Markup.escape(paper.title()))
                    .append("</span></a></p></li>\n");
        }
        return Response.html(
                200, Shell.page("Papers", PATH, false, html.append("</ul>").toString()));
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** What {@code report --json} prints, under the readings of the query. */
    String json(String id, Query query) {
        Paper paper = evaluator.paper(id);
        return PaperJson.report(paper, evaluator.audit(id, settled(paper, query), ""));
    }

    /** The page that {@code report --format html} writes, under the readings of the query. */
    String report(String id, Query query) {
        Paper paper = evaluator.paper(id);
        Audit audit = evaluator.audit(id, settled(paper, query), "");
        DocumentBuilder document = DocumentBuilder.illustrated();
        PaperText.report(paper, audit, document);
        return new HtmlRenderer().render(document.build());
    }

    /** The results alone. */
    String results(String id, Query query) {
        Paper paper = evaluator.paper(id);
        return results(paper, run(paper, query), query);
    }

    /** The page with its results, or with what is wrong and the status that says so. */
    Response page(String id, Query query) {
        Paper paper = evaluator.paper(id);
        RunTemplate run = run(paper, query);
        try {
            return Response.html(200, page(paper, run, query, results(paper, run, query), ""));
        } catch (RefusedException e) {
            return Response.html(e.status(), page(paper, run, query, "", e.getMessage()));
        }
    }

    private static RunTemplate run(Paper paper, Query query) {
        String asked = query.get(RUN);
        if (asked.isEmpty()) {
            // The run that most is claimed of, and of these the one that leaves most open.
            return Collections.max(
                    paper.runs(),
                    Comparator.<RunTemplate>comparingLong(each -> claims(paper, each))
                            .thenComparingInt(each -> each.assumptions().size()));
        }
        List<String> ids = paper.runs().stream().map(RunTemplate::id).toList();
        if (!ids.contains(asked)) {
            throw new RefusedException(
                    400, "The paper has no run " + Shown.of(asked) + "; " + Names.nearest(asked, ids));
        }
        return paper.run(asked);
    }

    private static long claims(Paper paper, RunTemplate run) {
        return paper.claims().stream()
                .filter(each -> each.run().equals(run.id()))
                .count();
    }

    private static SortedMap<String, String> settled(Paper paper, Query query) {
        Map<String, Assumption> known = new LinkedHashMap<>();
        paper.assumptions().forEach(each -> known.put(each.id(), each));
        SortedMap<String, String> settled = new TreeMap<>();
        query.values().forEach((name, value) -> {
            if (name.equals(RUN)) {
                return;
            }
            Assumption assumption = known.get(name);
            if (assumption == null) {
                List<String> names = new ArrayList<>(known.keySet());
                names.add(RUN);
                throw new RefusedException(
                        400, "There is no parameter " + Shown.of(name) + "; " + Names.nearest(name, names));
            }
            choice(assumption).check(value);
            settled.put(name, value);
        });
        return settled;
    }

    private static Field.Choice choice(Assumption assumption) {
        return new Field.Choice(
                assumption.id(),
                assumption.question(),
                OPEN,
                assumption.alternatives().stream()
                        .map(each -> new Field.Item(
                                "", each.id(), each.label() + " (" + Numbers.wholePercent(each.prior()) + ")"))
                        .toList());
    }

    private String page(Paper paper, RunTemplate run, Query query, String results, String problem) {
        Map<String, String> values = new LinkedHashMap<>(query.values());
        values.put(RUN, run.id());
        String here = PATH + "/" + paper.id();
        Form form = new Form(here, new Query(values), "Run and readings");
        form.group(
                "Run",
                true,
                List.of(new Field.Choice(
                        RUN,
                        "Run",
                        "",
                        paper.runs().stream()
                                .map(each -> new Field.Item("", each.id(), each.id() + ": " + each.label()))
                                .toList())));
        List<Field.Choice> ofRun = new ArrayList<>();
        List<Field.Choice> others = new ArrayList<>();
        List<String> concerned = run.assumptions().stream().map(Assumption::id).toList();
        paper.assumptions().forEach(each -> (concerned.contains(each.id()) ? ofRun : others).add(choice(each)));
        if (!ofRun.isEmpty()) {
            form.group("Readings of this run", true, ofRun);
        }
        if (!others.isEmpty()) {
            form.group("Readings of other runs", false, others);
        }
        String heading = """
                <h1>%s</h1>
                <p class="citation">%s</p>
                """.formatted(Markup.escape(paper.title()), Markup.escape(paper.citation()));
        return Shell.page(paper.title(), PATH, true, heading + Shell.split(form.end(), problem, results));
    }

    private String results(Paper paper, RunTemplate template, Query query) {
        SortedMap<String, String> settled = settled(paper, query);
        Audit audit = evaluator.audit(paper.id(), settled, template.id());
        RunAudit run = audit.run(template.id());
        DocumentBuilder document = DocumentBuilder.illustrated();
        document.heading(2, "What is claimed of it");
        if (audit.findings().isEmpty()) {
            document.paragraph("The paper claims nothing of this run's compute.");
        }
        ClaimText.summary(document, audit.findings());
        document.bullets(audit.findings().stream().map(Sentences::verdict).toList());
        document.heading(2, "How sure it is, and where its time goes")
                .figures(() -> List.of(Spread.of(run)))
                .figures(() -> RunFigures.details(run));
        document.heading(2, "In detail");
        RunText.details(document, run);
        String readings = new Query(settled).text();
        String behind = readings.isEmpty() ? "" : "?" + Markup.escape(readings);
        return "<p class=\"said\">"
                + Markup.escape(RunTiles.sentence(run, template.id() + ", " + template.label()))
                + "</p>\n"
                + RunTiles.of(run)
                + HtmlRenderer.fragment(document.build())
                + "<p class=\"elsewhere\">All runs and claims under these readings: <a href=\"/papers/" + paper.id()
                + "/report" + behind + "\">whole report</a> · <a href=\"/api/papers/" + paper.id() + behind
                + "\">as JSON</a></p>\n";
    }
}
