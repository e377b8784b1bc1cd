package org.corehours.core.simulate;

import org.jspecify.annotations.Nullable;

/**
 * What is known of who loads a run's samples, beyond the machine it runs on. What is null is as the machine has it, and
 * as many workers as keep its cores busy.
 *
 * @param coresPerDevice physical cores that a device has for itself
 * @param workersPerDevice processes that load samples for a device, each on a thread of a core
 * @param storageBytesPerSecond what storage delivers to a machine
 */
public record InputSupply(
        @Nullable Double coresPerDevice,
        @Nullable Integer workersPerDevice,
        @Nullable Double storageBytesPerSecond) {

    /** What the machine has. */
    public static final InputSupply OF_MACHINE = new InputSupply(null, null, null);

    /** @throws IllegalArgumentException if a value is not above zero */
    public InputSupply {
        check("cores of a device", coresPerDevice);
        check("workers of a device", workersPerDevice);
        check("bytes per second from storage", storageBytesPerSecond);
    }

    private static void check(String what, @Nullable Number value) {
        if (value != null && !(value.doubleValue() > 0 && Double.isFinite(value.doubleValue()))) {
            throw new IllegalArgumentException("The " + what + " must be finite and above zero, not " + value + ".");
        }
    }
}
