package org.corehours.cli.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.corehours.cli.validation.TableLayout.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * A table of measurements beside its predictions.
 *
 * @param table the table
 * @param layout its layout
 * @param rows its rows in order, each with its prediction or the reason why there is none
 */
public record Validation(MeasuredTable table, TableLayout layout, List<ValidatedRow> rows) {

    /** Copies the list. */
    public Validation {
        rows = List.copyOf(rows);
    }

    /**
     * A row with its prediction or the reason why there is none.
     *
     * @param row the row
     * @param prediction the prediction; null if there is none
     * @param reasonAlone why there is none, without what of the row it is about; empty if there is one
     * @param subject what of the row the reason is about; may be empty
     */
    public record ValidatedRow(
            MeasuredTable.Row row, @Nullable Prediction prediction, String reasonAlone, String subject) {

        static ValidatedRow of(MeasuredTable.Row row, TableLayout layout) {
            try {
                return new ValidatedRow(row, layout.predict(row), "", "");
            } catch (NotCoveredException e) {
                return new ValidatedRow(row, null, e.reason(), e.subject());
            } catch (ArithmeticException e) {
                return new ValidatedRow(row, null, "has figures that are too large to count", "");
            } catch (IllegalArgumentException e) {
                // Its cells are readable one by one and make no sense together, such as heads that do not divide a
                // width.
                return new ValidatedRow(row, null, "does not go together:", String.valueOf(e.getMessage()));
            }
        }

        /** {@return why there is no prediction; empty if there is one} */
        public String reason() {
            return subject.isEmpty() ? reasonAlone : reasonAlone + " " + subject;
        }
    }

    /**
     * Predicts every row of a table that can be.
     *
     * @param table the table
     * @return the table beside its predictions
     * @throws org.corehours.spec.SpecException if its header is that of no known layout
     */
    public static Validation of(MeasuredTable table) {
        return of(table, () -> {});
    }

    /**
     * Predicts every row of a table that can be.
     *
     * @param table the table
     * @param done called whenever a row is done, from any thread
     * @return the table beside its predictions
     * @throws org.corehours.spec.SpecException if its header is that of no known layout
     */
    public static Validation of(MeasuredTable table, Runnable done) {
        TableLayout layout = Layouts.find(table, Layouts.all());
        return new Validation(
                table,
                layout,
                table.rows().parallelStream()
                        .map(row -> {
                            ValidatedRow validated = ValidatedRow.of(row, layout);
                            done.run();
                            return validated;
                        })
                        .toList());
    }

    /** {@return the predictions, in the order of the rows} */
    public List<Prediction> predictions() {
        return rows.stream()
                .map(ValidatedRow::prediction)
                .filter(Objects::nonNull)
                .toList();
    }

    /** {@return the rows that are not predicted} */
    public List<ValidatedRow> notCovered() {
        return rows.stream().filter(each -> each.prediction() == null).toList();
    }

    /** {@return the errors of all predicted rows; null if there are none} */
    public @Nullable Errors overall() {
        return overall(predictions());
    }

    /** {@return the errors of every group of predicted rows, in alphabetical order} */
    public List<Errors> groups() {
        return groups(predictions());
    }

    /** {@return the predictions of rows that no constant was fitted to} */
    public List<Prediction> leftOut() {
        return predictions().stream().filter(Prediction::leftOut).toList();
    }

    /**
     * The errors of some predictions together.
     *
     * @param predictions the predictions
     * @return their errors; null if there are none
     */
    public static @Nullable Errors overall(List<Prediction> predictions) {
        return predictions.isEmpty() ? null : Errors.of("all", predictions);
    }

    /**
     * The errors of some predictions, group by group.
     *
     * @param predictions the predictions
     * @return the errors, in alphabetical order of the groups
     */
    public static List<Errors> groups(List<Prediction> predictions) {
        Map<String, List<Prediction>> byGroup = new TreeMap<>();
        predictions.forEach(each -> byGroup.computeIfAbsent(each.group(), group -> new ArrayList<>())
                .add(each));
        return byGroup.entrySet().stream()
                .map(each -> Errors.of(each.getKey(), each.getValue()))
                .toList();
    }

    /**
     * What others predicted for rows of the table, by their names, on the rows that are predicted here too.
     *
     * @return the errors of each beside {@code corehours} on the same rows; empty if the table has no others
     */
    public List<Errors> comparison() {
        Map<String, List<Double>> errors = new TreeMap<>();
        Map<String, List<Double>> own = new TreeMap<>();
        for (Prediction each : predictions()) {
            each.others().forEach((name, value) -> {
                errors.computeIfAbsent(name, key -> new ArrayList<>()).add(value / each.measured() - 1);
                own.computeIfAbsent(name, key -> new ArrayList<>()).add(each.error());
            });
        }
        List<Errors> comparison = new ArrayList<>();
        errors.forEach((name, values) -> {
            comparison.add(Errors.of(name, values, null));
            comparison.add(Errors.of("corehours, same rows as " + name, own.getOrDefault(name, List.of()), null));
        });
        return comparison;
    }
}
