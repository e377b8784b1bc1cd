package org.corehours.models.spec;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** A part of a network composed from operators: what it makes of a tensor. Axis 0 of every tensor is the batch. */
interface Block {
    /**
     * Writes the block's operators.
     *
     * @throws IllegalArgumentException if the block does not go with the shape of {@code x}
     */
    Tensor apply(GraphBuilder b, Tensor x);
}
