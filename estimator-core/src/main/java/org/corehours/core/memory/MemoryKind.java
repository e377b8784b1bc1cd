package org.corehours.core.memory;

/** What a tensor that a step makes is for. */
public enum MemoryKind {
    /** Gradient of a trained weight. */
    GRADIENTS,
    /** Kept by a forward pass for the backward computation. */
    SAVED_ACTIVATIONS,
    /** A weight cast to the format of products. */
    WEIGHT_COPIES,
    /** Anything else: gone once the kernels that read it have run. */
    TEMPORARIES
}
