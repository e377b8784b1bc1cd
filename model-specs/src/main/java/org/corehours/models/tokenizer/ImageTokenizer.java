package org.corehours.models.tokenizer;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** A model that turns an image into a grid of integer codes: the targets of masked image modelling. */
public interface ImageTokenizer {
    /** Pixels per code along one side. */
    int stride();

    /** How many different codes there are. */
    int vocabulary();

    /**
     * Whether its products run in half precision on a device that has it, even where no mixed precision is asked for;
     * DALL-E's code casts by itself (dall_e/utils.py, Conv2d.use_float16).
     */
    default boolean halfPrecision() {
        return false;
    }

    /** The codes {@code [batch, height / stride, width / stride]} of {@code images[batch, 3, height, width]}. */
    Tensor codes(GraphBuilder b, Tensor images);
}
