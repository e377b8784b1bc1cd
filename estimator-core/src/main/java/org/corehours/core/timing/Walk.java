package org.corehours.core.timing;

import org.corehours.core.lowering.TensorLayout;

/**
 * What the caches move when an operand is walked through in the order of another tensor.
 *
 * <p>Caches move sectors. Where neighbours in the walk lie apart in the operand, each element costs a sector, or as much
 * of one as the distance to the next. The rest of the sector is used when the walk comes to the operand's own
 * neighbours: within the same block of threads from the block's own cache, later from the cache of the whole device, and
 * from memory again if the walk has touched more than that holds in between.
 *
 * @param bytes bytes that the shared cache moves beyond a walk in order; 0 if sectors are used whole at once
 * @param usedBytes bytes of the operand's elements
 * @param touchedBytes bytes touched until the next element of a sector is used
 */
record Walk(double bytes, double usedBytes, double touchedBytes) {

    /** Bytes that the caches of NVIDIA GPUs move at least (CUDA C++ Programming Guide, "Device Memory Accesses"). */
    private static final int SECTOR_BYTES = 32;

    /** Elements per block of PyTorch's elementwise kernels: 128 threads of 4 (ATen/native/cuda/thread_constants.h). */
    private static final double BLOCK_ELEMENTS = 512;

    private static final Walk IN_ORDER = new Walk(0, 0, 0);

    /** The walk through an operand in the order of another tensor of the same sizes. */
    static Walk of(TensorLayout operand, TensorLayout order) {
        if (operand.rank() != order.rank()) {
            return IN_ORDER;
        }
        int inner = innermost(order);
        int own = innermost(operand);
        if (inner < 0 || own < 0 || operand.stride(inner) == 0) {
            return IN_ORDER;
        }
        double size = operand.type().bytes();
        double elements = operand.elements();
        if (inner == own) {
            double run = operand.dimension(inner) * size;
            return run >= SECTOR_BYTES ? IN_ORDER : new Walk(elements * size * SECTOR_BYTES / run, elements * size, 0);
        }
        double neighbours = Math.min(operand.dimension(own), SECTOR_BYTES / size);
        double apart = order.stride(own);
        if (apart * neighbours <= BLOCK_ELEMENTS) {
            return IN_ORDER;
        }
        double moved = Math.min(SECTOR_BYTES, operand.stride(inner) * size);
        return new Walk(
                elements * moved, elements * size, apart * (moved + order.type().bytes()));
    }

    /** The part of the sectors that leave a cache of this size before they are used whole. */
    double lost(double cacheBytes) {
        return cacheBytes <= 0 ? 1 : Math.min(1, Math.max(0, touchedBytes / cacheBytes - 0.5));
    }

    /** The dimension whose elements lie closest together; -1 if there is but one element. */
    private static int innermost(TensorLayout layout) {
        int best = -1;
        for (int i = layout.rank() - 1; i >= 0; i--) {
            boolean steps = layout.dimension(i) > 1 && layout.stride(i) > 0;
            if (steps && (best < 0 || layout.stride(i) < layout.stride(best))) {
                best = i;
            }
        }
        return best;
    }
}
