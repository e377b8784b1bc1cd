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
 * @param calls how often the host calls the operator: once, or once for each tensor where an update goes through
 *     parameters one by one
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
        int launches,
        int calls) {
    /** @throws IllegalArgumentException if there are not at least one call and as many launches as calls */
    public Kernel {
        if (calls < 1 || launches < calls) {
            throw new IllegalArgumentException("The kernel " + operator + " cannot be called " + calls + " times with "
                    + launches + " launches. Each call launches something.");
        }
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        products = List.copyOf(products);
    }

    /** A kernel whose operator is called once. */
    public Kernel(
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
        this(operator, kind, module, inputs, outputs, products, type, readBytes, writtenBytes, operations, launches, 1);
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
