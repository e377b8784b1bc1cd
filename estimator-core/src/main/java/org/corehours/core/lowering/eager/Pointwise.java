package org.corehours.core.lowering.eager;

import org.corehours.core.lowering.DataType;
import org.jspecify.annotations.Nullable;

/** Arithmetic and functions of every element. */
final class Pointwise {
    private final Aten aten;

    Pointwise(Aten aten) {
        this.aten = aten;
    }

    static DataType promote(DataType a, DataType b) {
        if (a == b) {
            return a;
        }
        if (a.real() != b.real()) {
            return a.real() ? a : b;
        }
        return a.real() ? DataType.FP32 : DataType.INT64;
    }

    /** The type both operands are promoted to; a tensor without dimensions gives way to one with. */
    private static DataType promoted(EagerTensor a, EagerTensor b) {
        if (a.type.real() == b.type.real() && (a.rank() == 0) != (b.rank() == 0)) {
            return a.rank() == 0 ? b.type : a.type;
        }
        return promote(a.type, b.type);
    }

    private static long[] broadcast(EagerTensor a, EagerTensor b) {
        int rank = Math.max(a.rank(), b.rank());
        long[] sizes = new long[rank];
        for (int i = 1; i <= rank; i++) {
            sizes[rank - i] = Math.max(i <= a.rank() ? a.size(-i) : 1, i <= b.rank() ? b.size(-i) : 1);
        }
        return sizes;
    }

    private EagerTensor launched(String operator, DataType type, EagerTensor a, EagerTensor b) {
        long[] sizes = broadcast(a, b);
        EagerTensor out = aten.fresh(sizes, IteratorLayout.strides(sizes, a, b), type, aten.flows(a, b));
        aten.elementwise(operator, out, a, b);
        return out;
    }

    private EagerTensor launched(String operator, EagerTensor a) {
        EagerTensor out = aten.fresh(a.sizes, IteratorLayout.strides(a.sizes, a), a.type, aten.flows(a));
        aten.elementwise(operator, out, a);
        return out;
    }

    private EagerTensor over(String operator, EagerTensor a, EagerTensor... others) {
        EagerTensor out = a.view(a.sizes, a.strides, aten.flows(a) || aten.flows(others));
        aten.elementwise(operator, out, Aten.joined(a, others));
        return out;
    }

    /** A gradient added to one that is there already. */
    EagerTensor accumulate(EagerTensor a, EagerTensor b) {
        return launched("add", promote(a.type, b.type), a, b);
    }

    // ---- of two tensors

    EagerTensor add(EagerTensor a, EagerTensor b) {
        EagerTensor out = launched("add", promoted(a, b), a, b);
        recordSum(a, b, out, false);
        return out;
    }

    EagerTensor subtract(EagerTensor a, EagerTensor b) {
        EagerTensor out = launched("sub", promoted(a, b), a, b);
        recordSum(a, b, out, true);
        return out;
    }

    /** The sum written over {@code a}. */
    EagerTensor addInPlace(EagerTensor a, EagerTensor b) {
        EagerTensor out = over("add_", a, b);
        recordSum(a, b, out, false);
        return out;
    }

    private void recordSum(EagerTensor a, EagerTensor b, EagerTensor out, boolean subtracts) {
        aten.record(new EagerTensor[] {a, b}, out, Aten.NONE, g -> {
            EagerTensor second = subtracts && b.requiresGradient ? launched("neg", g) : g;
            return both(
                    a.requiresGradient ? aten.reductions.sumTo(g, a.sizes) : null,
                    b.requiresGradient ? aten.reductions.sumTo(second, b.sizes) : null);
        });
    }

    private static @Nullable EagerTensor[] both(@Nullable EagerTensor first, @Nullable EagerTensor second) {
        return new EagerTensor[] {first, second};
    }

    EagerTensor multiply(EagerTensor a, EagerTensor b) {
        EagerTensor out = launched("mul", promoted(a, b), a, b);
        aten.record(
                new EagerTensor[] {a, b},
                out,
                keptForProduct(a, b),
                g -> both(
                        a.requiresGradient
                                ? aten.reductions.sumTo(launched("mul", promoted(g, b), g, b), a.sizes)
                                : null,
                        b.requiresGradient
                                ? aten.reductions.sumTo(launched("mul", promoted(g, a), g, a), b.sizes)
                                : null));
        return out;
    }

    /** What the gradients of a product need: each factor for the other's. */
    static EagerTensor[] keptForProduct(EagerTensor a, EagerTensor b) {
        if (a.requiresGradient && b.requiresGradient) {
            return new EagerTensor[] {a, b};
        }
        return new EagerTensor[] {a.requiresGradient ? b : a};
    }

