package org.corehours.core.timing;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.TensorLayout;

/**
 * Bytes through a GPU's memory.
 *
 * <p>Operands read and written row by row stream at a fixed share of the bandwidth of the datasheet. What just fits
 * into the cache shared by all multiprocessors is partly still there: of {@code w} bytes, {@code w / (w + r)} come from
 * memory, with {@code r} the part of the cache that survives until the next kernel. An operand whose neighbouring
 * elements lie apart costs a sector of the cache per element, however few bytes of it are used.
 */
final class MemoryLaw {

    /**
     * The share of the cache that still holds a kernel's input when the next one starts. Fitted to additions of fp16
     * tensors on A100 and H100, of which those of two thirds of the cache run at 1.1 to 1.2 times the bandwidth that
     * large ones reach (microsoft/vidur).
     */
    private static final double SURVIVING_SHARE = 0.15;

    private final double bytesPerSecond;
    private final double rowBytesPerSecond;
    private final double onChipBytesPerSecond;
    private final double onChipBytes;
    private final double survivingBytes;

    /** The law of a device. */
    MemoryLaw(Accelerator accelerator) {
        double datasheet = accelerator.memory().bytesPerSecond().value();
        this.bytesPerSecond = datasheet * accelerator.law("memory.stream_fraction");
        this.rowBytesPerSecond = datasheet * accelerator.law("memory.strided_fraction");
        this.onChipBytesPerSecond = Math.max(accelerator.law("memory.on_chip_bytes_per_second"), bytesPerSecond);
        this.onChipBytes = onChipBytes(accelerator);
        this.survivingBytes = SURVIVING_SHARE * onChipBytes;
    }

    /** The size of the cache shared by all multiprocessors; 0 if unpublished. */
    static double onChipBytes(Accelerator accelerator) {
        var onChip = accelerator.memory().onChipBytes();
        return onChip == null ? 0 : onChip.value();
    }

    /** The bandwidth that a stream of bytes reaches. */
    double bytesPerSecond() {
        return bytesPerSecond;
    }

    /** The time of bytes that lie in order. */
    double streamSeconds(double bytes) {
        return seconds(bytes, bytesPerSecond);
    }

    /** The time of bytes in rows with gaps between them. */
    double rowSeconds(double bytes) {
        return seconds(bytes, rowBytesPerSecond);
    }

    private double seconds(double bytes, double rate) {
        if (bytes <= 0) {
            return 0;
        }
        double fromMemory = bytes * bytes / (bytes + survivingBytes);
        return fromMemory / rate + (bytes - fromMemory) / Math.max(onChipBytesPerSecond, rate);
    }

    /** The time of an elementwise kernel, a copy or a concatenation, by how its operands lie. */
    double elementwiseSeconds(Kernel kernel) {
        List<TensorLayout> inputs = kernel.inputs();
        List<TensorLayout> outputs = kernel.outputs();
        if (inputs.isEmpty()) {
            return streamSeconds(kernel.bytes());
        }
        return walkSeconds(inputs, outputs.isEmpty() ? inputs.get(0) : outputs.get(0), kernel.bytes());
    }

    private double walkSeconds(List<TensorLayout> inputs, TensorLayout order, double bytes) {
        double fromMemory = bytes;
        double throughCache = 0;
        boolean rows = false;
        for (int i = 0; i < inputs.size(); i++) {
            TensorLayout operand = inputs.get(i);
            if (!follows(operand, order)) {
                rows = true;
                Walk walk = Walk.of(operand, order);
                throughCache += walk.bytes();
                fromMemory += walk.lost(onChipBytes) * (walk.bytes() - walk.usedBytes());
            }
        }
        double ordered = rows ? rowSeconds(fromMemory) : streamSeconds(fromMemory);
        return Math.max(ordered, throughCache / onChipBytesPerSecond);
    }

    /** Whether an operand lies in the order in which another is walked through, or repeats elements of a smaller one. */
    private static boolean follows(TensorLayout operand, TensorLayout order) {
        if (operand.rank() != order.rank()) {
            return operand.isContiguous() && order.isContiguous();
        }
        boolean same = true;
        for (int i = 0; i < operand.rank() && same; i++) {
            same = operand.stride(i) == order.stride(i) || operand.dimension(i) == 1 || operand.stride(i) == 0;
        }
        return same || (operand.isContiguous() && order.isContiguous());
    }
}
