package org.corehours.core.graph;

/**
 * A weight tensor of a model.
 *
 * @param tensor its shape and name; {@code *} in the name stands for the index of a repeated block
 * @param copies how many distinct tensors it stands for: the repetitions of its block, else 1
 * @param trainable whether it gets a gradient and an update
 */
public record Parameter(Tensor tensor, long copies, boolean trainable) {
    /** Elements of all copies. */
    public long elements() {
        return Math.multiplyExact(tensor.elements(), copies);
    }

    public String name() {
        return tensor.name();
    }
}
