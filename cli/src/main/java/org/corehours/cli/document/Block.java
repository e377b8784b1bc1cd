package org.corehours.cli.document;

import java.util.List;
import java.util.Map;
import org.corehours.cli.chart.Chart;
import org.corehours.cli.chart.Intervals;
import org.jspecify.annotations.Nullable;

/** A part of a document. */
public sealed interface Block permits Block.Heading, Block.Paragraph, Block.Bullets, Block.Table, Block.Figure {

    /**
     * A heading.
     *
     * @param level 1 for the document's title, 2 and 3 below it
     * @param text one line
     */
    record Heading(int level, String text) implements Block {}

    /**
     * Running text.
     *
     * @param text the text, without line breaks
     */
    record Paragraph(String text) implements Block {}

    /**
     * A list of short texts.
     *
     * @param items the texts, without line breaks
     */
    record Bullets(List<String> items) implements Block {

        /** Copies the list. */
        public Bullets {
            items = List.copyOf(items);
        }
    }

    /**
     * A table.
     *
     * @param columns its columns
     * @param rows its rows, a cell for each column
     */
    record Table(List<Column> columns, List<List<String>> rows) implements Block {

        /** @throws IllegalArgumentException if a row has another number of cells than there are columns */
        public Table {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
            for (List<String> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException(
                            "The row " + row + " needs " + columns.size() + " cells, one for each of " + columns + ".");
                }
            }
        }
    }

    /**
     * A chart. Formats without pictures leave it out: a document says in words and tables what its charts show.
     *
     * @param title what is shown, in one line
     * @param caption what to see in it and how to read it
     * @param chart the chart
     * @param table its figures; null if they are those of the table that follows
     */
    record Figure(
            String title,
            String caption,
            Chart chart,
            @Nullable Table table) implements Block {}

    /**
     * A column of a table.
     *
     * @param title its title; empty for none
     * @param right whether its cells are set to the right, as numbers are
     * @param tones what cells with these very texts say, for formats with colours; a colour only repeats the words
     */
    record Column(String title, boolean right, Map<String, Intervals.Tone> tones) {

        /** Copies the map. */
        public Column {
            tones = Map.copyOf(tones);
        }

        /**
         * What a cell says.
         *
         * @param cell its text
         * @return the tone
         */
        public Intervals.Tone tone(String cell) {
            return tones.getOrDefault(cell, Intervals.Tone.NEUTRAL);
        }

        /**
         * A column of words that judge.
         *
         * @param title its title
         * @param tones what each word says
         * @return the column
         */
        public static Column words(String title, Map<String, Intervals.Tone> tones) {
            return new Column(title, false, tones);
        }

        /**
         * A column of texts.
         *
         * @param title its title
         * @return the column
         */
        public static Column text(String title) {
            return new Column(title, false, Map.of());
        }

        /**
         * A column of numbers.
         *
         * @param title its title
         * @return the column
         */
        public static Column number(String title) {
            return new Column(title, true, Map.of());
        }
    }
}
