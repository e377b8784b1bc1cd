package org.corehours.cli.sweep;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.document.CsvCell;
import org.corehours.cli.json.JsonText;
import org.corehours.sweep.Axis;
import org.corehours.sweep.Column;
import org.corehours.sweep.PointResult;
import org.jspecify.annotations.Nullable;

/**
 * Rows as lines: the parameters, the figures and why a point is not feasible. Numbers have every digit that tells them
 * from their neighbours; what a point does not have is left empty, in JSON left out.
 */
public abstract class RowText {

    private static final String REASON = "reason";

    /** Whole numbers up to here are written as such. */
    private static final double LARGEST_WHOLE = 1L << 53;

    private final List<Column> columns = new ArrayList<>();
    private final List<Axis> axes;

    private RowText(List<Axis> axes) {
        this.axes = List.copyOf(axes);
        List<String> names = axes.stream().map(Axis::name).toList();
        for (Column column : Column.values()) {
            if (!names.contains(column.id())) {
                columns.add(column);
            }
        }
    }

    /**
     * Comma-separated values with a header.
     *
     * @param axes the parameters
     * @return the format
     */
    public static RowText csv(List<Axis> axes) {
        return new Csv(axes);
    }

    /**
     * A JSON object per line.
     *
     * @param axes the parameters
     * @return the format
     */
    public static RowText jsonLines(List<Axis> axes) {
        return new JsonLines(axes);
    }

    /** {@return what comes before the first row} */
    public abstract String header();

    /**
     * Writes a row.
     *
     * @param to where to
     * @param point the point
     */
    public abstract void append(StringBuilder to, PointResult point);

    List<Axis> axes() {
        return axes;
    }

    List<Column> columns() {
        return columns;
    }

    private static void number(StringBuilder to, double value) {
        if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
            to.append((long) value);
        } else {
            to.append(value);
        }
    }

    private static final class Csv extends RowText {

        private final List<List<String>> quoted;

        Csv(List<Axis> axes) {
            super(axes);
            quoted = axes.stream()
                    .map(axis -> axis.values().stream().map(Csv::quoted).toList())
                    .toList();
        }

        @Override
        public String header() {
            List<String> names = new ArrayList<>(axes().stream().map(Axis::name).toList());
            columns().forEach(column -> names.add(column.id()));
            names.add(REASON);
            return String.join(",", names) + "\n";
        }

        @Override
        public void append(StringBuilder to, PointResult point) {
            for (int i = 0; i < quoted.size(); i++) {
                to.append(quoted.get(i).get(point.choice()[i])).append(',');
            }
            List<Column> columns = columns();
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                if (point.estimate() != null) {
                    if (column.isNumber()) {
                        double value = column.of(point.estimate());
                        if (Double.isFinite(value)) {
                            number(to, value);
                        }
                    } else {
                        to.append(column.word(point.estimate()));
                    }
                }
                to.append(',');
            }
            if (point.reason() != null) {
                to.append(quoted(point.reason()));
            }
            to.append('\n');
        }

        private static String quoted(String text) {
            return CsvCell.of(text.replace('\n', ' ').replace('\r', ' '));
        }
    }

    private static final class JsonLines extends RowText {

        private final List<List<String>> fields;

        JsonLines(List<Axis> axes) {
            super(axes);
            fields = axes.stream()
                    .map(axis -> {
                        boolean numbers = axis.isNumeric();
                        return axis.values().stream()
                                .map(value -> quoted(axis.name()) + ":" + (numbers ? plain(value) : quoted(value)))
                                .toList();
                    })
                    .toList();
        }

        /** JSON has no {@code +5}, {@code 05}, {@code .5} and {@code 5.}. */
        private static String plain(String number) {
            StringBuilder text = new StringBuilder();
            number(text, Double.parseDouble(number));
            return text.toString();
        }

        @Override
        public String header() {
            return "";
        }

        @Override
        public void append(StringBuilder to, PointResult point) {
            to.append("{\"schema_version\":").append(JsonText.SCHEMA_VERSION);
            for (int i = 0; i < fields.size(); i++) {
                to.append(',').append(fields.get(i).get(point.choice()[i]));
            }
            if (point.estimate() != null) {
                for (Column column : columns()) {
                    if (!column.isNumber()) {
                        String word = column.word(point.estimate());
                        field(to, column).append(column == Column.FITS ? word : quoted(word));
                        continue;
                    }
                    double value = column.of(point.estimate());
                    if (Double.isFinite(value)) {
                        number(field(to, column), value);
                    }
                }
            }
            if (point.reason() != null) {
                to.append(",\"").append(REASON).append("\":").append(quoted(point.reason()));
            }
            to.append("}\n");
        }

        private static StringBuilder field(StringBuilder to, Column column) {
            return to.append(",\"").append(column.id()).append("\":");
        }

        private static String quoted(@Nullable String text) {
            StringBuilder quoted = new StringBuilder("\"");
            String.valueOf(text).chars().forEach(c -> {
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append((char) c);
                } else if (c < ' ') {
                    quoted.append(' ');
                } else {
                    quoted.append((char) c);
                }
            });
            return quoted.append('"').toString();
        }
    }
}
