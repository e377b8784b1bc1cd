package org.corehours.cli.document;

import java.util.Locale;
import java.util.function.DoubleFunction;
import org.corehours.core.quantity.Interval;

/** Numbers as people read them: three digits, SI prefixes, units. Files for machines hold the raw ones. */
public final class Numbers {

    private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};
    private static final String[] SMALL_PREFIXES = {"", "m", "µ", "n", "p"};
    private static final String[] BINARY_PREFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private Numbers() {}

    /**
     * A whole number with its thousands apart.
     *
     * @param value the number
     * @return such as {@code 1,281,167}
     */
    public static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /**
     * A number with three digits.
     *
     * @param value the number
     * @return such as {@code 0.0123}, {@code 4.56}, {@code 78.9} or {@code 12,300}
     */
    public static String plain(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size >= 999.5) {
            double unit = Math.pow(10, Math.floor(Math.log10(size)) - 2);
            return count(Math.round(value / unit) * unit);
        }
        if (size < 1e-4) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int digits = (int) Math.max(0, 2 - Math.floor(Math.log10(size) + 1e-9));
        // A value that rounds up to the next power of ten needs one digit less.
        if (Math.log10(size + 0.5 * Math.pow(10, -digits)) >= 3 - digits) {
            digits = Math.max(0, digits - 1);
        }
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.equals("1000") ? "1,000" : text;
    }

    /**
     * A number with a decimal prefix.
     *
     * @param value the number
     * @param unit its unit
     * @return such as {@code 17.6 GFLOPs}
     */
    public static String si(double value, String unit) {
        int thousands = 0;
        double scaled = value;
        while (Math.abs(scaled) >= 999.5 && thousands < PREFIXES.length - 1) {
            scaled /= 1000;
            thousands++;
        }
        String prefixed = PREFIXES[thousands] + unit;
        return plain(scaled) + (prefixed.isEmpty() ? "" : " " + prefixed);
    }

    /**
     * A number of bytes.
     *
     * @param value the bytes
     * @return such as {@code 11.2 GiB}
     */
    public static String bytes(double value) {
        int steps = 0;
        double scaled = value;
        while (Math.abs(scaled) >= 999.5 && steps < BINARY_PREFIXES.length - 1) {
            scaled /= 1024;
            steps++;
        }
        return plain(scaled) + " " + BINARY_PREFIXES[steps] + "B";
    }

    /**
     * A short time.
     *
     * @param value the seconds
     * @return such as {@code 412 ms}
     */
    public static String seconds(double value) {
        int steps = 0;
        double scaled = value;
        while (scaled != 0 && Math.abs(scaled) < 0.9995 && steps < SMALL_PREFIXES.length - 1) {
            scaled *= 1000;
            steps++;
        }
        return plain(scaled) + " " + SMALL_PREFIXES[steps] + "s";
    }

    /**
     * A long time.
     *
     * @param value the hours
     * @return such as {@code 41.2 h}; below an hour, minutes or seconds
     */
    public static String hours(double value) {
        if (value == 0 || Math.abs(value) >= 0.9995) {
            return plain(value) + " h";
        }
        return Math.abs(value) * 60 >= 0.9995 ? plain(value * 60) + " min" : seconds(value * 3600);
    }

    /**
     * A share.
     *
     * @param value the share, 1 for the whole
     * @return such as {@code 38.4 %}
     */
    public static String percent(double value) {
        return plain(value * 100) + " %";
    }

    /**
     * A weight or a probability, to the whole percent.
     *
     * @param value the share, 1 for the whole
     * @return such as {@code 38 %}
     */
    public static String wholePercent(double value) {
        if (value > 0 && value < 0.005) {
            return "<1 %";
        }
        return value < 1 && value > 0.995 ? ">99 %" : String.format(Locale.ROOT, "%.0f %%", value * 100);
    }

    /**
     * An amount of money.
     *
     * @param value the US dollars
     * @return such as {@code $12,300}
     */
    public static String dollars(double value) {
        return "$" + plain(value);
    }

    /**
     * An interval with its median first.
     *
     * @param interval the interval
     * @param format how a bound is written
     * @return such as {@code 41.0 h (35.2 – 52.3)}, or {@code 1.10 h (48.0 min – 1.20 h)} where units differ; the value
     *     alone where nothing varies
     */
    public static String interval(Interval interval, DoubleFunction<String> format) {
        String median = format.apply(interval.median());
        String low = format.apply(interval.low());
        String high = format.apply(interval.high());
        if (low.equals(median) && high.equals(median)) {
            return median;
        }
        String unit = unit(median);
        return unit.equals(unit(low)) && unit.equals(unit(high))
                ? median + " (" + number(low) + " – " + number(high) + ")"
                : median + " (" + low + " – " + high + ")";
    }

    private static String unit(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? "" : text.substring(space);
    }

    private static String number(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }
}
