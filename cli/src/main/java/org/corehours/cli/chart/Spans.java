package org.corehours.cli.chart;

import java.util.Comparator;
import java.util.List;
import org.corehours.cli.json.JsonText;

/**
 * What goes on at the same time, in lanes along one axis of time.
 *
 * @param axis what the axis measures, with the unit
 * @param end the end of the axis, which starts at zero
 * @param lanes the lanes, from top to bottom
 * @param spans what goes on in them, in order
 */
public record Spans(String axis, double end, List<String> lanes, List<Span> spans) implements Chart {

    /** Copies the lists. */
    public Spans {
        lanes = List.copyOf(lanes);
        spans = List.copyOf(spans);
    }

    /**
     * Something that goes on for a while.
     *
     * @param lane the lane, from 0
     * @param name what it is
     * @param start when it starts, in the axis's unit
     * @param end when it ends
     * @param label how long it takes, for readers
     */
    public record Span(int lane, String name, double start, double end, String label) {}

    @Override
    public String kind() {
        return "spans";
    }

    @Override
    public String summary() {
        return spans.stream()
                .max(Comparator.comparingDouble(span -> span.end() - span.start()))
                .map(longest -> "Longest: " + longest.name() + " in the lane " + lanes.get(longest.lane()) + ", "
                        + longest.label() + ".")
                .orElse("");
    }

    @Override
    public void write(JsonText to) {
        to.text("axis", axis)
                .number("end", end)
                .texts("lanes", lanes)
                .objects(
                        "spans",
                        spans,
                        (span, each) -> span.number("lane", each.lane())
                                .text("name", each.name())
                                .number("start", each.start())
                                .number("end", each.end())
                                .text("label", each.label()));
    }
}
