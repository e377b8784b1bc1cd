package org.corehours.core.lowering;

import java.util.List;

/**
 * One piece of work the software stack launches on the device.
 *
 * @param operator its name in the stack, {@code addmm} say
 * @param module the dotted path of the module that caused it
 * @param inputs what it reads
 * @param outputs what it writes
 * @param products the dense products it performs; empty for all but matrix products, convolutions and
 *     fused attention
 * @param type the format it computes in
 * @param readBytes bytes it must read, each operand once
 * @param writtenBytes bytes it must write
 * @param operations elementwise operations besides the products
 * @param launches device kernels behind one call: at least 1; a foreach optimizer over many tensors
 *     or the two gradients of a convolution take several
 */
public record Kernel(
        String operator,
        KernelKind kind,
        String module,
        List<TensorLayout> inputs,
        List<TensorLayout> outputs,
        List<MatrixShape> products,
        DataType type,
        long readBytes,
        long writtenBytes,
        long operations,
        int launches) {
    public Kernel {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        products = List.copyOf(products);
    }

    /** FLOPs of the products. */
    public long flops() {
        long total = 0;
        for (MatrixShape product : products) {
            total = Math.addExact(total, product.flops());
        }
        return total;
    }

    /** Bytes moved. */
    public long bytes() {
        return readBytes + writtenBytes;
    }
}
