package org.corehours.core.lowering.eager;

import java.util.Arrays;
import java.util.List;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;
import org.jspecify.annotations.Nullable;

/** Matrix products. */
final class Products {
    private final Aten aten;

    Products(Aten aten) {
        this.aten = aten;
    }

    private EagerTensor multiplied(String operator, Role role, EagerTensor a, EagerTensor b) {
        return multiplied(operator, role, a, b, new EagerTensor[] {a, b});
    }

    private EagerTensor multiplied(String operator, Role role, EagerTensor a, EagerTensor b, EagerTensor... in) {
        long[] sizes = a.sizes.clone();
        sizes[sizes.length - 1] = b.size(-1);
        EagerTensor out = aten.fresh(sizes, a.type, aten.flows(in));
        long batch = a.rank() == 3 ? a.sizes[0] : 1;
        MatrixShape product =
                new MatrixShape(role, batch, a.size(-2), b.size(-1), a.size(-1), columnMajor(a), columnMajor(b));
        aten.log()
                .emit(
                        operator,
                        KernelKind.MATRIX_PRODUCT,
                        in,
                        new EagerTensor[] {out},
                        List.of(product),
                        in.length == 2 ? 0 : out.elements(),
                        1);
        return out;
    }

    private static boolean columnMajor(EagerTensor x) {
        int n = x.rank();
        return x.strides[n - 1] != 1 && x.strides[n - 2] == 1;
    }

    /** {@code a·b} of matrices; {@code b} is usually a transposed weight. */
    EagerTensor mm(EagerTensor a, EagerTensor b) {
        EagerTensor out = multiplied("mm", Role.FORWARD, a, b);
        record(out, a, b, null);
        return out;
    }

    /** {@code a·b + bias} of matrices. */
    EagerTensor addmm(EagerTensor bias, EagerTensor a, EagerTensor b) {
        EagerTensor out = multiplied("addmm", Role.FORWARD, a, b, bias, a, b);
        record(out, a, b, bias);
        return out;
    }

    private void record(EagerTensor out, EagerTensor a, EagerTensor b, @Nullable EagerTensor bias) {
        EagerTensor[] operands = bias == null ? new EagerTensor[] {a, b} : new EagerTensor[] {a, b, bias};
        aten.record(operands, out, Pointwise.keptForProduct(a, b), g -> {
            @Nullable EagerTensor[] result = new EagerTensor[operands.length];
            if (a.requiresGradient) {
                result[0] = multiplied("mm", Role.INPUT_GRADIENT, g, transposed(b));
            }
            if (b.requiresGradient) {
                // A column-major operand, a transposed weight, gets its gradient in the same order.
                result[1] = columnMajor(b)
                        ? transposed(multiplied("mm", Role.WEIGHT_GRADIENT, transposed(g), a))
                        : multiplied("mm", Role.WEIGHT_GRADIENT, transposed(a), g);
            }
            if (bias != null && bias.requiresGradient) {
                result[2] = aten.reductions.sumTo(g, bias.sizes);
            }
            return result;
        });
    }

    private static EagerTensor transposed(EagerTensor x) {
        return Views.transposed(x, false);
    }

    EagerTensor bmm(EagerTensor a, EagerTensor b) {
        EagerTensor out = multiplied("bmm", Role.FORWARD, a, b);
        aten.record(new EagerTensor[] {a, b}, out, Pointwise.keptForProduct(a, b), g -> {
            EagerTensor second = b.requiresGradient ? multiplied("bmm", Role.WEIGHT_GRADIENT, transposed(a), g) : null;
            EagerTensor first = a.requiresGradient ? multiplied("bmm", Role.INPUT_GRADIENT, g, transposed(b)) : null;
            return new EagerTensor[] {first, second};
        });
        return out;
    }

    /** {@code a·b} with PyTorch's rules for leading dimensions: folded into rows, or batched. */
    EagerTensor matmul(EagerTensor a, EagerTensor b) {
        if (a.rank() == 2 && b.rank() == 2) {
            return mm(a, b);
        }
        if (b.rank() == 2 && folds(a, b)) {
            long[] sizes = a.sizes.clone();
            sizes[sizes.length - 1] = b.sizes[1];
            return aten.views.reshape(mm(rows(a), b), sizes);
        }
        int rank = Math.max(a.rank(), b.rank());
        long[] lead = new long[rank - 2];
        long batch = 1;
        for (int i = 0; i < lead.length; i++) {
            int back = rank - i;
            lead[i] = Math.max(back <= a.rank() ? a.size(-back) : 1, back <= b.rank() ? b.size(-back) : 1);
            batch = Math.multiplyExact(batch, lead[i]);
        }
        EagerTensor left = batched(a, lead, batch);
        EagerTensor right = batched(b, lead, batch);
        long[] sizes = Arrays.copyOf(lead, rank);
        sizes[rank - 2] = a.size(-2);
        sizes[rank - 1] = b.size(-1);
        return aten.views.reshape(bmm(left, right), sizes);
    }

    /** All leading dimensions as rows of one matrix. */
    EagerTensor rows(EagerTensor x) {
        return x.rank() == 2 ? x : aten.views.reshape(x, x.elements() / x.size(-1), x.size(-1));
    }

    /** Whether the leading dimensions of {@code a} become rows of one product with the matrix {@code b}. */
    private boolean folds(EagerTensor a, EagerTensor b) {
        return switch (aten.release().folding()) {
            case ALWAYS -> true;
            case UNLESS_TRANSPOSED -> !batchOfTransposed(a);
            case FOR_GRADIENTS_OR_FREE -> b.requiresGradient || evenlySpaced(a);
        };
    }

    private static boolean batchOfTransposed(EagerTensor a) {
        return a.rank() == 3 && a.strides[2] != 1 && a.strides[0] == a.sizes[1] * a.sizes[2];
    }

    /** Whether the leading dimensions can be seen as one. */
    private static boolean evenlySpaced(EagerTensor a) {
        for (int i = 0; i < a.rank() - 2; i++) {
            if (a.strides[i] != a.strides[i + 1] * a.sizes[i + 1]) {
                return false;
            }
        }
        return true;
    }

    private EagerTensor batched(EagerTensor x, long[] lead, long batch) {
        long[] expanded = Arrays.copyOf(lead, lead.length + 2);
        expanded[lead.length] = x.size(-2);
        expanded[lead.length + 1] = x.size(-1);
        return aten.views.reshape(aten.views.expand(x, expanded), batch, x.size(-2), x.size(-1));
    }
}
