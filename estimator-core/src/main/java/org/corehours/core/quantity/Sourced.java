package org.corehours.core.quantity;

import java.util.Objects;
import java.util.function.Function;

/**
 * A value with how it is known and who says so.
 *
 * @param value the value, in the unit its owner names
 * @param provenance how it is known
 * @param source where it can be looked up: the id of a citation, or a reference a reader can follow; never blank
 * @param <T> what the value is
 */
public record Sourced<T>(T value, Provenance provenance, String source) {

    /**
     * @throws NullPointerException if a component is null
     * @throws IllegalArgumentException if the source is blank
     */
    public Sourced {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(provenance, "provenance");
        if (source.isBlank()) {
            throw new IllegalArgumentException("The value " + value + " (" + provenance.id()
                    + ") has no source. Name the citation it comes from.");
        }
    }

    /**
     * The same knowledge in another form, such as another unit. The provenance stays: use it only where nothing is
     * added to what the source says.
     *
     * @param <R> what the new value is
     * @param change the change of form
     * @return the changed value with this provenance and source
     */
    public <R> Sourced<R> map(Function<? super T, ? extends R> change) {
        return new Sourced<>(change.apply(value), provenance, source);
    }
}
