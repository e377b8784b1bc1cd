package org.corehours.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.core.quantity.NameSuggestions;
import org.jspecify.annotations.Nullable;

/**
 * What a row must meet to be kept: {@code fits}, {@code !fits}, {@code hours<100}, {@code bound_by=compute} or
 * {@code hardware!=t4}. A point without an estimate meets no condition on one.
 */
public final class Condition {

    private static final Pattern COMPARISON =
            Pattern.compile("\\s*([a-z][\\w.]*)\\s*(<=|>=|!=|==|=|<|>)\\s*(\\S(?:.*\\S)?)\\s*");
    private static final Pattern FLAG = Pattern.compile("\\s*(!?)\\s*([a-z][\\w.]*)\\s*");

    private final String text;
    private final @Nullable Column column;
    private final int axis;
    private final List<String> axisValues;
    private final String operator;
    private final String wanted;
    private final double number;

    private Condition(
            String text, @Nullable Column column, int axis, List<String> axisValues, String operator, String wanted) {
        this.text = text;
        this.column = column;
        this.axis = axis;
        this.axisValues = axisValues;
        this.operator = operator;
        this.wanted = wanted;
        this.number = Axis.isNumber(wanted) ? Double.parseDouble(wanted) : Double.NaN;
    }

    /**
     * Reads a condition.
     *
     * @param text the condition
     * @param axes the parameters it may be about
     * @return the condition
     * @throws IllegalArgumentException if it is none, or is about something that rows do not have
     */
    public static Condition of(String text, List<Axis> axes) {
        Matcher comparison = COMPARISON.matcher(text);
        if (comparison.matches()) {
            String operator = comparison.group(2).equals("==") ? "=" : comparison.group(2);
            return of(text, comparison.group(1), operator, comparison.group(3), axes);
        }
        Matcher flag = FLAG.matcher(text);
        if (flag.matches()) {
            return of(text, flag.group(2), flag.group(1).isEmpty() ? "=" : "!=", "true", axes);
        }
        throw new IllegalArgumentException(
                "The condition " + text + " is not written as name<number, name=word or fits.");
    }

    private static Condition of(String text, String name, String operator, String wanted, List<Axis> axes) {
        boolean ordered = operator.startsWith("<") || operator.startsWith(">");
        for (int i = 0; i < axes.size(); i++) {
            Axis axis = axes.get(i);
            if (axis.name().equals(name)) {
                refuseUnless(!ordered || (axis.isNumeric() && Axis.isNumber(wanted)), text, name);
                return new Condition(text, null, i, axis.values(), operator, wanted);
            }
        }
        Column column = Column.called(name);
        if (column == null) {
            List<String> known = new ArrayList<>(axes.stream().map(Axis::name).toList());
            for (Column each : Column.values()) {
                known.add(each.id());
            }
            List<String> near = NameSuggestions.nearest(name, known, 1);
            throw new IllegalArgumentException("The condition " + text + " is about " + name
                    + ", which rows do not have; "
                    + (near.isEmpty() ? "they have " + String.join(", ", known) : "did you mean " + near.get(0)) + "?");
        }
        refuseUnless(column.isNumber() ? Axis.isNumber(wanted) : !ordered, text, name);
        return new Condition(text, column, -1, List.of(), operator, wanted);
    }

    private static void refuseUnless(boolean comparable, String text, String name) {
        if (!comparable) {
            throw new IllegalArgumentException("The condition " + text + " cannot be met: " + name
                    + " is compared with a number if it is one," + " and is = or != a word if it is not.");
        }
    }

    /**
     * Whether a point meets it.
     *
     * @param point the point
     * @return true if it does
     */
    public boolean isMetBy(PointResult point) {
        if (column == null) {
            String value = axisValues.get(point.choice()[axis]);
            boolean numbers = !Double.isNaN(number) && Axis.isNumber(value);
            return numbers ? isMetBy(Double.parseDouble(value)) : isMetBy(value);
        }
        if (point.estimate() == null) {
            return false;
        }
        return column.isNumber() ? isMetBy(column.of(point.estimate())) : isMetBy(column.word(point.estimate()));
    }

    private boolean isMetBy(String value) {
        return operator.equals("=") == value.equals(wanted);
    }

    private boolean isMetBy(double value) {
        return switch (operator) {
            case "<" -> value < number;
            case "<=" -> value <= number;
            case ">" -> value > number;
            case ">=" -> value >= number;
            case "=" -> value == number;
            default -> value != number && !Double.isNaN(value);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
