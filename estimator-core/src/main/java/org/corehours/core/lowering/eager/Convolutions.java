package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;
import org.jspecify.annotations.Nullable;

/** Convolutions. */
final class Convolutions {
    private final Aten aten;

    Convolutions(Aten aten) {
        this.aten = aten;
    }

    /** A convolution; the gradients of operand, weight and bias are one call. */
    EagerTensor convolve(
            EagerTensor x,
            EagerTensor weight,
            @Nullable EagerTensor bias,
            long[] sizes,
            int groups,
            boolean transposed) {
        EagerTensor[] operands = bias == null ? new EagerTensor[] {x, weight} : new EagerTensor[] {x, weight, bias};
        EagerTensor out = aten.freshMap(x, sizes, x.type, aten.flows(operands));
        if (x.isChannelsLast() || x.storage.channelsInnermost()) {
            out.storage.markChannelsInnermost();
        }
        long[] map = transposed ? x.sizes : sizes;
        long rows = map[0] * map[2] * map[3];
        long outer = weight.sizes[0] / groups;
        long inner = weight.sizes[1] * weight.sizes[2] * weight.sizes[3];
        long from = transposed ? outer : inner;
        long to = transposed ? inner : outer;
        aten.log()
                .emit(
                        "convolution",
                        KernelKind.CONVOLUTION,
                        operands,
                        new EagerTensor[] {out},
                        List.of(new MatrixShape(Role.FORWARD, groups, rows, to, from, false, true)),
                        bias == null ? 0 : out.elements(),
                        1);
        aten.record(operands, out, Pointwise.keptForProduct(x, weight), g -> {
            @Nullable EagerTensor[] result = gradients(operands);
            List<MatrixShape> products = new ArrayList<>(2);
            if (x.requiresGradient) {
                products.add(new MatrixShape(Role.INPUT_GRADIENT, groups, rows, from, to, false, false));
            }
            if (weight.requiresGradient) {
                products.add(new MatrixShape(Role.WEIGHT_GRADIENT, groups, outer, inner, rows, true, false));
            }
            boolean sums = bias != null && bias.requiresGradient;
            aten.log()
                    .emit(
                            "convolution_backward",
                            KernelKind.CONVOLUTION,
                            new EagerTensor[] {g, x, weight},
                            Aten.present(result),
                            products,
                            sums ? g.elements() : 0,
                            Math.max(1, products.size() + (sums ? 1 : 0)));
            return result;
        });
        return out;
    }

    /** New gradients, which lie as the images do. */
    private @Nullable EagerTensor[] gradients(EagerTensor[] operands) {
        @Nullable EagerTensor[] result = aten.freshGradients(operands);
        for (int i = 0; i < result.length && operands[0].isChannelsLast(); i++) {
            EagerTensor made = result[i];
            if (made != null && made.rank() == 4) {
                result[i] = aten.fresh(made.sizes, EagerTensor.channelsLast(made.sizes), made.type, false);
            }
        }
        return result;
    }
}
