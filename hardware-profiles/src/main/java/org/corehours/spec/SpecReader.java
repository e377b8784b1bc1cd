package org.corehours.spec;

/**
 * Makes a value of a node.
 *
 * @param <T> what it makes
 */
@FunctionalInterface
public interface SpecReader<T> {

    /**
     * Reads a node.
     *
     * @param node the node
     * @return its value
     * @throws SpecException if the node is not what is expected
     */
    T read(SpecNode node);
}
