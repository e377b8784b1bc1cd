package org.corehours.core.lowering.eager;

/**
 * What differs between PyTorch releases in the kernels an eager step launches.
 *
 * @param foreachOptimizer whether optimizers update all tensors in few launches by default
 *     (torch.optim, since 2.0)
 * @param clearsGradients whether {@code zero_grad} drops gradients (default since 2.0) instead of
 *     zeroing them, which costs a fill and an accumulation per tensor
 * @param fusedAttention whether {@code scaled_dot_product_attention} exists (since 2.0)
 */
public record TorchRelease(boolean foreachOptimizer, boolean clearsGradients, boolean fusedAttention) {
    /** PyTorch 1.x. */
    public static final TorchRelease V1 = new TorchRelease(false, false, false);

    /** PyTorch 2.x. */
    public static final TorchRelease V2 = new TorchRelease(true, true, true);
}
