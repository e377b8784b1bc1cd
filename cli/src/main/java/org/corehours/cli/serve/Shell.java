package org.corehours.cli.serve;

import org.corehours.cli.html.Markup;

/** The frame of every page. */
final class Shell {

    private Shell() {}

    /**
     * A page.
     *
     * @param title its title
     * @param here the path of the entry of the navigation it belongs to
     * @param live whether its controls act at once where scripts run
     * @param body the content of its main element
     * @return the page
     */
    static String page(String title, String here, boolean live, String body) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <link rel="icon" href="data:,">
                <title>%s · corehours</title>
                <link rel="stylesheet" href="/assets/page.css">
                <link rel="stylesheet" href="/assets/serve.css">
                </head>
                <body class="app">
                <a class="skip" href="#content">Skip to the content</a>
                <div class="bar"><a class="brand" href="/">corehours</a>%s</div>
                <main id="content">
                %s
                </main>
                <footer><p>Computed on this machine; nothing is loaded from elsewhere and nothing is sent.</p></footer>
                %s
                </body>
                </html>
                """.formatted(Markup.escape(title), navigation(here), body, live ? SCRIPTS : "");
    }

    /**
     * Controls and what they lead to, side by side.
     *
     * @param form the controls
     * @param problem why there are no results, in plain text; empty if there are
     * @param results what is shown, as HTML
     * @return the content of a page below its heading
     */
    static String split(String form, String problem, String results) {
        return """
                <div class="split">
                %s<div class="right">
                <p id="status" class="unseen" role="status"></p>
                <p id="problem" class="problem" role="alert"%s>%s</p>
                <div id="results">%s</div>
                </div>
                </div>""".formatted(form, problem.isEmpty() ? " hidden" : "", Markup.escape(problem), results);
    }

    private static final String SCRIPTS = """
            <script src="/assets/echarts.js"></script>
            <script src="/assets/drawing.js"></script>
            <script src="/assets/charts.js"></script>
            <script src="/assets/serve.js"></script>""";

    private static String navigation(String here) {
        return "<ul class=\"places\">" + entry("/estimate", "Estimate a run", here)
                + entry("/papers", "Check a paper", here) + "</ul>";
    }

    private static String entry(String path, String name, String here) {
        return "<li><a href=\"" + path + "\"" + (path.equals(here) ? " aria-current=\"page\"" : "") + ">" + name
                + "</a></li>";
    }

    /** What is said instead of a page. */
    static String refusal(int status, String message) {
        return page(
                "Not answered",
                "",
                false,
                "<h1>Not answered (" + status + ")</h1>\n<p class=\"problem\" role=\"alert\">" + Markup.escape(message)
                        + "</p>\n<p><a href=\"/\">To the start</a></p>");
    }
}
