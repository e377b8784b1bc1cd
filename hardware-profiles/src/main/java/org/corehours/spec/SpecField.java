package org.corehours.spec;

import org.jspecify.annotations.Nullable;

/**
 * A field that was asked for. Its value can be taken once {@link SpecFields#done} has found all fields right.
 *
 * @param <T> what the field holds
 */
public final class SpecField<T> {

    private final @Nullable T value;

    SpecField(@Nullable T value) {
        this.value = value;
    }

    /** {@return the value} */
    public T get() {
        if (value == null) {
            throw new IllegalStateException("The field has no value: call done() before get().");
        }
        return value;
    }
}
