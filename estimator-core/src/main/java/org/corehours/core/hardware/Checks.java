package org.corehours.core.hardware;

import java.util.Map;
import org.corehours.core.quantity.Sourced;

/** Validation shared by the records of this package. */
final class Checks {

    private Checks() {}

    static void notBlank(String owner, String what, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The " + what + " of " + owner + " is blank.");
        }
    }

    static void positive(String owner, String what, Sourced<? extends Number> value) {
        positive(owner, what, value.value().doubleValue());
    }

    static void positive(String owner, String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "The " + what + " of " + owner + " must be finite and above zero, not " + value + ".");
        }
    }

    static void fraction(String owner, String what, Sourced<Double> value) {
        if (!(value.value() > 0 && value.value() <= 1)) {
            throw new IllegalArgumentException(
                    "The " + what + " of " + owner + " must lie above 0 and at most at 1, not " + value.value() + ".");
        }
    }

    static void positive(String owner, String what, Map<?, ? extends Sourced<? extends Number>> values) {
        values.forEach((key, value) -> positive(owner, what + " (" + key + ")", value));
    }
}
