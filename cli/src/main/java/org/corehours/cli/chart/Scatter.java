package org.corehours.cli.chart;

import java.util.List;
import org.corehours.cli.json.JsonText;

/**
 * Things in the plane of two of their quantities, on logarithmic axes.
 *
 * @param horizontal what the horizontal axis measures, with the unit
 * @param vertical what the vertical axis measures, with the unit
 * @param groups the things, by what they have in common
 */
public record Scatter(String horizontal, String vertical, List<Group> groups) implements Chart {

    /** @throws IllegalArgumentException if a value is not above zero, where a logarithmic axis has no place for it */
    public Scatter {
        groups = List.copyOf(groups);
        for (Group group : groups) {
            for (Mark mark : group.marks()) {
                if (!(mark.at().x() > 0) || !(mark.at().y() > 0)) {
                    throw new IllegalArgumentException(
                            "The mark " + mark.name() + " must lie above zero, not at " + mark.at() + ".");
                }
            }
        }
    }

    /**
     * Things that look alike.
     *
     * @param name what they are
     * @param joined whether a line joins them in steps, as it does a Pareto front
     * @param marks the things; from left to right if they are joined
     */
    public record Group(String name, boolean joined, List<Mark> marks) {

        /** Copies the list. */
        public Group {
            marks = List.copyOf(marks);
        }
    }

    /**
     * One thing.
     *
     * @param name the thing
     * @param at where it stands
     * @param label what a reader wants to know of it
     */
    public record Mark(String name, Point at, String label) {}

    @Override
    public String kind() {
        return "scatter";
    }

    @Override
    public String summary() {
        StringBuilder text = new StringBuilder();
        for (Group group : groups) {
            if (!group.marks().isEmpty()) {
                Mark first = group.marks().get(0);
                Mark last = group.marks().get(group.marks().size() - 1);
                text.append(text.length() == 0 ? "" : " ")
                        .append(group.marks().size())
                        .append(" of ")
                        .append(group.name());
                if (group.joined()) {
                    text.append(", from ").append(first.label()).append(" to ").append(last.label());
                }
                text.append('.');
            }
        }
        return text.toString();
    }

    @Override
    public void write(JsonText to) {
        to.text("horizontal", horizontal)
                .text("vertical", vertical)
                .objects(
                        "groups",
                        groups,
                        (group, each) -> group.text("name", each.name())
                                .flag("joined", each.joined())
                                .objects("points", each.marks(), (mark, one) -> {
                                    one.at().write(mark.text("name", one.name()));
                                    mark.text("label", one.label());
                                }));
    }
}
