package org.corehours.sweep;

import java.util.function.Supplier;
import org.corehours.spec.SpecException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a run, or why there is none.
 *
 * @param value the part; null if there is none
 * @param reason why; null if there is one
 */
record Made<T>(@Nullable T value, @Nullable String reason) {

    static <T> Made<T> of(Supplier<T> maker) {
        try {
            return new Made<>(maker.get(), null);
        } catch (SpecException e) {
            return new Made<>(null, e.problems().get(0).message());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Made<>(null, String.valueOf(e.getMessage()));
        }
    }

    /** {@return the part} */
    T get() {
        if (value == null) {
            throw new IllegalArgumentException(reason);
        }
        return value;
    }
}
