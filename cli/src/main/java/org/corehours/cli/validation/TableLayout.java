package org.corehours.cli.validation;

import java.util.List;
import java.util.Map;
import org.corehours.core.quantity.Interval;
import org.jspecify.annotations.Nullable;

/** The layout of a table of measurements, and how a row of it is predicted. Safe for use by several threads. */
public interface TableLayout {

    /** {@return what tables of this layout hold, as a phrase} */
    String description();

    /** {@return where public tables of this layout come from; empty if there are none} */
    String source();

    /** {@return the columns that a table must have to be of this layout} */
    List<String> columns();

    /** {@return whether constants were fitted on half of such a table, so that errors count on the other half only} */
    default boolean fitted() {
        return false;
    }

    /**
     * Predicts a row.
     *
     * @param row the row
     * @return its prediction
     * @throws NotCoveredException if the row cannot be predicted
     */
    Prediction predict(MeasuredTable.Row row) throws NotCoveredException;

    /**
     * What a row says and what it would be by the laws.
     *
     * @param group the group of rows whose errors are summed up together
     * @param label what the row is about, in a few words
     * @param measured the measured value
     * @param predicted the predicted one, in the same unit
     * @param unit the unit
     * @param leftOut whether no constant was fitted to the row
     * @param interval from the 10th to the 90th percentile of the prediction; null where only one value is predicted
     * @param others what others predicted for the row, by their names
     * @param details what else is worth a column in a file of predictions
     */
    record Prediction(
            String group,
            String label,
            double measured,
            double predicted,
            String unit,
            boolean leftOut,
            @Nullable Interval interval,
            Map<String, Double> others,
            Map<String, Double> details) {

        /** Of a row that no constant was fitted to, with one value. */
        Prediction(String group, String label, double measured, double predicted, String unit) {
            this(group, label, measured, predicted, unit, true, null, Map.of(), Map.of());
        }

        Prediction withLeftOut(boolean isLeftOut) {
            return new Prediction(group, label, measured, predicted, unit, isLeftOut, interval, others, details);
        }

        Prediction withInterval(Interval range) {
            return new Prediction(group, label, measured, predicted, unit, leftOut, range, others, details);
        }

        Prediction withOthers(Map<String, Double> predictions) {
            return new Prediction(group, label, measured, predicted, unit, leftOut, interval, predictions, details);
        }

        Prediction withDetails(Map<String, Double> values) {
            return new Prediction(group, label, measured, predicted, unit, leftOut, interval, others, values);
        }

        /** {@return by how much the prediction is above the measurement, as a share of the measurement} */
        public double error() {
            return predicted / measured - 1;
        }

        /** {@return whether the measured value lies in the interval; null without an interval} */
        public @Nullable Boolean inside() {
            return interval == null ? null : interval.low() <= measured && measured <= interval.high();
        }
    }
}
