package org.corehours.cli.chart;

import java.util.Comparator;
import java.util.List;
import org.corehours.cli.json.JsonText;

/**
 * Bars side by side.
 *
 * @param axis what their lengths are, with the unit
 * @param series what the bars of a row are of, in order
 * @param rows the rows, from top to bottom
 */
public record Bars(String axis, List<String> series, List<Row> rows) implements Chart {

    /** How many of the longest bars are named in words. */
    private static final int NAMED = 3;

    /** @throws IllegalArgumentException if a row has another number of bars than there are series */
    public Bars {
        series = List.copyOf(series);
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (row.bars().size() != series.size()) {
                throw new IllegalArgumentException(
                        "The row " + row.name() + " needs " + series.size() + " bars, one for each of " + series + ".");
            }
        }
    }

    /**
     * The bars of one thing.
     *
     * @param name the thing
     * @param bars its bars
     */
    public record Row(String name, List<Bar> bars) {

        /** Copies the list. */
        public Row {
            bars = List.copyOf(bars);
        }
    }

    /**
     * One bar.
     *
     * @param value its length in the axis's unit
     * @param label the value for readers
     */
    public record Bar(double value, String label) {}

    @Override
    public String kind() {
        return "bars";
    }

    @Override
    public String summary() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < series.size(); i++) {
            int bar = i;
            List<String> largest = rows.stream()
                    .filter(row -> row.bars().get(bar).value() > 0)
                    .sorted(Comparator.comparingDouble(
                            row -> -row.bars().get(bar).value()))
                    .limit(NAMED)
                    .map(row -> row.name() + " " + row.bars().get(bar).label())
                    .toList();
            if (!largest.isEmpty()) {
                text.append(text.length() == 0 ? "" : " ")
                        .append("Most ")
                        .append(series.get(i))
                        .append(": ")
                        .append(String.join(", ", largest))
                        .append('.');
            }
        }
        return text.toString();
    }

    @Override
    public void write(JsonText to) {
        to.text("axis", axis)
                .texts("series", series)
                .objects(
                        "rows",
                        rows,
                        (row, each) -> row.text("name", each.name())
                                .objects(
                                        "bars",
                                        each.bars(),
                                        (bar, one) ->
                                                bar.number("value", one.value()).text("label", one.label())));
    }
}
