package org.corehours.cli.validation;

import java.util.List;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;

/**
 * Elementwise kernels, softmax and layer normalization over {@code B} rows of {@code H} elements, in the columns of
 * sitar-lab/NeuSight. The operators ending in u have one tensor and one constant.
 */
final class RowKernels extends KernelLayout {

    @Override
    public String description() {
        return "elementwise kernels, softmax and layer normalization timed by themselves";
    }

    @Override
    public String source() {
        return "sitar-lab/NeuSight (MIT licence), github.com/sitar-lab/NeuSight";
    }

    @Override
    public List<String> columns() {
        return List.of("op", "device", "B", "H", "precision", "latency_ms");
    }

    @Override
    MeasuredKernel kernel(MeasuredTable.Row row) throws NotCoveredException {
        String operator = row.text("op");
        long rows = Cells.wholeNumber(row, "B");
        long columns = Cells.wholeNumber(row, "H");
        DataType type = KernelShapes.type(Cells.precision(row, "precision"));
        double overhead = ProductKernels.SYNCHRONIZATION_SECONDS;
        Kernel kernel;
        String kind;
        switch (operator) {
            case "ln" -> {
                kind = "layer_norm";
                kernel = KernelShapes.rowwise("native_layer_norm", KernelKind.NORMALIZATION, type, 1, rows, columns);
                overhead = ProductKernels.MODULE_SYNCHRONIZATION_SECONDS;
            }
            case "softmax" -> {
                kind = "softmax";
                kernel = KernelShapes.rowwise("_softmax", KernelKind.SOFTMAX, type, 1, rows, columns);
            }
            case "add", "mul", "pow", "div" -> {
                kind = "elementwise";
                kernel = KernelShapes.rowwise(operator, KernelKind.ELEMENTWISE, type, 2, rows, columns);
            }
            case "addu", "mulu", "powu", "divu", "relu", "gelu", "tanh" -> {
                kind = "elementwise";
                kernel = KernelShapes.rowwise(operator, KernelKind.ELEMENTWISE, type, 1, rows, columns);
            }
            default ->
                throw Cells.bad(
                        row,
                        "op",
                        "is none of ln, softmax, add, mul, pow, div, addu, mulu, powu, divu, relu, gelu, tanh");
        }
        return new MeasuredKernel(
                row.line(),
                Devices.builtIn().idOrName(row.text("device")),
                kind(kind, row),
                kernel,
                1e-3 * Cells.number(row, "latency_ms"),
                overheadSeconds(row, overhead),
                MeasuredKernel.Launched.of(row),
                Split.leavesOut(operator, rows, columns));
    }
}
