package org.corehours.cli.statement;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A number as written, with the range of values that would be written so.
 *
 * <p>A number is taken as rounded to its last digit; zeros at its end may be of rounding too, but of no more than 5 %:
 * 21k stands for 20.5k to 21.5k, 1,000 for 950 to 1,050.
 *
 * @param value the number
 * @param low the least value it may stand for
 * @param high the largest value it may stand for; infinite for "over 40 hours"
 */
public record Amount(double value, double low, double high) {

    /** Digits with separators, a power of ten, a word for a power of ten; or a small number as a word. */
    static final String NUMBER = "(?:(?<![\\w.])(?:\\d{1,3}(?:,\\d{3})+|\\d{1,18})(?:\\.\\d{1,12})?"
            + "(?:\\s?[x×·*]\\s?10\\s?\\^?\\s?\\{?[+-]?\\d{1,3}\\}?|[eE][+-]?\\d{1,3})?"
            + "(?:\\s?(?:thousand|million|billion|trillion)\\b|\\s?[kKMB](?![A-Za-z]))?"
            + "|\\b(?:a single|one|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|a|an)\\b)";

    private static final double MOST_ROUNDED_AWAY = 0.05;

    private static final Map<String, Integer> WORDS = Map.ofEntries(
            Map.entry("a", 1),
            Map.entry("an", 1),
            Map.entry("a single", 1),
            Map.entry("one", 1),
            Map.entry("two", 2),
            Map.entry("three", 3),
            Map.entry("four", 4),
            Map.entry("five", 5),
            Map.entry("six", 6),
            Map.entry("seven", 7),
            Map.entry("eight", 8),
            Map.entry("nine", 9),
            Map.entry("ten", 10),
            Map.entry("twelve", 12),
            Map.entry("sixteen", 16));

    /**
     * Reads what {@link #NUMBER} matched.
     *
     * @param number the number
     * @param before the words right before it: "about", "over"
     */
    static Amount of(String number, @Nullable String before) {
        String text = number.strip().toLowerCase(Locale.ROOT);
        Integer word = WORDS.get(text);
        if (word != null) {
            return new Amount(word, word, word);
        }
        double scale = 1;
        for (Map.Entry<String, Double> each : SCALES.entrySet()) {
            if (text.endsWith(each.getKey())) {
                scale = each.getValue();
                text = text.substring(0, text.length() - each.getKey().length()).strip();
                break;
            }
        }
        String plain = text.replace(",", "").replaceAll("\\s?[x×·*]\\s?10\\s?\\^?\\s?\\{?([+-]?\\d+)\\}?", "e$1");
        BigDecimal printed = new BigDecimal(plain);
        double value = printed.doubleValue() * scale;
        double half = printed.ulp().doubleValue() * scale / 2;
        if (printed.signum() != 0) {
            double toZeros = printed.stripTrailingZeros().ulp().doubleValue() * scale / 2;
            half = Math.max(half, Math.min(toZeros, value * MOST_ROUNDED_AWAY));
        }
        String hedge = before == null ? "" : before.strip().toLowerCase(Locale.ROOT);
        if (hedge.matches("over|more than|at least|>|exceed.*")) {
            return new Amount(value, value - half, Double.POSITIVE_INFINITY);
        }
        if (hedge.matches("under|less than|fewer than|at most|up to|within|<")) {
            return new Amount(value, 0, value + half);
        }
        double range = hedge.isEmpty() ? half : 2 * half;
        return new Amount(value, value - range, value + range);
    }

    private static final Map<String, Double> SCALES =
            Map.of("thousand", 1e3, "million", 1e6, "billion", 1e9, "trillion", 1e12, "k", 1e3, "m", 1e6, "b", 1e9);

    /** A count, which is exact however round it looks. */
    Amount exact() {
        return new Amount(value, value, value);
    }

    Amount times(double factor) {
        return new Amount(value * factor, low * factor, high * factor);
    }

    /** The product of two independent amounts. */
    Amount times(Amount other) {
        return new Amount(value * other.value, low * other.low, high * other.high);
    }

    /** The quotient of two independent amounts. */
    Amount over(Amount other) {
        return new Amount(
                value / other.value, low / other.high, other.low == 0 ? Double.POSITIVE_INFINITY : high / other.low);
    }

    /** Whether some value may be meant by both. */
    boolean meets(Amount other) {
        return low <= other.high && other.low <= high;
    }
}
