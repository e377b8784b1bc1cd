package org.corehours.core.timing;

import java.util.List;
import java.util.SplittableRandom;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;

/** Kernels as a framework launches them. */
final class Kernels {

    private Kernels() {}

    static Kernel product(DataType type, long batch, long m, long n, long k) {
        return product(type, batch, m, n, k, false, false);
    }

    static Kernel product(DataType type, long batch, long m, long n, long k, boolean transposedA, boolean transposedB) {
        TensorLayout a = TensorLayout.contiguous(type, batch, m, k);
        TensorLayout b = TensorLayout.contiguous(type, batch, k, n);
        TensorLayout c = TensorLayout.contiguous(type, batch, m, n);
        MatrixShape shape = new MatrixShape(MatrixShape.Role.FORWARD, batch, m, n, k, transposedA, transposedB);
        return kernel("mm", KernelKind.MATRIX_PRODUCT, type, List.of(a, b), List.of(c), List.of(shape));
    }

    static Kernel copy(TensorLayout from, TensorLayout to) {
        return kernel("copy", KernelKind.COPY, to.type(), List.of(from), List.of(to), List.of());
    }

    static Kernel rows(KernelKind kind, String operator, int inputs, long rows, long columns) {
        TensorLayout values = TensorLayout.contiguous(DataType.FP32, rows, columns);
        return kernel(
                operator,
                kind,
                DataType.FP32,
                inputs == 1 ? List.of(values) : List.of(values, values),
                List.of(values),
                List.of());
    }

    /** A convolution of 3 × 3 that keeps the size of its square images, forward. */
    static Kernel convolution(DataType type, boolean channelsLast, long images, long channels, long size, long groups) {
        long[] dimensions = {images, channels, size, size};
        long area = size * size;
        TensorLayout activations = channelsLast
                ? new TensorLayout(dimensions, new long[] {area * channels, 1, size * channels, channels}, type)
                : TensorLayout.contiguous(type, dimensions);
        TensorLayout weight = TensorLayout.contiguous(type, channels, channels / groups, 3, 3);
        MatrixShape shape = new MatrixShape(
                MatrixShape.Role.FORWARD,
                groups,
                images * area,
                channels / groups,
                9 * channels / groups,
                false,
                false);
        return kernel(
                "convolution",
                KernelKind.CONVOLUTION,
                type,
                List.of(activations, weight),
                List.of(activations),
                List.of(shape));
    }

    /** A kernel of any kind, with dimensions from 1 up. */
    static Kernel random(SplittableRandom random) {
        KernelKind kind = KernelKind.values()[random.nextInt(KernelKind.values().length)];
        DataType type = random.nextBoolean() ? DataType.FP32 : DataType.FP16;
        if (kind == KernelKind.MATRIX_PRODUCT || kind == KernelKind.CONVOLUTION || kind == KernelKind.FUSED_ATTENTION) {
            Kernel product =
                    product(type, size(random, 300), size(random, 9000), size(random, 9000), size(random, 9000));
            return kernel("product", kind, type, product.inputs(), product.outputs(), product.products());
        }
        TensorLayout first = layout(random, type);
        TensorLayout second = random.nextBoolean() ? first : TensorLayout.contiguous(type, first.dimensions());
        List<TensorLayout> inputs = random.nextBoolean() ? List.of(first) : List.of(first, second);
        return kernel("any", kind, type, inputs, List.of(second), List.of());
    }

    private static TensorLayout layout(SplittableRandom random, DataType type) {
        long[] dimensions = new long[random.nextInt(5)];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = size(random, 100);
        }
        TensorLayout layout = TensorLayout.contiguous(type, dimensions);
        if (dimensions.length < 2 || random.nextBoolean()) {
            return layout;
        }
        int last = dimensions.length - 1;
        long[] strides = layout.strides();
        long[] swapped = layout.dimensions();
        long dimension = swapped[last];
        long stride = strides[last];
        swapped[last] = swapped[0];
        strides[last] = random.nextInt(4) == 0 ? 0 : strides[0];
        swapped[0] = dimension;
        strides[0] = stride;
        return new TensorLayout(swapped, strides, type);
    }

    private static long size(SplittableRandom random, long most) {
        return Math.max(1, (long) Math.pow(most, random.nextDouble()));
    }

    private static Kernel kernel(
            String operator,
            KernelKind kind,
            DataType type,
            List<TensorLayout> inputs,
            List<TensorLayout> outputs,
            List<MatrixShape> products) {
        long read = inputs.stream().mapToLong(TensorLayout::bytes).sum();
        long written = outputs.stream().mapToLong(TensorLayout::bytes).sum();
        return new Kernel(operator, kind, "", inputs, outputs, products, type, read, written, 0, 1);
    }
}
