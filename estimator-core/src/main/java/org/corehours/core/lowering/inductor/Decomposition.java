package org.corehours.core.lowering.inductor;

import java.util.List;
import java.util.stream.IntStream;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;

/**
 * The loops that an operator is generated as. Normalizations fall apart: statistics of channels and gradients of weights
 * are loops of their own (torch/_inductor/decomposition.py, torch/_decomp).
 */
final class Decomposition {

    /** One loop of an operator: the operands it reads and the results it writes, by position. */
    record Part(Loop loop, String name, List<Integer> reads, List<Integer> rereads, List<Integer> writes) {}

    private Decomposition() {}

    static List<Part> of(Kernel kernel) {
        String name = kernel.operator();
        int in = kernel.inputs().size();
        int out = kernel.outputs().size();
        if (kernel.kind() == KernelKind.NORMALIZATION && out > 1) {
            boolean channels = name.contains("batch_norm") || name.contains("group_norm");
            boolean backward = name.endsWith("_backward");
            long elements = kernel.inputs().get(0).elements();
            long columns = lastDimension(kernel.inputs().get(0));
            Loop reduced = new Loop(Loop.Kind.COLUMNS, elements, columns);
            if (channels) {
                // Statistics, or the gradients of weights, first: what applies them reads them.
                return List.of(
                        new Part(reduced, name, range(in), List.of(), range(1, out)),
                        new Part(Loop.pointwise(elements), name, range(in), range(1, out), List.of(0)));
            }
            if (backward) {
                Loop rows = new Loop(Loop.Kind.ROWS, elements, columns);
                return List.of(
                        new Part(rows, name, range(in), List.of(), List.of(0)),
                        new Part(reduced, name, range(in), List.of(), range(1, out)));
            }
        }
        // Constants are told the shape of their operand only.
        int read = kernel.kind() == KernelKind.FILL ? 0 : in;
        return List.of(new Part(loop(kernel), name, range(read), List.of(), range(out)));
    }

    private static Loop loop(Kernel kernel) {
        return switch (kernel.kind()) {
            case ELEMENTWISE, COPY, FILL, CONCATENATION ->
                Loop.pointwise(kernel.outputs().get(0).elements());
            case INDEX ->
                kernel.operator().equals("embedding") || kernel.operator().equals("index")
                        ? Loop.pointwise(kernel.outputs().get(0).elements())
                        : Loop.LIBRARY;
            case SOFTMAX, NORMALIZATION -> {
                TensorLayout x = kernel.inputs().get(0);
                yield new Loop(Loop.Kind.ROWS, x.elements(), lastDimension(x));
            }
            case REDUCTION -> reduction(kernel);
            case MATRIX_PRODUCT, CONVOLUTION, FUSED_ATTENTION, POOLING, OPTIMIZER -> Loop.LIBRARY;
        };
    }

    private static Loop reduction(Kernel kernel) {
        TensorLayout x = kernel.inputs().get(0);
        TensorLayout result = kernel.outputs().get(0);
        long columns = lastDimension(x);
        boolean keepsColumns = columns > 1 && lastDimension(result) == columns;
        return new Loop(keepsColumns ? Loop.Kind.COLUMNS : Loop.Kind.ROWS, x.elements(), columns);
    }

    private static long lastDimension(TensorLayout x) {
        return x.rank() == 0 ? 1 : x.dimension(x.rank() - 1);
    }

    private static List<Integer> range(int end) {
        return range(0, end);
    }

    private static List<Integer> range(int start, int end) {
        return IntStream.range(start, end).boxed().toList();
    }
}
