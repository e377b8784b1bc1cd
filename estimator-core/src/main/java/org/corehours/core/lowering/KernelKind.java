package org.corehours.core.lowering;

/** The kinds of kernel that a device runs at different rates. */
public enum KernelKind {
    /** Matrix products, batched ones included. */
    MATRIX_PRODUCT,
    /** Convolutions and their gradients. */
    CONVOLUTION,
    /** Attention in one kernel, forward or backward. */
    FUSED_ATTENTION,
    /** Arithmetic and functions of every element; on a compiled stack, a fusion of several. */
    ELEMENTWISE,
    /** Softmax along an axis, forward or backward. */
    SOFTMAX,
    /** Layer, group and batch normalization, forward or backward. */
    NORMALIZATION,
    /** Sums, means and norms. */
    REDUCTION,
    /** The same values in another format or layout. */
    COPY,
    /** Several tensors written into one. */
    CONCATENATION,
    /** Gathers, scatters and masked writes. */
    INDEX,
    /** Pooling and resampling of maps. */
    POOLING,
    /** Parameter updates over many tensors. */
    OPTIMIZER,
    /** Constant and random values written. */
    FILL
}
