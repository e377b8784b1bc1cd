package org.corehours.models;

import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;

/**
 * A named network.
 *
 * @param id the name users type
 * @param description what it is, in a line
 * @param network its architecture
 */
public record Model(String id, String description, Network network) {

    /** The forward pass of {@code batch} samples, differentiated from the network's output. */
    public Graph graph(long batch) {
        GraphBuilder b = new GraphBuilder(id, batch);
        return b.build(network.forward(b, network.input(b)));
    }

    /**
     * This model made for images of another size.
     *
     * @param pixels side of the image
     * @throws IllegalArgumentException if the model does not read images, or not of that size
     */
    public Model withImageSize(int pixels) {
        if (network instanceof ImageNetwork images) {
            return new Model(id, description, images.withImageSize(pixels));
        }
        throw new IllegalArgumentException(
                "The model " + id + " does not read images, so it cannot be made for images of " + pixels + " pixels.");
    }

    /**
     * This model on sequences of another length.
     *
     * @param tokens tokens of a sample
     * @throws IllegalArgumentException if the model does not read text, or not that much of it
     */
    public Model withSequenceLength(int tokens) {
        if (network instanceof SequenceNetwork text) {
            return new Model(id, description, text.withSequenceLength(tokens));
        }
        throw new IllegalArgumentException(
                "The model " + id + " does not read text, so it has no sequences of " + tokens + " tokens.");
    }
}
