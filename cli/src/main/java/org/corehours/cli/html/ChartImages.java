package org.corehours.cli.html;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.cli.document.Block;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Scriptable;

/**
 * Draws charts as SVG images, without a browser: Apache ECharts with the drawing code of the pages, run by Mozilla
 * Rhino. They are in the colours of a page in the light. To be used by one thread, and closed.
 */
public final class ChartImages implements AutoCloseable {

    /** Wide enough for two columns of a paper. */
    private static final int WIDTH = 720;

    private static final int MARGIN = 16;
    private static final int TITLE_HEIGHT = 52;

    /** The library numbers the charts that it draws; an image must not depend on those before it. */
    private static final Pattern NUMBERED = Pattern.compile("\\bzr[0-9]+-");

    private static final Pattern SIZE = Pattern.compile("^<svg width=\"[0-9.]+\" height=\"([0-9.]+)\"");
    private static final Pattern COLOUR = Pattern.compile("--([a-z0-9-]+):\\s*(#[0-9a-f]{6})");

    /** Nothing waits: what would be drawn later is drawn with the rest. */
    private static final String WITHOUT_PAGE =
            "var setTimeout = function () { return 0; }, clearTimeout = function () {};";

    /** Texts are taken to be as wide as in DejaVu Sans, the widest of the fonts that a viewer may have. */
    private static final String WIDTHS = """
            echarts.setPlatformAPI({ measureText: function (text, font) {
              var size = parseFloat(/([0-9.]+)px/.exec(font)[1]), ems = 0;
              for (var i = 0; i < text.length; i++) {
                ems += /[ijl.,:;'|! ]/.test(text[i]) ? 0.33 : /[-()frt]/.test(text[i]) ? 0.4
                    : /[mwMW%@×]/.test(text[i]) ? 0.95 : /[A-Z]/.test(text[i]) ? 0.7 : 0.63;
              }
              return { width: ems * size };
            } });
            """;

    private static final String DRAW = """
            var drawn = function (json, width) {
              var drawing = chartDrawing(JSON.parse(json), function (name) { return colours[name]; }, width);
              var chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: drawing.height });
              chart.setOption(drawing.option);
              var image = chart.renderToSVGString();
              chart.dispose();
              return image;
            };
            """;

    private final Context context;
    private final Scriptable scope;

    /** Loads the chart library. */
    public ChartImages() {
        context = Context.enter();
        context.setLanguageVersion(Context.VERSION_ES6);
        // The library's functions are larger than those that a Java class can hold.
        context.setInterpretedMode(true);
        scope = context.initStandardObjects();
        run("page", WITHOUT_PAGE + colours());
        run("library", PageResource.text(PageResource.CHART_LIBRARY) + "\n" + WIDTHS);
        run("drawing", PageResource.text(PageResource.DRAWING));
        run("draw", DRAW);
    }

    private Object run(String name, String script) {
        return context.evaluateString(scope, script, name, 1, null);
    }

    /** The colours of the page's style, where it speaks of them first: those in the light. */
    private static String colours() {
        String style = PageResource.text(PageResource.STYLE);
        StringBuilder script = new StringBuilder("var colours = {");
        Matcher colour = COLOUR.matcher(style.substring(0, style.indexOf('}')));
        while (colour.find()) {
            script.append('"')
                    .append(colour.group(1))
                    .append("\":\"")
                    .append(colour.group(2))
                    .append("\",");
        }
        return script.append("};").toString();
    }

    /**
     * Draws the chart of a figure.
     *
     * @param figure the figure
     * @param about what the figure is about, such as the heading it stands under
     * @return an SVG document
     */
    public String svg(Block.Figure figure, String about) {
        scope.put("figure", scope, figure.chart().json());
        String chart = Context.toString(run("figure", "drawn(figure, " + (WIDTH - 2 * MARGIN) + ")"));
        Matcher size = SIZE.matcher(chart);
        if (!size.find()) {
            throw new IllegalStateException("The chart library drew no image of " + figure.title() + ".");
        }
        double height = Double.parseDouble(size.group(1)) + TITLE_HEIGHT + MARGIN;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$.0f\" viewBox=\"0 0 %1$d"
                                + " %2$.0f\" role=\"img\">%n",
                        WIDTH,
                        height))
                .append("<title>")
                .append(Markup.escape(figure.title() + ": " + about))
                .append("</title>\n<desc>")
                .append(Markup.escape(figure.chart().summary() + " " + figure.caption()))
                .append("</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(svg, 24, 16, "#1b1f24", "font-weight=\"600\"", figure.title());
        text(svg, 42, 12, "#57606a", "", about);
        svg.append(NUMBERED.matcher(chart)
                .replaceAll("")
                .replaceFirst("^<svg", "<svg x=\"" + MARGIN + "\" y=\"" + TITLE_HEIGHT + "\""));
        return svg.append("\n</svg>\n").toString();
    }

    private static void text(StringBuilder svg, int y, int size, String colour, String style, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" font-size=\"%d\" fill=\"%s\" font-family=\"sans-serif\" %s>%s</text>%n",
                MARGIN,
                y,
                size,
                colour,
                style,
                Markup.escape(text)));
    }

    @Override
    public void close() {
        Context.exit();
    }
}
