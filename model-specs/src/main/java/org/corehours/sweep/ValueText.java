package org.corehours.sweep;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values as people write them: a list {@code a,b,c} whose items may be ranges. {@code 32..512*2} multiplies from 32 up
 * to 512, {@code 0.1..0.5+0.1} adds, {@code 1..8} adds 1. Arithmetic is decimal, so that no value has a tail of digits.
 */
public final class ValueText {

    static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

    private static final String FIGURE = "[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][-+]?\\d+)?";
    private static final Pattern RANGE =
            Pattern.compile("(" + FIGURE + ")\\.\\.(" + FIGURE + ")(?:([*+])(" + FIGURE + "))?");
    private static final int MOST = 1_000_000;
    private static final int MOST_DIGITS = 30;

    private ValueText() {}

    /**
     * The values of a list.
     *
     * @param text items between commas
     * @return the values, ranges written out
     * @throws IllegalArgumentException if an item is empty, or a range ends before it begins, never ends or has more
     *     than a million values
     */
    public static List<String> list(String text) {
        List<String> values = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            values.addAll(item(item.strip()));
        }
        return values;
    }

    /**
     * The values of one item.
     *
     * @param text a value or a range
     * @return the value, or those of the range
     * @throws IllegalArgumentException as {@link #list}
     */
    public static List<String> item(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("A value is empty; write values as a,b,c or 32..512*2.");
        }
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            return List.of(text);
        }
        boolean multiplies = "*".equals(range.group(3));
        BigDecimal first = figure(range.group(1), text);
        BigDecimal last = figure(range.group(2), text);
        BigDecimal step = range.group(4) == null ? BigDecimal.ONE : figure(range.group(4), text);
        boolean grows = multiplies ? first.signum() > 0 && step.compareTo(BigDecimal.ONE) > 0 : step.signum() > 0;
        if (!grows || first.compareTo(last) > 0) {
            throw new IllegalArgumentException("The range " + text + " does not grow from its first value to its last;"
                    + " write it as 32..512*2 or 10..100+10.");
        }
        if (!multiplies && last.subtract(first).compareTo(step.multiply(BigDecimal.valueOf(MOST))) >= 0) {
            throw tooMany(text);
        }
        List<String> values = new ArrayList<>();
        for (BigDecimal value = first;
                value.compareTo(last) <= 0;
                value = multiplies ? value.multiply(step) : value.add(step)) {
            if (values.size() == MOST) {
                throw tooMany(text);
            }
            values.add(plain(value));
        }
        return values;
    }

    private static IllegalArgumentException tooMany(String text) {
        return new IllegalArgumentException("The range " + text + " has more than " + MOST + " values.");
    }

    /** A figure of a range. Exact arithmetic takes digits for every power of ten between figures, so they are limited. */
    private static BigDecimal figure(String figure, String range) {
        try {
            BigDecimal value = new BigDecimal(figure);
            if (figure.length() <= MOST_DIGITS && Math.abs((long) value.scale()) <= MOST_DIGITS) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw extreme(range);
        }
        throw extreme(range);
    }

    private static IllegalArgumentException extreme(String range) {
        return new IllegalArgumentException(
                "The range " + range + " has a figure of more than " + MOST_DIGITS + " digits.");
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
