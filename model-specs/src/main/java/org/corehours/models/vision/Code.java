package org.corehours.models.vision;

/** Whose code computes a block: the mathematics is the same, the operators are not. */
public enum Code {
    /**
     * timm as it is today. Query, key and value are taken from their joint tensor all at once, so their gradients are
     * stacked; drop-path scales its mask; Swin keeps its maps two-dimensional.
     */
    TIMM,
    /**
     * The repositories of DINO, iBOT and BEiT, and timm in their day. Query, key and value are taken one by one, so
     * each gradient fills a joint tensor of zeros and those are added; drop-path scales the branch and then masks it;
     * Swin keeps its tokens in a row.
     */
    ORIGINAL
}