    EagerTensor divide(EagerTensor a, EagerTensor b) {
        EagerTensor out = launched("div", promoted(a, b), a, b);
        EagerTensor[] saved = b.requiresGradient ? new EagerTensor[] {a, b} : new EagerTensor[] {b};
        aten.record(new EagerTensor[] {a, b}, out, saved, g -> {
            EagerTensor first =
                    a.requiresGradient ? aten.reductions.sumTo(launched("div", g.type, g, b), a.sizes) : null;
            EagerTensor second = null;
            if (b.requiresGradient) {
                EagerTensor ratio = launched("div", out.type, launched("div", out.type, a, b), b);
                second = aten.reductions.sumTo(launched("mul", g.type, launched("neg", g), ratio), b.sizes);
            }
            return both(first, second);
        });
        return out;
    }

    /** The larger element of two; where they are equal, each gets half of the gradient. */
    EagerTensor maximum(EagerTensor a, EagerTensor b) {
        EagerTensor out = launched("maximum", promoted(a, b), a, b);
        EagerTensor[] operands = {a, b};
        aten.record(
                operands,
                out,
                operands,
                g -> both(
                        a.requiresGradient ? aten.reductions.sumTo(shareOfMaximum(g, a, b), a.sizes) : null,
                        b.requiresGradient ? aten.reductions.sumTo(shareOfMaximum(g, b, a), b.sizes) : null));
        return out;
    }

    /** Elements where a mask does not hold replaced by a number. */
    EagerTensor replaced(EagerTensor x, EagerTensor mask) {
        EagerTensor number = aten.fill("full", x.type);
        EagerTensor out = aten.fresh(x.sizes, IteratorLayout.strides(x.sizes, x), x.type, aten.flows(x));
        aten.elementwise("where", out, mask, x, number);
        aten.record(x, out, new EagerTensor[] {mask}, g -> {
            EagerTensor kept = aten.fresh(g.sizes, IteratorLayout.strides(g.sizes, g), g.type, false);
            aten.elementwise("where", kept, mask, g, aten.fill("scalar_tensor", g.type));
            return kept;
        });
        return out;
    }

    /** The third power; its gradient is written out: {@code g · (3 · x^2)}. */
    EagerTensor cube(EagerTensor x) {
        EagerTensor out = launched("pow", x);
        aten.record(x, out, new EagerTensor[] {x}, g -> {
            EagerTensor tripled = launched("mul", launched("pow", x));
            return launched("mul", g.type, g, tripled);
        });
        return out;
    }

    private EagerTensor shareOfMaximum(EagerTensor g, EagerTensor x, EagerTensor other) {
        EagerTensor equal = launched("eq", DataType.BOOL, x, other);
        EagerTensor half = launched("div", g);
        EagerTensor share = aten.fresh(g.sizes, IteratorLayout.strides(g.sizes, g), g.type, false);
        aten.elementwise("where", share, equal, half, g);
        aten.elementwise("masked_fill_", share, share, launched("lt", DataType.BOOL, x, other));
        return share;
    }

    // ---- of one tensor

    /** Arithmetic with a number. */
    EagerTensor scalar(String operator, EagerTensor x) {
        EagerTensor out = launched(operator, x);
        boolean scales = operator.equals("mul") || operator.equals("div");
        aten.record(x, out, g -> scales ? launched(operator, g) : g);
        return out;
    }

    /** A function of every element whose gradient needs its operand, or its result. */
    EagerTensor unary(String operator, String gradientOperator, boolean savesResult, EagerTensor x) {
        EagerTensor out = launched(operator, x);
        EagerTensor kept = savesResult ? out : x;
        aten.record(x, out, new EagerTensor[] {kept}, g -> launched(gradientOperator, g.type, g, kept));
        return out;
    }

    /** A function written over its operand, whose gradient needs its result. */
    EagerTensor unaryInPlace(String operator, String gradientOperator, EagerTensor x) {
        EagerTensor out = over(operator, x);
        aten.record(x, out, new EagerTensor[] {out}, g -> launched(gradientOperator, g.type, g, out));
        return out;
    }

    EagerTensor negate(EagerTensor x) {
        EagerTensor out = launched("neg", x);
        aten.record(x, out, g -> launched("neg", g));
        return out;
    }

    /** Values raised to at least a number; integers become numbers of single precision. */
    EagerTensor clamp(EagerTensor x) {
        DataType type = x.type.real() ? x.type : DataType.FP32;
        EagerTensor out = aten.fresh(x.sizes, IteratorLayout.strides(x.sizes, x), type, aten.flows(x));
        aten.elementwise("clamp", out, x);
        recordClamp(x, out);
        return out;
    }

    /** Values raised to at least a constant. */
    EagerTensor clampMinimum(EagerTensor x) {
        EagerTensor out = launched("clamp_min", x);
        recordClamp(x, out);
        return out;
    }

    private void recordClamp(EagerTensor x, EagerTensor out) {
        aten.record(x, out, new EagerTensor[] {x}, g -> {
            EagerTensor zero = aten.fill("scalar_tensor", g.type);
            EagerTensor passes = aten.fresh(x.sizes, DataType.BOOL, false);
            aten.elementwise("ge", passes, x);
            EagerTensor kept = aten.fresh(g.sizes, g.type, false);
            aten.elementwise("where", kept, passes, g, zero);
            return kept;
        });
    }
}
