package org.corehours.models.vision;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * A Vision Transformer whose feature is projected into a space shared with text: CLIP's image tower (Radford et al.,
 * 2021, arXiv 2103.00020).
 *
 * @param tower what makes the feature; has no classifier
 * @param projection width of the shared space
 */
public record ProjectedVisionTransformer(VisionTransformer tower, int projection) implements ImageNetwork {

    @Override
    public int imageSize() {
        return tower.imageSize();
    }

    @Override
    public ProjectedVisionTransformer withImageSize(int pixels) {
        return new ProjectedVisionTransformer(tower.withImageSize(pixels), projection);
    }

    @Override
    public ProjectedVisionTransformer withScale(ScalePlacement scale) {
        return new ProjectedVisionTransformer(tower.withScale(scale), projection);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        return b.linear("projection", tower.forward(b, images), projection, false);
    }
}
