package org.corehours.sweep;

import java.util.List;

/**
 * A parameter and the values it takes.
 *
 * @param name the parameter, such as {@code global_batch} or {@code method.drop_path}
 * @param values its values as files write them, in order; at least one
 */
public record Axis(String name, List<String> values) {

    /** @throws IllegalArgumentException if there is no value */
    public Axis {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("The parameter " + name + " has no values; give at least one.");
        }
    }

    /** {@return whether all its values are numbers} */
    public boolean isNumeric() {
        return values.stream().allMatch(Axis::isNumber);
    }

    static boolean isNumber(String text) {
        return !text.isEmpty() && ValueText.NUMBER.matcher(text).matches();
    }
}
