package org.corehours.cli.validation;

import java.util.Collections;
import java.util.List;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;

/** Single kernels as a framework launches them. */
final class KernelShapes {

    private KernelShapes() {}

    /** The format in memory of values that are multiplied in a precision. */
    static DataType type(Precision precision) throws NotCoveredException {
        return switch (precision) {
            case FP32 -> DataType.FP32;
            case FP16 -> DataType.FP16;
            case BF16 -> DataType.BF16;
            case TF32, FP8, INT8 ->
                throw new NotCoveredException("single kernels in " + precision.id() + " have no law of their own yet");
        };
    }

    /** A linear layer of {@code rows × inputs} values; its weight is {@code outputs × inputs}. */
    static Kernel linear(DataType type, long rows, long inputs, long outputs) {
        return product(
                "linear",
                TensorLayout.contiguous(type, rows, inputs),
                TensorLayout.contiguous(type, outputs, inputs),
                TensorLayout.contiguous(type, rows, outputs),
                new MatrixShape(MatrixShape.Role.FORWARD, 1, rows, outputs, inputs, false, true));
    }

    /** A batch of {@code m × k} by {@code k × n}. */
    static Kernel batchedProduct(DataType type, long batch, long m, long n, long k) {
        return product(
                "bmm",
                TensorLayout.contiguous(type, batch, m, k),
                TensorLayout.contiguous(type, batch, k, n),
                TensorLayout.contiguous(type, batch, m, n),
                new MatrixShape(MatrixShape.Role.FORWARD, batch, m, n, k, false, false));
    }

    private static Kernel product(
            String operator, TensorLayout a, TensorLayout b, TensorLayout result, MatrixShape shape) {
        return kernel(operator, KernelKind.MATRIX_PRODUCT, List.of(a, b), result, List.of(shape));
    }

    /** A kernel that reads some equal tensors of {@code rows × columns} and writes one. */
    static Kernel rowwise(String operator, KernelKind kind, DataType type, int inputs, long rows, long columns) {
        TensorLayout values = TensorLayout.contiguous(type, rows, columns);
        return kernel(operator, kind, Collections.nCopies(inputs, values), values, List.of());
    }

    /** Two kernels like one, timed together. */
    static Kernel twice(Kernel kernel) {
        return new Kernel(
                kernel.operator(),
                kernel.kind(),
                kernel.module(),
                kernel.inputs(),
                kernel.outputs(),
                kernel.products(),
                kernel.type(),
                2 * kernel.readBytes(),
                2 * kernel.writtenBytes(),
                2 * kernel.operations(),
                2 * kernel.launches());
    }

    private static Kernel kernel(
            String operator,
            KernelKind kind,
            List<TensorLayout> inputs,
            TensorLayout result,
            List<MatrixShape> products) {
        long read = inputs.stream().mapToLong(TensorLayout::bytes).sum();
        long operations = products.isEmpty() ? result.elements() : 0;
        return new Kernel(
                operator,
                kind,
                "",
                inputs,
                List.of(result),
                products,
                result.type(),
                read,
                result.bytes(),
                operations,
                1);
    }
}
