package org.corehours.models.spec;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One field of a {@link RecordKind}.
 *
 * @param name its key in a file
 * @param kind what its value may be
 * @param otherwise what counts where it is left out, from the values of the fields before it; null where it must be
 *     given
 * @param otherwiseText the same in words, empty where it must be given
 * @param meaning what it is
 * @param <T> the value's type
 */
record Field<T>(
        String name,
        ValueKind<T> kind,
        @Nullable Function<Map<String, Object>, T> otherwise,
        String otherwiseText,
        String meaning) {

    boolean required() {
        return otherwise == null;
    }

    /** What the field holds where it is left out. */
    T otherwise(Map<String, Object> before) {
        if (otherwise == null) {
            throw new IllegalStateException("The field " + name + " has no default.");
        }
        return otherwise.apply(before);
    }

    /** The value as plain data. */
    Object write(Object value) {
        @SuppressWarnings("unchecked") // a record's components have the types of its fields
        T typed = (T) value;
        return kind.write(typed);
    }
}
