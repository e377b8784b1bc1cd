package org.corehours.models;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** A network that reads square RGB images. */
public interface ImageNetwork extends Network {
    /** Side of the images it is made for, in pixels. */
    int imageSize();

    /**
     * This network made for images of another size.
     *
     * @param pixels side of the image
     * @throws IllegalArgumentException if the architecture cannot cut such an image
     */
    ImageNetwork withImageSize(int pixels);

    @Override
    default Tensor input(GraphBuilder b) {
        return b.input("images", b.batch(), 3, imageSize(), imageSize());
    }
}
