package org.corehours.core.lowering.eager;

import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;

/**
 * Which products of fp32 factors PyTorch lets the libraries run in TF32 ({@code torch.backends.cuda.matmul.allow_tf32}
 * and {@code torch.backends.cudnn.allow_tf32}; PyTorch documentation, "CUDA semantics").
 */
public enum TensorFloat32 {
    /** Convolutions only: the default since 1.12. */
    CONVOLUTIONS,
    /** Convolutions and matrix products: the default from 1.7 to 1.11, or asked for. */
    ALL_PRODUCTS;

    /** What a release allows if nobody says otherwise. */
    static TensorFloat32 of(TorchRelease release) {
        // 1.12 changed the default, and brought the fused linear layer.
        return release.fusedLinear() ? CONVOLUTIONS : ALL_PRODUCTS;
    }

    /** The format a kernel computes in, given that of its operands. */
    DataType format(KernelKind kind, DataType operands) {
        if (operands != DataType.FP32) {
            return operands;
        }
        return switch (kind) {
            case CONVOLUTION -> DataType.TF32;
            case MATRIX_PRODUCT, FUSED_ATTENTION -> this == ALL_PRODUCTS ? DataType.TF32 : operands;
            default -> operands;
        };
    }
}
