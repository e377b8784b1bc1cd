package org.corehours.cli.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.jspecify.annotations.Nullable;

/**
 * A table of measurements beside its predictions.
 *
 * @param table the table
 * @param layout its layout
 * @param predictions the predictions by row, in the order of the table
 * @param notCovered the rows that are not predicted, with the reason
 */
public record Validation(
        MeasuredTable table,
        TableLayout layout,
        Map<MeasuredTable.Row, TableLayout.Prediction> predictions,
        Map<MeasuredTable.Row, String> notCovered) {

    private static final List<TableLayout> LAYOUTS = List.of(new ImageTrainingSteps());

    /**
     * How far predictions are from measurements, in percent of the measurements.
     *
     * @param group the group
     * @param n how many rows
     * @param medianAbsErrorPct the median of the absolute errors
     * @param meanAbsErrorPct their mean
     * @param p90AbsErrorPct their 90th percentile
     * @param biasPct the mean of the signed errors; above zero where predictions are too slow
     */
    public record Errors(
            String group,
            int n,
            double medianAbsErrorPct,
            double meanAbsErrorPct,
            double p90AbsErrorPct,
            double biasPct) {

        static Errors of(String group, List<TableLayout.Prediction> predictions) {
            double[] signed =
                    predictions.stream().mapToDouble(each -> 100 * each.error()).toArray();
            double[] absolute = Arrays.stream(signed).map(Math::abs).toArray();
            Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
            return new Errors(
                    group,
                    signed.length,
                    percentile.evaluate(absolute, 50),
                    Arrays.stream(absolute).average().orElseThrow(),
                    percentile.evaluate(absolute, 90),
                    Arrays.stream(signed).average().orElseThrow());
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
        TableLayout layout = LAYOUTS.stream()
                .filter(each -> table.header().containsAll(each.columns()))
                .findFirst()
                .orElseThrow(() -> MeasuredTable.problem(table.file(), 1, unknown(table)));
        Map<MeasuredTable.Row, TableLayout.Prediction> predictions = new LinkedHashMap<>();
        Map<MeasuredTable.Row, String> notCovered = new LinkedHashMap<>();
        for (MeasuredTable.Row row : table.rows()) {
            try {
                predictions.put(row, layout.predict(row));
            } catch (NotCoveredException e) {
                notCovered.put(row, String.valueOf(e.getMessage()));
            }
        }
        return new Validation(table, layout, predictions, notCovered);
    }

    private static String unknown(MeasuredTable table) {
        StringBuilder text = new StringBuilder("the header (");
        text.append(String.join(", ", table.header())).append(") is that of no known table; expected the columns of");
        for (TableLayout each : LAYOUTS) {
            text.append(" ").append(each.description()).append(": ").append(String.join(", ", each.columns()));
        }
        return text.toString();
    }

    /** {@return the errors of all predicted rows; null if there are none} */
    public @Nullable Errors overall() {
        return predictions.isEmpty() ? null : Errors.of("all", List.copyOf(predictions.values()));
    }

    /** {@return the errors of every group, in alphabetical order} */
    public List<Errors> groups() {
        Map<String, List<TableLayout.Prediction>> byGroup = new TreeMap<>();
        predictions
                .values()
                .forEach(each -> byGroup.computeIfAbsent(each.group(), group -> new ArrayList<>())
                        .add(each));
        return byGroup.entrySet().stream()
                .map(each -> Errors.of(each.getKey(), each.getValue()))
                .toList();
    }
}
