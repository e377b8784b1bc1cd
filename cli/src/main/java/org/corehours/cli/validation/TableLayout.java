package org.corehours.cli.validation;

import java.util.List;
import java.util.Map;

/** The layout of a table of measurements, and how a row of it is predicted. */
public interface TableLayout {

    /** {@return what tables of this layout hold, as a phrase} */
    String description();

    /** {@return the columns that a table must have to be of this layout} */
    List<String> columns();

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
     * @param measured the measured value
     * @param predicted the predicted one, in the same unit
     * @param unit the unit
     * @param details what else is worth a column in a file of predictions
     */
    record Prediction(String group, double measured, double predicted, String unit, Map<String, Double> details) {

        /** {@return by how much the prediction is above the measurement, as a share of the measurement} */
        double error() {
            return predicted / measured - 1;
        }
    }
}
