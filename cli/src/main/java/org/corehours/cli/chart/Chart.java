package org.corehours.cli.chart;

import org.corehours.cli.json.JsonText;

/** The figures of a chart, in the units that its axes name. */
public sealed interface Chart permits Bars, Curve, Intervals, Lines, Roofline, Scatter, Spans {

    /** {@return the name of the kind of chart, by which a page knows how to draw it} */
    String kind();

    /** {@return what the chart shows, in a sentence or two for those who do not see it; empty if it shows nothing} */
    String summary();

    /**
     * Writes the figures.
     *
     * @param to where to
     */
    void write(JsonText to);

    /** {@return kind and figures as one line of JSON} */
    default String json() {
        return JsonText.compact(to -> {
            to.text("kind", kind());
            write(to);
        });
    }
}
