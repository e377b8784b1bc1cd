package org.corehours.cli.chart;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.corehours.cli.json.JsonText;
import org.corehours.core.quantity.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Intervals with their medians, below each other on one logarithmic axis.
 *
 * @param axis what they are intervals of, with the unit
 * @param reference a value to compare all of them with; null for none
 * @param rows the intervals, from top to bottom
 */
public record Intervals(String axis, @Nullable Reference reference, List<Row> rows) implements Chart {

    /** @throws IllegalArgumentException if a value is not above zero, where a logarithmic axis has no place for it */
    public Intervals {
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (!(row.interval().low() > 0)) {
                throw new IllegalArgumentException("The interval of " + row.name()
                        + " must lie above zero, not start at " + row.interval().low() + ".");
            }
        }
    }

    /**
     * A value to compare with.
     *
     * @param name what it is
     * @param value the value in the axis's unit
     */
    public record Reference(String name, double value) {}

    /** What an interval says of the claim it is compared with. */
    public enum Tone {
        /** Nothing is compared. */
        NEUTRAL,
        /** They agree. */
        AGREES,
        /** They may agree. */
        OPEN,
        /** They do not agree. */
        DISAGREES;

        /** {@return the name in data and styles, in lower case} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One interval.
     *
     * @param name whose it is
     * @param interval the interval in the axis's unit
     * @param label the interval for readers
     * @param note a word to stand beside it; empty for none
     * @param tone what it says
     */
    public record Row(String name, Interval interval, String label, String note, Tone tone) {}

    @Override
    public String kind() {
        return "intervals";
    }

    @Override
    public String summary() {
        if (rows.isEmpty()) {
            return "";
        }
        if (reference != null) {
            double value = reference.value();
            List<String> outside = rows.stream()
                    .filter(row -> !row.interval().contains(value))
                    .map(Row::name)
                    .toList();
            return (rows.size() - outside.size()) + " of " + rows.size() + " intervals hold the value "
                    + reference.name()
                    + (outside.isEmpty() ? "." : "; these do not: " + String.join(", ", outside) + ".");
        }
        Comparator<Row> byMedian =
                Comparator.comparingDouble(row -> row.interval().median());
        Row least = Collections.min(rows, byMedian);
        Row most = Collections.max(rows, byMedian);
        return rows.size() == 1
                ? least.name() + ": " + least.label() + "."
                : "From " + least.name() + " with " + least.label() + " to " + most.name() + " with " + most.label()
                        + ".";
    }

    @Override
    public void write(JsonText to) {
        to.text("axis", axis);
        if (reference != null) {
            to.object("reference", each -> each.text("name", reference.name()).number("value", reference.value()));
        }
        to.objects(
                "rows",
                rows,
                (row, each) -> row.text("name", each.name())
                        .number("low", each.interval().low())
                        .number("median", each.interval().median())
                        .number("high", each.interval().high())
                        .text("label", each.label())
                        .text("note", each.note())
                        .text("tone", each.tone().id()));
    }
}
