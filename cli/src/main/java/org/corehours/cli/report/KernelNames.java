package org.corehours.cli.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;

/** How kernels and their operands are written. */
final class KernelNames {

    private static final String TIMES = "×";

    private KernelNames() {}

    /** A kernel with the shape that its time depends on: {@code addmm 12608×3072×768 fp16}. */
    static String kernel(Kernel kernel) {
        return kernel.operator() + " " + shape(kernel) + " " + format(kernel.type());
    }

    private static String shape(Kernel kernel) {
        if (!kernel.products().isEmpty()) {
            return kernel.products().stream()
                    .map(KernelNames::product)
                    .distinct()
                    .collect(Collectors.joining(" + "));
        }
        TensorLayout largest = null;
        for (List<TensorLayout> operands : List.of(kernel.outputs(), kernel.inputs())) {
            for (TensorLayout each : operands) {
                if (largest == null || each.elements() > largest.elements()) {
                    largest = each;
                }
            }
        }
        return largest == null || largest.rank() == 0 ? "1" : dimensions(largest);
    }

    /** {@code batch·m×n×k}, without a batch of one. */
    static String product(MatrixShape product) {
        String matrix = product.m() + TIMES + product.n() + TIMES + product.k();
        return product.batch() == 1 ? matrix : product.batch() + "·" + matrix;
    }

    static List<String> products(List<MatrixShape> products) {
        return products.stream().map(KernelNames::product).toList();
    }

    private static String dimensions(TensorLayout layout) {
        return Arrays.stream(layout.dimensions()).mapToObj(Long::toString).collect(Collectors.joining(TIMES));
    }

    /** Operands as {@code fp16[64×197×768]}, with their strides where they do not lie row-major. */
    static List<String> layouts(List<TensorLayout> layouts) {
        return layouts.stream()
                .map(each -> format(each.type()) + "[" + dimensions(each) + "]"
                        + (each.isContiguous()
                                ? ""
                                : "/"
                                        + Arrays.stream(each.strides())
                                                .mapToObj(Long::toString)
                                                .collect(Collectors.joining(TIMES))))
                .toList();
    }

    static String format(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /** What the kernels of a group have in common. */
    static String group(KernelGroup group, KernelGroup.By by) {
        Kernel kernel = group.first().kernel();
        return switch (by) {
            case KERNEL -> kernel(kernel) + ", " + group.first().phase();
            case MODULE -> kernel.module();
            case PHASE -> group.first().phase();
            case KIND -> Breakdown.words(kernel.kind().name().toLowerCase(Locale.ROOT));
        };
    }
}
