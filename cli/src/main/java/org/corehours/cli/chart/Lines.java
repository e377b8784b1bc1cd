package org.corehours.cli.chart;

import java.util.List;
import java.util.stream.Collectors;
import org.corehours.cli.json.JsonText;

/**
 * How quantities go with another that grows by factors.
 *
 * @param horizontal what the horizontal axis measures, with the unit; it is logarithmic
 * @param vertical what the vertical axis measures, with the unit
 * @param factors whether the vertical axis is logarithmic too; else it starts at zero
 * @param series the lines
 */
public record Lines(String horizontal, String vertical, boolean factors, List<Series> series) implements Chart {

    /** @throws IllegalArgumentException if a value is not above zero where an axis is logarithmic */
    public Lines {
        series = List.copyOf(series);
        for (Series each : series) {
            for (Mark mark : each.marks()) {
                if (!(mark.at().x() > 0) || (factors && !(mark.at().y() > 0))) {
                    throw new IllegalArgumentException("The line " + each.name() + " has the point ("
                            + mark.at().x() + ", " + mark.at().y() + "), which a logarithmic axis has no place for.");
                }
            }
        }
    }

    /**
     * One line.
     *
     * @param name what it is of
     * @param marks its points, from left to right
     */
    public record Series(String name, List<Mark> marks) {

        /** Copies the list. */
        public Series {
            marks = List.copyOf(marks);
        }
    }

    /**
     * A point of a line.
     *
     * @param at where it stands
     * @param label what a reader wants to know of it
     * @param note a word to stand beside it; empty for none
     */
    public record Mark(Point at, String label, String note) {}

    @Override
    public String kind() {
        return "lines";
    }

    @Override
    public String summary() {
        return series.stream()
                .filter(each -> !each.marks().isEmpty())
                .map(each -> each.name() + ": from "
                        + each.marks().get(0).label() + " to "
                        + each.marks().get(each.marks().size() - 1).label() + ".")
                .collect(Collectors.joining(" "));
    }

    @Override
    public void write(JsonText to) {
        to.text("horizontal", horizontal)
                .text("vertical", vertical)
                .flag("factors", factors)
                .objects(
                        "series",
                        series,
                        (line, each) -> line.text("name", each.name())
                                .objects("points", each.marks(), (point, mark) -> {
                                    mark.at().write(point);
                                    point.text("label", mark.label()).text("note", mark.note());
                                }));
    }
}
