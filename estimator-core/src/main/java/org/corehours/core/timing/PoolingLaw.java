package org.corehours.core.timing;

import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.TensorLayout;

/**
 * Pooling on a GPU. Maxima with their positions are bound by the arithmetic of addresses and comparisons, so their bytes
 * go at a rate per multiprocessor and cycle; other pools stream rows.
 *
 * <p>The rates are those of a 3 × 3 pool of stride 2 in PyTorch's own kernels on an A100 (108 multiprocessors at 1.41
 * GHz): 462 MB in 0.65 to 0.77 ms forward; 668 MB, the images that its operator is given and does not read included, in
 * 1.46 ms backward channels-last and 2.28 ms channel by channel; see {@code docs/laws.md}.
 */
final class PoolingLaw {
    private static final double FORWARD_BYTES_PER_CYCLE = 4.3;
    private static final double BACKWARD_BYTES_PER_CYCLE = 3.0;
    private static final double SEPARATE_BACKWARD_BYTES_PER_CYCLE = 1.9;

    private static final int IMAGE_RANK = 4;
    private static final int CHANNELS = 1;

    private final MemoryLaw memory;
    private final double cyclesPerSecond;

    /** The law of a device. */
    PoolingLaw(Accelerator accelerator, int multiprocessors, MemoryLaw memory) {
        this.memory = memory;
        this.cyclesPerSecond = multiprocessors * accelerator.clockHertz().value();
    }

    /** The time of a pool, forward or backward. */
    double seconds(Kernel kernel) {
        double rows = memory.rowSeconds(kernel.bytes());
        if (!kernel.operator().startsWith("max_pool")) {
            return rows;
        }
        TensorLayout map = kernel.inputs().get(0);
        boolean separate = map.rank() == IMAGE_RANK && map.stride(CHANNELS) != 1;
        double rate = !kernel.operator().endsWith("_backward")
                ? FORWARD_BYTES_PER_CYCLE
                : separate ? SEPARATE_BACKWARD_BYTES_PER_CYCLE : BACKWARD_BYTES_PER_CYCLE;
        return Math.max(rows, kernel.bytes() / (rate * cyclesPerSecond));
    }
}
