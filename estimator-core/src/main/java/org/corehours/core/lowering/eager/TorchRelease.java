package org.corehours.core.lowering.eager;

/**
 * What differs between PyTorch releases in the kernels an eager step launches.
 *
 * @param foreachOptimizer whether optimizers update all tensors in few launches by default
 *     (torch.optim, since 2.0)
 * @param clearsGradients whether {@code zero_grad} drops gradients (default since 2.0) instead of
 *     zeroing them, which costs a fill and an accumulation per tensor
 * @param fusedAttention whether {@code scaled_dot_product_attention} exists (since 2.0)
 * @param fusedLinear whether a linear layer adds its bias within the product for inputs of more than two
 *     dimensions (since 1.12: pytorch/pytorch#72728; before, only for two: #39661) instead of in a pass of its own
 * @param fusedLayerNorm whether layer normalization finds a row's statistics in the kernel that applies them
 *     (since 1.11: pytorch/pytorch#67977 forward, #68238 backward) instead of in one before it
 * @param softmaxKeepsOperand whether softmax and its logarithm keep their operand for the backward computation, which
 *     does not need it (before 1.11: pytorch/pytorch#65242)
 * @param singlePrecisionGelu whether autocast runs GELU in single precision, which casts its operand, keeps that cast and
 *     casts the result back for the next product (before 1.10: pytorch/pytorch#59639)
 * @param folding when a batch of matrices times one matrix becomes a single product
 */
public record TorchRelease(
        boolean foreachOptimizer,
        boolean clearsGradients,
        boolean fusedAttention,
        boolean fusedLinear,
        boolean fusedLayerNorm,
        boolean softmaxKeepsOperand,
        boolean singlePrecisionGelu,
        Folding folding) {
    /** PyTorch 1 up to 1.9. */
    public static final TorchRelease V1 =
            new TorchRelease(false, false, false, false, false, true, true, Folding.ALWAYS);

    /** PyTorch 1.12 and 1.13. */
    public static final TorchRelease V1_12 =
            new TorchRelease(false, false, false, true, true, false, false, Folding.UNLESS_TRANSPOSED);

    /** PyTorch 2.x. */
    public static final TorchRelease V2 =
            new TorchRelease(true, true, true, true, true, false, false, Folding.FOR_GRADIENTS_OR_FREE);

    /** When {@code matmul} folds the leading dimensions of its first operand into rows. */
    public enum Folding {
        /** Always, with a copy if the operand's layout needs one. */
        ALWAYS,
        /**
         * Unless the operand is a batch of transposed matrices, whose products are then batched, and so is the
         * gradient of the one matrix, which a sum over the batch follows (1.12: pytorch/pytorch#73115).
         */
        UNLESS_TRANSPOSED,
        /** If the one matrix needs a gradient, or if no copy is needed (2.0). */
        FOR_GRADIENTS_OR_FREE
    }
}
