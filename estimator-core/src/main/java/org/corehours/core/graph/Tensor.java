package org.corehours.core.graph;

/**
 * A value in a {@link Graph}: an input, a parameter, a constant or the result of a {@link Node}.
 *
 * <p>Tensors are compared by identity. Which number format a real tensor has is decided by the
 * software stack that runs the graph, so a graph only tells real numbers from integers and booleans.
 *
 * @param name the qualified name of a parameter or input, empty for a result
 * @param shape its dimensions, the batch included
 * @param role where the value comes from
 * @param type what its elements are
 * @param requiresGradient whether a gradient flows to it in the backward pass
 */
public record Tensor(String name, Shape shape, Role role, ElementType type, boolean requiresGradient) {

    /** Where a tensor's value comes from. */
    public enum Role {
        /** A trained or frozen weight. */
        PARAMETER,
        /** Data fed to the step, or a buffer of the model. */
        INPUT,
        /** The result of a node. */
        RESULT
    }

    /** What the elements of a tensor are. */
    public enum ElementType {
        REAL,
        INTEGER,
        BOOLEAN
    }

    public long elements() {
        return shape.elements();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
