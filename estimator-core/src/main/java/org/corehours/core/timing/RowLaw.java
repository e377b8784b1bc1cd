package org.corehours.core.timing;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.TensorLayout;

/**
 * Softmax and normalization on a GPU: kernels that need a row twice, first for its statistics and then for the result.
 *
 * <p>A block of threads works on one row, and all multiprocessors together hold as many rows as threads allow. While
 * those rows fit into the cache the second read is free; beyond it a growing part comes from memory again. Softmax of
 * short rows keeps them in registers and reads once.
 *
 * <p>The gradients of a layer normalization's weights sum over all rows. The framework gives each block of threads a
 * few columns, so narrow rows leave multiprocessors idle (PyTorch, {@code layer_norm_kernel.cu}, up to release 2.7).
 */
final class RowLaw {

    /** Longest row that PyTorch's softmax holds in the registers of a warp ({@code PersistentSoftmax.cuh}). */
    private static final double REGISTER_ROW_ELEMENTS = 1024;

    /** Threads per row: {@code num_threads()} of the normalization kernels, and of the softmax of long rows. */
    private static final int NORMALIZATION_THREADS = 128;

    private static final int SOFTMAX_THREADS = 512;

    /**
     * Threads taken to be resident on one multiprocessor. It is 2048 on data-centre chips, 1024 on Turing, 1536 on GA10x
     * and Ada; a device's cached bytes are stated for this count.
     */
    private static final int RESIDENT_THREADS = 2048;

    /** How fast the part of a second read that comes from memory grows with the rows in flight, around one half. */
    private static final double MISS_SLOPE = 0.9;

    /** Columns that one block of the weight-gradient kernel sums. */
    private static final int COLUMNS_PER_BLOCK = 16;

    /**
     * The rate of one such block: 512 threads with a few loads each in flight. From 67 µs for 6272 × 512 fp32 with 32
     * blocks (pytorch/pytorch#68238, whole backward less the part that streams).
     */
    private static final double BLOCK_BYTES_PER_SECOND = 15e9;

    private final MemoryLaw memory;
    private final int multiprocessors;
    private final double normalizationCacheBytes;
    private final double softmaxCacheBytes;

    /** The law of a device. */
    RowLaw(Accelerator accelerator, int multiprocessors, MemoryLaw memory) {
        this.memory = memory;
        this.multiprocessors = multiprocessors;
        this.normalizationCacheBytes = accelerator.law("normalization.cached_bytes");
        this.softmaxCacheBytes = accelerator.law("softmax.cached_bytes");
    }

    /** The time of a softmax, forward or backward. */
    double softmaxSeconds(Kernel kernel) {
        TensorLayout result = kernel.outputs().get(0);
        double columns = columns(result);
        double bytes = kernel.bytes();
        if (columns > REGISTER_ROW_ELEMENTS) {
            double readPerRow = kernel.readBytes() * columns / Math.max(1, result.elements());
            double rowsInFlight = multiprocessors * (RESIDENT_THREADS / (double) SOFTMAX_THREADS);
            // Forward: maximum, sum, result. Backward: sum, result.
            double furtherReads = kernel.inputs().size() == 1 ? 2 : 1;
            bytes += furtherReads * kernel.readBytes() * missing(rowsInFlight * readPerRow / softmaxCacheBytes);
        }
        return memory.streamSeconds(bytes);
    }

    /** The time of a layer, group or batch normalization, forward or backward. */
    double normalizationSeconds(Kernel kernel) {
        List<TensorLayout> inputs = kernel.inputs();
        TensorLayout values = inputs.get(0);
        boolean backward = inputs.size() > 1 && inputs.get(1).elements() == values.elements() && values.rank() > 1;
        double elements = values.elements();
        double bytes = kernel.bytes();
        if (overRows(kernel)) {
            double columns = columns(values);
            double readPerRow = kernel.readBytes() * columns / elements;
            double rowsInFlight = multiprocessors * (RESIDENT_THREADS / (double) NORMALIZATION_THREADS);
            double secondRead = kernel.readBytes() * missing(rowsInFlight * readPerRow / normalizationCacheBytes);
            double seconds = memory.streamSeconds(bytes + secondRead);
            return backward ? seconds + weightGradientSeconds(kernel.readBytes(), columns) : seconds;
        }
        return memory.streamSeconds(bytes + kernel.readBytes());
    }

    /** Whether the statistics are of the last dimension, as in a layer normalization, not of whole channels. */
    private static boolean overRows(Kernel kernel) {
        return !kernel.operator().contains("batch_norm") && !kernel.operator().contains("group_norm");
    }

    private static double columns(TensorLayout values) {
        return values.rank() == 0 ? 1 : values.dimension(values.rank() - 1);
    }

    private double weightGradientSeconds(double readBytes, double columns) {
        double blocks = Math.ceil(columns / COLUMNS_PER_BLOCK);
        return Math.max(memory.streamSeconds(readBytes), readBytes / (blocks * BLOCK_BYTES_PER_SECOND));
    }

    /** The part of a second read that comes from memory, with this many times the cache in flight. */
    private static double missing(double fill) {
        return Math.min(1, Math.max(0, 0.5 + (fill - 1) * MISS_SLOPE));
    }
}
