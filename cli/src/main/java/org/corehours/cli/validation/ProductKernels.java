package org.corehours.cli.validation;

import java.util.List;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;

/**
 * Linear layers and batched products, in the columns of sitar-lab/NeuSight: {@code M × N} by {@code N × K}, so that
 * {@code N} is what is summed over, as the recorded grids show ({@code volta_sgemm_64x32} with a grid of 16 × 16 × 5 for
 * M = 512, N = 50272, K = 1024).
 */
final class ProductKernels extends KernelLayout {

    /** NeuSight synchronizes around every kernel; its elementwise kernels hold 12 to 20 µs more than bytes explain. */
    static final double SYNCHRONIZATION_SECONDS = 16e-6;

    /** What it holds for a module of several operators, as its layer normalizations and small linear layers show. */
    static final double MODULE_SYNCHRONIZATION_SECONDS = 34e-6;

    @Override
    public String description() {
        return "matrix products timed by themselves";
    }

    @Override
    public String source() {
        return "sitar-lab/NeuSight (MIT licence), github.com/sitar-lab/NeuSight";
    }

    @Override
    public List<String> columns() {
        return List.of("op", "device", "B", "M", "N", "K", "precision", "latency_ms");
    }

    @Override
    MeasuredKernel kernel(MeasuredTable.Row row) throws NotCoveredException {
        String operator = row.text("op");
        long batch = Cells.wholeNumber(row, "B");
        long rows = Cells.wholeNumber(row, "M");
        long summed = Cells.wholeNumber(row, "N");
        long columns = Cells.wholeNumber(row, "K");
        DataType type = KernelShapes.type(Cells.precision(row, "precision"));
        Kernel kernel = switch (operator) {
            case "linear" -> KernelShapes.linear(type, Math.multiplyExact(batch, rows), summed, columns);
            case "bmm" -> KernelShapes.batchedProduct(type, batch, rows, columns, summed);
            default -> throw Cells.bad(row, "op", "is neither linear nor bmm");
        };
        return new MeasuredKernel(
                row.line(),
                Devices.builtIn().idOrName(row.text("device")),
                kind(operator, row),
                kernel,
                1e-3 * Cells.number(row, "latency_ms"),
                overheadSeconds(
                        row, operator.equals("linear") ? MODULE_SYNCHRONIZATION_SECONDS : SYNCHRONIZATION_SECONDS),
                MeasuredKernel.Launched.of(row),
                Split.leavesOut(operator, batch, rows, summed, columns));
    }
}
