package org.corehours.core.timing;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;

/**
 * Convolutions on a GPU: products of implicit GEMM, but for two cases.
 *
 * <p>Groups too narrow for a tile, depthwise convolutions above all, run on the vector units. And tensor cores want the
 * channels of a pixel together: operands that lie channel by channel are rewritten before each product and its result
 * after it (cuDNN's {@code nchwToNhwc} and {@code nhwcToNchw} kernels), one read and one write each.
 */
final class ConvolutionLaw {

    /** The narrowest product of a grouped convolution that still runs on tiles. */
    private static final long NARROWEST_GROUP = 8;

    private static final int CHANNELS = 1;
    private static final int IMAGE_RANK = 4;

    private final MemoryLaw memory;
    private final boolean matrixCores;
    private final double groupedSecondsPerFlop;

    /** The law of a device. */
    ConvolutionLaw(Accelerator accelerator, boolean matrixCores, MemoryLaw memory) {
        this.memory = memory;
        this.matrixCores = matrixCores;
        this.groupedSecondsPerFlop =
                1 / (accelerator.peakFlopsPerSecond(Precision.FP32) * accelerator.law("convolution.grouped_fraction"));
    }

    /** The arithmetic of one of a convolution's products, where the law of dense products is known. */
    double seconds(MatrixShape product, ProductLaw dense) {
        if (narrow(product)) {
            return product.flops() * groupedSecondsPerFlop;
        }
        // The library aligns the rows as it rewrites the operands.
        return dense.seconds(product.batch(), product.m(), product.n(), product.k(), true);
    }

    private static boolean narrow(MatrixShape product) {
        return product.batch() > 1 && Math.min(product.m(), Math.min(product.n(), product.k())) < NARROWEST_GROUP;
    }

    /** The time of rewriting operands and results between the layouts. */
    double conversionSeconds(Kernel kernel) {
        if (!matrixCores || kernel.type() == DataType.FP32) {
            return 0;
        }
        List<TensorLayout> inputs = kernel.inputs();
        List<MatrixShape> products = kernel.products();
        if (inputs.isEmpty() || kernel.outputs().isEmpty() || products.isEmpty() || narrow(products.get(0))) {
            return 0;
        }
        boolean forward = products.get(0).role() == MatrixShape.Role.FORWARD;
        List<TensorLayout> others = forward ? kernel.outputs() : inputs;
        TensorLayout images = inputs.get(0);
        TensorLayout other = others.get(forward ? 0 : Math.min(1, inputs.size() - 1));
        if (channelsTogether(images) || channelsTogether(other)) {
            return 0;
        }
        return products.size() * memory.streamSeconds(2.0 * (images.bytes() + other.bytes()));
    }

    /** Whether the framework asks for the other layout as it stands: one operand in it is enough. */
    private static boolean channelsTogether(TensorLayout images) {
        return images.rank() != IMAGE_RANK || images.dimension(CHANNELS) == 1 || images.stride(CHANNELS) == 1;
    }
}
