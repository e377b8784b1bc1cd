package org.corehours.cli.validation;

import java.util.Locale;
import org.corehours.core.hardware.Precision;

/** Reads the values of a row; a message says where a cell stands that cannot be read. */
final class Cells {

    private Cells() {}

    /** A number above zero. */
    static double number(MeasuredTable.Row row, String column) throws NotCoveredException {
        double value;
        try {
            value = Double.parseDouble(row.text(column));
        } catch (NumberFormatException e) {
            throw bad(row, column, "is no number");
        }
        if (!Double.isFinite(value) || value <= 0) {
            throw bad(row, column, "is not above zero");
        }
        return value;
    }

    /** A whole number above zero. */
    static long wholeNumber(MeasuredTable.Row row, String column) throws NotCoveredException {
        double value = number(row, column);
        if (value != Math.rint(value) || value >= Long.MAX_VALUE) {
            throw bad(row, column, "is no whole number");
        }
        return (long) value;
    }

    /** A whole number above zero that fits an int. */
    static int count(MeasuredTable.Row row, String column) throws NotCoveredException {
        long value = wholeNumber(row, column);
        if (value > Integer.MAX_VALUE) {
            throw bad(row, column, "is above " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /** One of the precisions; amp without more is fp16, as in the tables that write it so. */
    static Precision precision(MeasuredTable.Row row, String column) throws NotCoveredException {
        return switch (row.text(column).toLowerCase(Locale.ROOT)) {
            case "fp32", "float32" -> Precision.FP32;
            case "tf32" -> Precision.TF32;
            case "fp16", "float16", "half", "amp", "amp-fp16" -> Precision.FP16;
            case "bf16", "bfloat16", "amp-bf16", "amp_bf16" -> Precision.BF16;
            default -> throw bad(row, column, "is none of fp32, tf32, fp16, bf16, amp-fp16, amp-bf16");
        };
    }

    static NotCoveredException bad(MeasuredTable.Row row, String column, String why) {
        return new NotCoveredException(
                row.place(column) + ": " + column + " " + why + ": \"" + row.text(column) + "\"");
    }
}
