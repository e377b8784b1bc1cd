package org.corehours.cli.validation;

/** Reads numbers of a row. */
final class Cells {

    private Cells() {}

    static double number(MeasuredTable.Row row, String column) throws NotCoveredException {
        try {
            double value = Double.parseDouble(row.text(column));
            if (Double.isFinite(value) && value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new NotCoveredException(column + " is no number: \"" + row.text(column) + "\"");
        }
        throw new NotCoveredException(column + " is not above zero: \"" + row.text(column) + "\"");
    }

    static long wholeNumber(MeasuredTable.Row row, String column) throws NotCoveredException {
        double value = number(row, column);
        if (value != Math.rint(value)) {
            throw new NotCoveredException(column + " is no whole number: \"" + row.text(column) + "\"");
        }
        return (long) value;
    }
}
