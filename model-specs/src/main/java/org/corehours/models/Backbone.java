package org.corehours.models;

import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** An image network whose tokens a self-supervised method reads. */
public interface Backbone extends ImageNetwork {
    /** Width of the tokens it gives. */
    int width();

    /** Side of the image area one given patch token stands for, in pixels. */
    int patchPixels();

    /**
     * The normalized tokens {@code [batch, 1 + patches, width]}, a summary of the image first. Images of any size
     * may be passed.
     *
     * @param mask which patches are replaced by a learned vector, {@code [batch, rows, columns]}; none for all seen
     */
    Tensor tokens(GraphBuilder b, Tensor images, Optional<Tensor> mask);

    /** The tokens of whole images. */
    default Tensor tokens(GraphBuilder b, Tensor images) {
        return tokens(b, images, Optional.empty());
    }

    /**
     * This backbone as DINO's and iBOT's own code writes it: without a classifier, and with attention as they
     * compute it.
     *
     * @param dropPath rate at which residual branches are dropped at random, growing from zero with depth
     */
    Backbone forSelfDistillation(double dropPath);
}
