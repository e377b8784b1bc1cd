package org.corehours.core.lowering.eager;

import java.util.List;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;
import org.jspecify.annotations.Nullable;

/** Attention in one kernel forward, and one call backward, which computes the scores anew. */
final class FusedAttention {
    /** A preparation, the gradients, and a conversion of the query's (FlashAttention 2, flash_bwd_launch_template.h). */
    private static final int BACKWARD_LAUNCHES = 3;

    private final Aten aten;

    FusedAttention(Aten aten) {
        this.aten = aten;
    }

    EagerTensor attend(EagerTensor q, EagerTensor k, EagerTensor v, @Nullable EagerTensor bias) {
        long batch = q.sizes[0] * q.sizes[1];
        long rows = q.sizes[2];
        long columns = k.sizes[2];
        long width = q.sizes[3];
        long valueWidth = v.sizes[3];
        // The result lies as [batch, rows, heads, width], so that merging the heads is a view.
        long[] sizes = {q.sizes[0], q.sizes[1], rows, valueWidth};
        long[] strides = {sizes[1] * sizes[2] * sizes[3], sizes[3], sizes[1] * sizes[3], 1};
        EagerTensor[] operands = bias == null ? new EagerTensor[] {q, k, v} : new EagerTensor[] {q, k, v, bias};
        EagerTensor out = aten.fresh(sizes, strides, q.type, aten.flows(operands));
        EagerTensor statistics = aten.fresh(new long[] {q.sizes[0], q.sizes[1], rows}, DataType.FP32, false);
        MatrixShape scores = new MatrixShape(Role.FORWARD, batch, rows, columns, width, false, true);
        MatrixShape values = new MatrixShape(Role.FORWARD, batch, rows, valueWidth, columns, false, false);
        String name = bias == null && q.type != DataType.FP32
                ? "_scaled_dot_product_flash_attention"
                : "_scaled_dot_product_efficient_attention";
        aten.log()
                .emit(
                        name,
                        KernelKind.FUSED_ATTENTION,
                        operands,
                        new EagerTensor[] {out, statistics},
                        List.of(scores, values),
                        5 * batch * rows * columns,
                        1);
        EagerTensor[] saved = bias == null
                ? new EagerTensor[] {q, k, v, out, statistics}
                : new EagerTensor[] {q, k, v, bias, out, statistics};
        aten.record(operands, out, saved, g -> {
            @Nullable EagerTensor[] result = aten.freshGradients(operands);
            List<MatrixShape> products = List.of(
                    scores,
                    new MatrixShape(Role.INPUT_GRADIENT, batch, columns, valueWidth, rows, true, false),
                    new MatrixShape(Role.INPUT_GRADIENT, batch, rows, columns, valueWidth, false, true),
                    new MatrixShape(Role.INPUT_GRADIENT, batch, rows, width, columns, false, false),
                    new MatrixShape(Role.INPUT_GRADIENT, batch, columns, width, rows, true, false));
            aten.log()
                    .emit(
                            name + "_backward",
                            KernelKind.FUSED_ATTENTION,
                            Aten.joined(g, saved),
                            Aten.present(result),
                            products,
                            8 * batch * rows * columns,
                            BACKWARD_LAUNCHES);
            return result;
        });
        return out;
    }
}
