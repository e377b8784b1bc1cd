package org.corehours.core.timing;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.TensorLayout;

/**
 * Softmax and normalization on a GPU: kernels that need a row twice, first for its statistics and then for the result.
 *
 * <p>A block of threads works on one row, and all multiprocessors together hold as many rows as threads allow. While
 * those rows fit into the cache the second read is free; beyond it a growing part comes from memory again. Softmax of
 * short rows keeps them in registers and reads once; that of long rows goes through them once per statistic, no faster
 * than the few loads that each thread has in flight let it, wherever the bytes come from.
 *
 * <p>The gradients of a layer normalization's weights sum over all rows. The framework gives each block of threads a
 * few columns, so narrow rows leave multiprocessors idle (PyTorch, {@code layer_norm_kernel.cu}, up to release 2.7).
 */
final class RowLaw {

    /** Longest row that PyTorch's softmax holds in the registers of a warp ({@code PersistentSoftmax.cuh}). */
    private static final double REGISTER_ROW_ELEMENTS = 1024;

    /** Threads per row of the normalization kernels: {@code num_threads()}. */
    private static final double NORMALIZATION_THREADS = 128;

    /** Most threads per row that the softmax of long rows asks for; a device runs half of them at least. */
    private static final double MOST_SOFTMAX_THREADS = 1024;

    /** Bytes of a vector load. */
    private static final double VECTOR_BYTES = 16;

    /**
     * Threads taken to be resident on one multiprocessor. It is 2048 on data-centre chips, 1024 on Turing, 1536 on GA10x
     * and Ada; a device's cached bytes are stated for this count.
     */
    private static final double RESIDENT_THREADS = 2048;

    /** The share of a stream's rate that softmax reaches: fitted to its fp32 forward on six GPUs (sitar-lab/NeuSight). */
    private static final double SOFTMAX_SHARE = 0.965;

    /** Columns that one block of the weight-gradient kernel sums. */
    private static final int COLUMNS_PER_BLOCK = 16;

    /**
     * The rate of one such block: 512 threads with a few loads each in flight. From 67 µs for 6272 × 512 fp32 with 32
     * blocks (pytorch/pytorch#68238, whole backward less the part that streams).
     */
    private static final double BLOCK_BYTES_PER_SECOND = 15e9;

    private static final int IMAGE_RANK = 4;
    private static final int CHANNELS = 1;

    /**
     * Bytes that a multiprocessor gets through per FLOP/s of its fp32 peak where a block of threads sums a channel of
     * maps (cuDNN's {@code bn_fw_tr_1C11_kernel_NCHW} and {@code bn_bw_1C11_kernel_new}): 820 GB/s on an A100 of 19.5
     * TFLOP/s, with 256 channels and more, of either direction; see {@code docs/laws.md}.
     */
    private static final double CHANNEL_BYTES_PER_FLOP = 0.042;

    /** One block's share of that: 64 blocks on 108 multiprocessors reach 290 GB/s forward, 350 backward. */
    private static final double BLOCK_SHARE = 0.65;

    /** The same with the whole channel in registers ({@code bn_fw_tr_1C11_singleread}): 1.05 TB/s there. */
    private static final double HELD_BYTES_PER_FLOP = 0.054;

    /**
     * Elements of a channel that registers hold: 25,088 are read once there, 100,352 twice; assumed half-way between, in
     * powers of two.
     */
    private static final double HELD_CHANNEL_ELEMENTS = 50_176;

    private final MemoryLaw memory;
    private final int multiprocessors;
    private final double vectorFlopsPerSecond;
    private final double normalizationCacheBytes;
    private final double softmaxCacheBytes;
    private final double softmaxBytesPerSecond;

    /** The law of a device. */
    RowLaw(Accelerator accelerator, int multiprocessors, MemoryLaw memory) {
        this.memory = memory;
        this.multiprocessors = multiprocessors;
        this.vectorFlopsPerSecond = accelerator.peakFlopsPerSecond(Precision.FP32);
        this.normalizationCacheBytes = accelerator.law("normalization.cached_bytes");
        this.softmaxCacheBytes = accelerator.law("softmax.cached_bytes");
        this.softmaxBytesPerSecond = multiprocessors * accelerator.law("softmax.multiprocessor_bytes_per_second");
    }

    /** The time of a softmax, forward or backward. */
    double softmaxSeconds(Kernel kernel) {
        TensorLayout result = kernel.outputs().get(0);
        double columns = columns(result);
        double bytes = kernel.bytes();
        double throughMultiprocessors = 0;
        if (columns > REGISTER_ROW_ELEMENTS) {
            double vector = VECTOR_BYTES / kernel.inputs().get(0).type().bytes();
            double threads = softmaxThreads(columns / vector);
            double readPerRow = kernel.readBytes() * columns / Math.max(1, result.elements());
            double rowsInFlight = multiprocessors * RESIDENT_THREADS / threads;
            // Forward: maximum, sum, result. Backward: sum, result.
            double furtherReads = kernel.inputs().size() == 1 ? 2 : 1;
            // What is left of a row after whole vectors for all threads is read element by element, at half the rate.
            double rest = columns % (vector * threads) / columns;
            double touched = kernel.bytes() + furtherReads * kernel.readBytes();
            throughMultiprocessors = touched * (1 + rest) / softmaxBytesPerSecond;
            bytes += furtherReads * kernel.readBytes() * missing(rowsInFlight * readPerRow / softmaxCacheBytes);
        }
        return Math.max(memory.streamSeconds(bytes) / SOFTMAX_SHARE, throughMultiprocessors);
    }

    /** The largest power of two below half of what could be used, as PyTorch's {@code SoftMax_getBlockSize}. */
    private static double softmaxThreads(double vectors) {
        double most = Math.min(vectors, MOST_SOFTMAX_THREADS);
        double threads = 32;
        while (threads < most / 2) {
            threads *= 2;
        }
        return threads;
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
            double rowsInFlight = multiprocessors * RESIDENT_THREADS / NORMALIZATION_THREADS;
            double secondRead = kernel.readBytes() * missing(rowsInFlight * readPerRow / normalizationCacheBytes);
            double seconds = memory.streamSeconds(bytes + secondRead);
            return backward ? seconds + weightGradientSeconds(kernel.readBytes(), columns) : seconds;
        }
        boolean separate =
                values.rank() == IMAGE_RANK && values.stride(CHANNELS) != 1 && values.type() == DataType.FP16;
        return separate && kernel.operator().contains("batch_norm")
                ? separateChannelsSeconds(kernel, values)
                : memory.streamSeconds(bytes + kernel.readBytes());
    }

    /** Batch normalization of maps that lie channel by channel, a block of threads per channel. */
    private double separateChannelsSeconds(Kernel kernel, TensorLayout values) {
        double channels = values.dimension(CHANNELS);
        boolean once = values.elements() / channels <= HELD_CHANNEL_ELEMENTS;
        double bytes = once ? kernel.bytes() : kernel.bytes() + kernel.readBytes();
        double rate = vectorFlopsPerSecond * (once ? HELD_BYTES_PER_FLOP : CHANNEL_BYTES_PER_FLOP);
        double busy = Math.min(1, BLOCK_SHARE * channels / multiprocessors);
        return Math.max(memory.streamSeconds(bytes), bytes / (rate * busy));
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

    /** The part of a second read that comes from memory, with this many times the cache in flight: half where it is full. */
    private static double missing(double fill) {
        return Math.min(1, Math.max(0, fill - 0.5));
    }
}
