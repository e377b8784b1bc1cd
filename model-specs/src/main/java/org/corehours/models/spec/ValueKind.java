package org.corehours.models.spec;

import java.util.Map;
import org.corehours.spec.SpecNode;

/**
 * What a value in a model file may be: how it is read, written and described.
 *
 * @param <T> what it is once read
 */
interface ValueKind<T> {

    /**
     * Reads a value.
     *
     * @throws org.corehours.spec.SpecException if the node holds something else
     */
    T read(SpecNode node);

    /** The value as plain data: maps, lists, texts, numbers and flags. */
    Object write(T value);

    /** JSON Schema of the value, as plain data; what is defined elsewhere is referred to. */
    Map<String, Object> schema();

    /** What to write, in a few words for the reference. */
    String label();

    /** Records and variants this kind refers to, for the reference and the schema's definitions. */
    default void refer(Definitions definitions) {}
}
