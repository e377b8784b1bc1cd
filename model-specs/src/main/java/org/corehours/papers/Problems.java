package org.corehours.papers;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecProblem;
import org.jspecify.annotations.Nullable;

/** Mistakes as they are found, so that they can be reported together. One that is found several times counts once. */
final class Problems {

    private final Set<SpecProblem> found = new LinkedHashSet<>();

    void add(SpecException mistakes) {
        found.addAll(mistakes.problems());
    }

    /** Does something, and notes its mistakes. */
    void collect(Runnable reading) {
        try {
            reading.run();
        } catch (SpecException e) {
            add(e);
        }
    }

    /** Reads something, and notes its mistakes; null if there are any. */
    <T> @Nullable T get(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (SpecException e) {
            add(e);
            return null;
        }
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new SpecException(List.copyOf(found));
        }
    }
}
