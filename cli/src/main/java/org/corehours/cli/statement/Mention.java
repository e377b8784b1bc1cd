package org.corehours.cli.statement;

import org.jspecify.annotations.Nullable;

/**
 * One figure of a statement.
 *
 * @param measure what it measures
 * @param amount the figure in the measure's unit
 * @param counted for {@link Measure#DEVICES} and {@link Measure#DEVICE_HOURS} what is counted; for figures per device
 *     what they are per; else null
 * @param device the device as written, such as "TPUv5"; null if none is named
 * @param words the words it was read from
 * @param start where they start in the statement
 */
public record Mention(
        Measure measure,
        Amount amount,
        @Nullable Counted counted,
        @Nullable String device,
        String words,
        int start) {

    /** {@return the figure in the measure's unit} */
    public double value() {
        return amount.value();
    }

    /** {@return the least value it may stand for} */
    public double low() {
        return amount.low();
    }

    /** {@return the largest value it may stand for, infinite if it is stated as a lower bound} */
    public double high() {
        return amount.high();
    }

    int end() {
        return start + words.length();
    }
}
