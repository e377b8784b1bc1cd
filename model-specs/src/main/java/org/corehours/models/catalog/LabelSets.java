package org.corehours.models.catalog;

/** How many classes the weights of a name know. */
final class LabelSets {

    /** ImageNet-1k. */
    static final int IMAGENET_1K = 1000;

    /** ImageNet-21k as Google's weights have it: AugReg, Big Transfer, Mixer. */
    private static final int IMAGENET_21K = 21_843;

    /** ImageNet-22k as Microsoft's and Meta's weights have it: BEiT, Swin, ConvNeXt. */
    private static final int IMAGENET_22K = 21_841;

    /** ImageNet-21k without its rare classes (Ridnik et al., 2021, arXiv 2104.10972). */
    private static final int IMAGENET_21K_P = 11_221;

    /** The classes of ImageNet-22k with enough images, as timm's own weights have it (timm, imagenet_12k). */
    private static final int IMAGENET_12K = 11_821;

    private LabelSets() {}

    /**
     * The classes that a tag of weights, or the end of a name, names; 1000 if it names none. Weights that were tuned on
     * ImageNet-1k in the end ({@code in22k_ft_in1k}, {@code in21ft1k}) know its classes.
     */
    static int of(String words) {
        // A resolution may follow.
        String labels = words.replaceFirst("_\\d{3}$", "");
        if (labels.endsWith("in21k_miil") || labels.endsWith("miil_in21k")) {
            return IMAGENET_21K_P;
        }
        if (labels.endsWith("in21k")) {
            return IMAGENET_21K;
        }
        if (labels.endsWith("in12k")) {
            return IMAGENET_12K;
        }
        return labels.endsWith("in22k") || labels.endsWith("_22k") ? IMAGENET_22K : IMAGENET_1K;
    }
}
