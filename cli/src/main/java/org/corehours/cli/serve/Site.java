package org.corehours.cli.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands at which path. */
final class Site {

    private static final String API = "/api/";
    private static final String PARTS = "/parts/";

    /** A page that brings its own scripts admits them by itself. */
    private static final String WHOLE_PAGE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Pattern PAPER = Pattern.compile("(/api|/parts)?/papers/([a-z0-9-]{1,60})(/report)?");

    private final EstimatePage estimates;
    private final PaperPage papers;
    private final Map<String, Function<Query, Response>> pages = new LinkedHashMap<>();

    Site(Evaluator evaluator) {
        this.estimates = new EstimatePage(evaluator);
        this.papers = new PaperPage(evaluator);
        pages.put("/", query -> start());
        pages.put("/estimate", estimates::page);
        pages.put("/parts/estimate", query -> Response.html(200, estimates.results(query)));
        pages.put("/api/estimate", query -> Response.json(estimates.json(query)));
        pages.put("/papers", query -> papers.list());
    }

    /**
     * What stands at a path.
     *
     * @param path the path as it was sent
     * @param query the parameters
     * @return the answer
     * @throws RefusedException if there is none
     */
    Response get(String path, Query query) {
        if (Assets.has(path)) {
            return Assets.get(path);
        }
        Function<Query, Response> page = pages.get(path);
        if (page != null) {
            return page.apply(query);
        }
        Matcher paper = PAPER.matcher(path);
        if (paper.matches()) {
            return paper(paper.group(1), paper.group(2), paper.group(3) != null, query);
        }
        throw new RefusedException(404, "There is nothing at " + Shown.of(path) + ". The start is at /.");
    }

    private Response paper(@Nullable String part, String id, boolean report, Query query) {
        if (part == null) {
            return report
                    ? Response.html(200, papers.report(id, query)).with("Content-Security-Policy", WHOLE_PAGE)
                    : papers.page(id, query);
        }
        if (report) {
            throw new RefusedException(404, "A report has no parts. The start is at /.");
        }
        return part.equals("/api")
                ? Response.json(papers.json(id, query))
                : Response.html(200, papers.results(id, query));
    }

    private static Response start() {
        return Response.html(200, Shell.page("Start", "/", false, """
                <h1>What does training cost?</h1>
                <p>corehours counts the operators of a training step, times the kernels they launch, simulates the step on
                the machines it runs on, and projects hours, money and energy as intervals.</p>
                <ul class="cards">
                <li><a href="/estimate"><strong>Estimate a run</strong></a><p>Put together model, hardware, batch, software
                and length, and see the estimate move.</p></li>
                <li><a href="/papers"><strong>Check a paper</strong></a><p>See what a paper claims of its compute, and which
                reading of what it leaves out its claims hold under.</p></li>
                </ul>"""));
    }

    /** A refusal in the form of what was asked for. */
    static Response refusal(String path, RefusedException refused) {
        if (path.startsWith(API)) {
            return Response.jsonError(refused.status(), refused.getMessage());
        }
        return path.startsWith(PARTS)
                ? Response.textError(refused.status(), refused.getMessage())
                : Response.html(refused.status(), Shell.refusal(refused.status(), refused.getMessage()));
    }
}
