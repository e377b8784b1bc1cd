package org.corehours.core.timing;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;
import org.corehours.core.lowering.TensorLayout;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions on a GPU: products of implicit GEMM, by what the vendor's library has kernels for.
 *
 * <ul>
 *   <li>A gradient of the images is a convolution with the channels swapped: its sum runs over the taps of the kernel and
 *       the result's channels, whatever way the counted product is written.
 *   <li>Tensor cores want the channels of a pixel together. Maps that lie channel by channel are rewritten before each
 *       product and its result after it (cuDNN's {@code nchwToNhwc} and {@code nhwcToNchw} kernels), one read and one
 *       write each; but a convolution of 1 × 1 is a plain product of such maps if their rows are aligned.
 *   <li>Groups of 4, 8, 16 or 32 channels have tensor-core kernels, whose warps take 16 columns at a time: narrower groups
 *       fill the rest with zeros. Other groups of channels-last maps, and on other formats groups narrower than 8, run
 *       on the vector units (cuDNN's {@code grouped_direct} kernels).
 *   <li>In fp32 a convolution of 3 × 3 whose map keeps its size takes 16 multiplications for 2 × 2 results where its
 *       definition has 36 (minimal filtering, Winograd's; Lavin and Gray, 2016, arXiv 1509.09308): cuDNN has such kernels
 *       for results and both gradients ({@code ALGO_WINOGRAD}, {@code ALGO_WINOGRAD_NONFUSED}). Groups and tensor cores
 *       have none.
 * </ul>
 *
 * <p>Sources: kernels by name in pytorch/pytorch issue 34977 (groups of 64 channels, channels last:
 * {@code conv2d_grouped_direct_kernel}) and in andravin/spio (groups of 8 on Ampere: {@code xmma} kernels of 64 × 64 in
 * four warps side by side); conversions counted in kernel tables of ResNet-50 steps, see {@code docs/laws.md}.
 */
final class ConvolutionLaw {

    /** The narrowest group that runs on tiles of its own. */
    private static final long NARROWEST_GROUP = 8;

    /** The widest group that has a tensor-core kernel of several groups side by side. */
    private static final long WIDEST_SHARED_TILE = 32;

    /** The narrowest. */
    private static final long NARROWEST_SHARED_TILE = 4;

    /** Columns of one warp of those kernels: a tile of 64 by four warps. */
    private static final long WARP_COLUMNS = 16;

    /** Rows and columns of the only kernels that the library has minimal filtering for. */
    private static final long MINIMAL_TAPS = 3;

    /** Images of three colours are convolved as they are. */
    private static final long NARROWEST_MINIMAL = 16;

    private static final int CHANNELS = 1;
    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;
    private static final int IMAGE_RANK = 4;

    private final MemoryLaw memory;
    private final boolean matrixCores;
    private final boolean tensorFloat32;
    private final double vectorSecondsPerFlop;

    /** The law of a device. */
    ConvolutionLaw(Accelerator accelerator, boolean matrixCores, MemoryLaw memory) {
        this.memory = memory;
        this.matrixCores = matrixCores;
        this.tensorFloat32 = accelerator.runsIn(Precision.TF32) == Precision.TF32;
        this.vectorSecondsPerFlop =
                1 / (accelerator.peakFlopsPerSecond(Precision.FP32) * accelerator.law("convolution.grouped_fraction"));
    }

    /** The arithmetic of a convolution's products, where the law of dense products is known. */
    double seconds(Kernel kernel, ProductLaw dense) {
        double seconds = 0;
        for (MatrixShape product : kernel.products()) {
            seconds += seconds(kernel, product, dense);
        }
        return seconds;
    }

    private double seconds(Kernel kernel, MatrixShape product, ProductLaw dense) {
        return fewerMultiplications(kernel, product) * directSeconds(kernel, product, dense);
    }

    /** The share of the multiplications that are left where the library computes tiles of 2 × 2 results at once. */
    private double fewerMultiplications(Kernel kernel, MatrixShape product) {
        TensorLayout weight = weight(kernel);
        if (weight == null || product.batch() > 1 || !inSinglePrecision(kernel)) {
            return 1;
        }
        TensorLayout result = other(kernel);
        long rows = result.dimension(HEIGHT);
        long columns = result.dimension(WIDTH);
        boolean minimal = weight.dimension(HEIGHT) == MINIMAL_TAPS
                && weight.dimension(WIDTH) == MINIMAL_TAPS
                && weight.dimension(CHANNELS) >= NARROWEST_MINIMAL
                && rows == images(kernel).dimension(HEIGHT)
                && columns == images(kernel).dimension(WIDTH);
        if (!minimal) {
            return 1;
        }
        long tiles = ((rows + 1) / 2) * ((columns + 1) / 2);
        double multiplications = 16.0 * tiles;
        return multiplications / (9.0 * rows * columns);
    }

    private double directSeconds(Kernel kernel, MatrixShape product, ProductLaw dense) {
        if (onVectorUnits(kernel, product)) {
            return product.flops() * vectorSecondsPerFlop;
        }
        double groups = product.batch();
        double m = product.m();
        double n = product.n();
        double k = product.k();
        TensorLayout weight = weight(kernel);
        if (weight != null && product.role() != Role.WEIGHT_GRADIENT) {
            double channels = weight.dimension(1);
            double taps = (double) weight.dimension(2) * weight.dimension(3);
            if (taps > 1 && n == channels * taps) {
                TensorLayout result = product.role() == Role.FORWARD
                        ? kernel.outputs().get(0)
                        : kernel.inputs().get(1);
                double pixels = (double) result.elements() / result.dimension(CHANNELS);
                k = m * n * k / (pixels * channels);
                m = pixels;
                n = channels;
            }
        }
        if (sharesTiles(kernel, product)) {
            double width = groupWidth(kernel, product);
            double padding = Math.max(1, WARP_COLUMNS / width);
            // Groups side by side are columns of one product, or its rows where the weights' gradient is the result.
            return product.role() == Role.WEIGHT_GRADIENT
                    ? dense.seconds(1, m * groups, n * padding, k, true, false)
                    : dense.seconds(1, m, n * groups, k * padding, true, false);
        }
        // The library aligns the rows as it rewrites the operands; they are as long as a map or its channels, not the
        // sum.
        return dense.seconds(groups, m, n, k, true, false);
    }

    /** Whether products of several groups run side by side on one tile of the tensor cores. */
    private boolean sharesTiles(Kernel kernel, MatrixShape product) {
        long width = groupWidth(kernel, product);
        return product.batch() > 1
                && onMatrixCores(kernel)
                && width >= NARROWEST_SHARED_TILE
                && width <= WIDEST_SHARED_TILE
                && Long.bitCount(width) == 1;
    }

    private boolean onVectorUnits(Kernel kernel, MatrixShape product) {
        if (product.batch() == 1 || sharesTiles(kernel, product)) {
            return false;
        }
        boolean direct = onMatrixCores(kernel) && channelsTogether(kernel);
        return direct || groupWidth(kernel, product) < NARROWEST_GROUP;
    }

    /** In fp32, or allowed to run in TF32 on a device that has none. */
    private boolean inSinglePrecision(Kernel kernel) {
        return kernel.type() == DataType.FP32 || (kernel.type() == DataType.TF32 && !tensorFloat32);
    }

    private boolean onMatrixCores(Kernel kernel) {
        return matrixCores && !inSinglePrecision(kernel);
    }

    /** The channels of a group that go in or that come out, whichever are fewer. */
    private static long groupWidth(Kernel kernel, MatrixShape product) {
        TensorLayout weight = weight(kernel);
        return weight == null
                ? Math.min(product.m(), Math.min(product.n(), product.k()))
                : Math.min(weight.dimension(0) / product.batch(), weight.dimension(1));
    }

    /** The time of rewriting operands and results between the layouts. */
    double conversionSeconds(Kernel kernel) {
        List<MatrixShape> products = kernel.products();
        if (!onMatrixCores(kernel)
                || products.isEmpty()
                || weight(kernel) == null
                || channelsTogether(kernel)
                || onVectorUnits(kernel, products.get(0))) {
            return 0;
        }
        return products.size()
                * memory.streamSeconds(
                        2.0 * (images(kernel).bytes() + other(kernel).bytes()));
    }

    private static TensorLayout images(Kernel kernel) {
        return kernel.inputs().get(0);
    }

    private static boolean forward(Kernel kernel) {
        return kernel.products().get(0).role() == Role.FORWARD;
    }

    private static TensorLayout other(Kernel kernel) {
        return forward(kernel) ? kernel.outputs().get(0) : kernel.inputs().get(1);
    }

    /** The weight, behind images, or behind a gradient and images; null if the kernel is not one of image maps. */
    private static @Nullable TensorLayout weight(Kernel kernel) {
        int position = forward(kernel) ? 1 : 2;
        List<TensorLayout> inputs = kernel.inputs();
        if (inputs.size() <= position || kernel.outputs().isEmpty()) {
            return null;
        }
        TensorLayout weight = inputs.get(position);
        return weight.rank() == IMAGE_RANK
                        && images(kernel).rank() == IMAGE_RANK
                        && other(kernel).rank() == IMAGE_RANK
                ? weight
                : null;
    }

    /** Whether the framework asks for channels-last maps: one operand that lies so is enough. */
    private static boolean channelsTogether(Kernel kernel) {
        return weight(kernel) != null && (channelsTogether(images(kernel)) || channelsTogether(other(kernel)));
    }

    private static boolean channelsTogether(TensorLayout images) {
        return images.dimension(CHANNELS) == 1 || images.stride(CHANNELS) == 1;
    }
}
