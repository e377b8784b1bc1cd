package org.corehours.models.vision;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * A Vision Transformer whose patches are cut from the map of a residual network instead of the image (Dosovitskiy et
 * al., 2021, arXiv 2010.11929, section 3.1; code: timm, vision_transformer_hybrid.py).
 *
 * @param imageSize side of the square image, in pixels
 * @param stride pixels of the image that a pixel of the map stands for, along a side
 * @param map makes the map; has no classes
 * @param tower reads the map: its image size and patch are in pixels of the map
 */
public record HybridVisionTransformer(int imageSize, int stride, ImageNetwork map, VisionTransformer tower)
        implements ImageNetwork {

    public HybridVisionTransformer {
        if ((imageSize + stride - 1) / stride != tower.imageSize()) {
            throw new IllegalArgumentException("An image of " + imageSize + " pixels gives a map of "
                    + (imageSize + stride - 1) / stride + " at a stride of " + stride + ", but the tower reads one of "
                    + tower.imageSize() + ".");
        }
    }

    /** The tower on the map that an image of some size gives. */
    public static HybridVisionTransformer of(int imageSize, int stride, ImageNetwork map, VisionTransformer tower) {
        return new HybridVisionTransformer(
                imageSize, stride, map, tower.withImageSize((imageSize + stride - 1) / stride));
    }

    @Override
    public HybridVisionTransformer withImageSize(int pixels) {
        return of(pixels, stride, map.withImageSize(pixels), tower);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        return tower.forward(b, b.module("patch_embed.backbone", () -> map.forward(b, images)));
    }
}
