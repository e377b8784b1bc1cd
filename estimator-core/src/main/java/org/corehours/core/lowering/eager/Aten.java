package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.lowering.eager.EagerTensor.Copies;
import org.corehours.core.lowering.eager.EagerTensor.Storage;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's tensor operations as far as models use them: the views and layouts they give, the kernels
 * they launch, and their gradient rules (pytorch/pytorch: aten/src/ATen/native, tools/autograd/derivatives.yaml).
 *
 * <p>Views launch nothing. A result's layout follows its operands' as TensorIterator decides it.
 */
final class Aten {
    private final KernelLog log;
    private final Tape tape;
    private boolean recording;
    private Copies copies = new Copies(1);

    Aten(KernelLog log, Tape tape) {
        this.log = log;
        this.tape = tape;
    }

    /** Whether operations are recorded for the backward computation from now on. */
    void recording(boolean on) {
        recording = on;
    }

    boolean recording() {
        return recording;
    }

    /** How many copies of each new tensor exist: the repetitions of the block being replayed. */
    void copies(Copies shared) {
        copies = shared;
    }

    Copies copies() {
        return copies;
    }

    // ---- tensors and recording

    EagerTensor fresh(long[] sizes, DataType type, boolean gradient) {
        return fresh(sizes, TensorLayout.rowMajor(sizes), type, gradient);
    }

    EagerTensor fresh(long[] sizes, long[] strides, DataType type, boolean gradient) {
        long bytes = type.bytes();
        for (long size : sizes) {
            bytes = Math.multiplyExact(bytes, size);
        }
        return new EagerTensor(sizes, strides, type, new Storage(EagerTensor.Role.ACTIVATION, bytes, copies), gradient);
    }

    /** A tensor the model keeps besides its parameters. */
    EagerTensor buffer(DataType type, long... sizes) {
        long bytes = type.bytes();
        for (long size : sizes) {
            bytes = Math.multiplyExact(bytes, size);
        }
        Storage storage = new Storage(EagerTensor.Role.INPUT, bytes, copies);
        return new EagerTensor(sizes, TensorLayout.rowMajor(sizes), type, storage, false);
    }

    /** Whether a gradient flows through the result of these operands. */
    boolean flows(List<EagerTensor> operands) {
        return flows(operands.toArray(EagerTensor[]::new));
    }

    private boolean flows(EagerTensor... operands) {
        if (!recording) {
            return false;
        }
        for (EagerTensor operand : operands) {
            if (operand.requiresGradient) {
                return true;
            }
        }
        return false;
    }

    private void record(EagerTensor[] operands, EagerTensor[] results, Tape.Rule rule) {
        if (flows(operands)) {
            tape.record(new Tape.Operation(operands, results, log.module(), rule));
        }
    }

    private void record(EagerTensor operand, EagerTensor result, UnaryOperator<EagerTensor> rule) {
        record(new EagerTensor[] {operand}, new EagerTensor[] {result}, gradients -> {
            EagerTensor gradient = gradients[0];
            return new EagerTensor[] {gradient == null ? null : rule.apply(gradient)};
        });
    }

    void save(EagerTensor... tensors) {
        if (recording) {
            for (EagerTensor tensor : tensors) {
                log.save(tensor);
            }
        }
    }

    private void emit(String operator, KernelKind kind, List<EagerTensor> in, List<EagerTensor> out, long operations) {
        log.emit(operator, kind, in, out, List.of(), operations, 1);
    }

    void elementwise(String operator, EagerTensor out, EagerTensor... in) {
        emit(operator, KernelKind.ELEMENTWISE, List.of(in), List.of(out), out.elements());
    }

    /** A new tensor of constants. */
    EagerTensor fill(String operator, DataType type, long... sizes) {
        EagerTensor out = fresh(sizes, type, false);
        emit(operator, KernelKind.FILL, List.of(), List.of(out), 0);
        return out;
    }

    /** The gradient a backward computation starts with. */
    EagerTensor onesLike(EagerTensor x) {
        EagerTensor out = fresh(x.sizes, x.type, false);
        emit("ones_like", KernelKind.FILL, List.of(x), List.of(out), 0);
        return out;
    }

    // ---- views

    /** The elements in order under other sizes, copied only where no view can show them so. */
    EagerTensor reshape(EagerTensor x, long... sizes) {
        if (Arrays.equals(x.sizes, sizes)) {
            return x;
        }
        EagerTensor source = x.viewStrides(sizes) == null ? contiguous(x) : x;
        return view(source, sizes);
    }

    private EagerTensor view(EagerTensor x, long[] sizes) {
        long[] strides = x.viewStrides(sizes);
        if (strides == null) {
            throw new IllegalStateException("The layout " + x.layout() + " has no view " + Arrays.toString(sizes));
        }
        EagerTensor out = x.view(sizes, strides, flows(x));
        record(x, out, g -> reshape(g, x.sizes));
        return out;
    }

    EagerTensor permute(EagerTensor x, int... axes) {
        long[] sizes = new long[axes.length];
        long[] strides = new long[axes.length];
        int[] inverse = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            sizes[i] = x.sizes[axes[i]];
            strides[i] = x.strides[axes[i]];
            inverse[axes[i]] = i;
        }
        EagerTensor out = x.view(sizes, strides, flows(x));
        record(x, out, g -> permute(g, inverse));
        return out;
    }

    /** The last two axes exchanged. */
    EagerTensor transpose(EagerTensor x) {
        int[] axes = new int[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        axes[axes.length - 1] = axes.length - 2;
        axes[axes.length - 2] = axes.length - 1;
        return permute(x, axes);
    }

    EagerTensor expand(EagerTensor x, long... sizes) {
        if (Arrays.equals(x.sizes, sizes)) {
            return x;
        }
        EagerTensor out = expandedView(x, sizes);
        record(x, out, g -> sumTo(g, x.sizes));
        return out;
    }

    private EagerTensor expandedView(EagerTensor x, long[] sizes) {
        long[] strides = new long[sizes.length];
        int offset = sizes.length - x.rank();
        for (int i = 0; i < x.rank(); i++) {
            strides[offset + i] = x.sizes[i] == 1 && sizes[offset + i] != 1 ? 0 : x.strides[i];
        }
        return x.view(sizes, strides, flows(x));
    }

    EagerTensor slice(EagerTensor x, int axis, long extent) {
        long[] sizes = x.sizes.clone();
        sizes[axis] = extent;
        EagerTensor out = x.view(sizes, x.strides, flows(x));
        record(x, out, g -> scattered("slice_backward", g, x.sizes));
        return out;
    }

    EagerTensor select(EagerTensor x, int axis) {
        EagerTensor out = x.view(without(x.sizes, axis), without(x.strides, axis), flows(x));
        record(x, out, g -> scattered("select_backward", g, x.sizes));
        return out;
    }

    private EagerTensor scattered(String operator, EagerTensor gradient, long[] sizes) {
        EagerTensor out = fresh(sizes, gradient.type, false);
        emit(operator, KernelKind.COPY, List.of(gradient), List.of(out), 0);
        return out;
    }

    List<EagerTensor> unbind(EagerTensor x, int axis) {
        EagerTensor[] parts = new EagerTensor[Math.toIntExact(x.sizes[axis])];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = x.view(without(x.sizes, axis), without(x.strides, axis), flows(x));
        }
        record(new EagerTensor[] {x}, parts, gradients ->
                new EagerTensor[] {concatenate("stack", axis, true, filled(gradients, parts))});
        return List.of(parts);
    }

    List<EagerTensor> split(EagerTensor x, int axis, int count) {
        EagerTensor[] parts = new EagerTensor[count];
        long[] sizes = x.sizes.clone();
        sizes[axis] /= count;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = x.view(sizes, x.strides, flows(x));
        }
        record(new EagerTensor[] {x}, parts, gradients ->
                new EagerTensor[] {concatenate("cat", axis, false, filled(gradients, parts))});
        return List.of(parts);
    }

    /** The gradients, zeros written where none flowed. */
    private List<EagerTensor> filled(@Nullable EagerTensor[] gradients, EagerTensor[] results) {
        List<EagerTensor> all = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            EagerTensor gradient = gradients[i];
            all.add(gradient != null ? gradient : fill("zeros", results[i].type, results[i].sizes));
        }
        return all;
    }

    private static long[] without(long[] values, int axis) {
        long[] result = new long[values.length - 1];
        System.arraycopy(values, 0, result, 0, axis);
        System.arraycopy(values, axis + 1, result, axis, result.length - axis);
        return result;
    }

    // ---- copies

    EagerTensor contiguous(EagerTensor x) {
        if (x.isContiguous()) {
            return x;
        }
        EagerTensor out = fresh(x.sizes, x.type, flows(x));
        emit("clone", KernelKind.COPY, List.of(x), List.of(out), 0);
        record(x, out, g -> g);
        return out;
    }

    EagerTensor to(EagerTensor x, DataType type) {
        if (x.type == type) {
            return x;
        }
        EagerTensor out = fresh(x.sizes, IteratorLayout.strides(x.sizes, x), type, flows(x) && type.real());
        emit("_to_copy", KernelKind.COPY, List.of(x), List.of(out), 0);
        record(x, out, g -> to(g, x.type));
        return out;
    }

    /** A weight in another type, kept apart from activations in the account of memory. */
    EagerTensor castWeight(EagerTensor x, DataType type) {
        Storage storage = new Storage(EagerTensor.Role.WEIGHT_COPY, x.elements() * type.bytes(), x.storage.copies);
        EagerTensor out = new EagerTensor(x.sizes, x.strides, type, storage, flows(x));
        emit("_to_copy", KernelKind.COPY, List.of(x), List.of(out), 0);
        record(x, out, g -> to(g, x.type));
        return out;
    }

    EagerTensor concatenate(String operator, int axis, boolean fresh, List<EagerTensor> parts) {
        EagerTensor first = parts.get(0);
        DataType type = parts.stream().map(p -> p.type).reduce(Aten::promote).orElseThrow();
        long[] sizes;
        if (fresh) {
            sizes = new long[first.rank() + 1];
            for (int i = 0, j = 0; i < sizes.length; i++) {
                sizes[i] = i == axis ? parts.size() : first.sizes[j++];
            }
        } else {
            sizes = first.sizes.clone();
            sizes[axis] = parts.stream().mapToLong(p -> p.sizes[axis]).sum();
        }
        EagerTensor[] operands = parts.toArray(EagerTensor[]::new);
        EagerTensor out = fresh(sizes, type, flows(operands));
        emit(operator, KernelKind.CONCATENATION, parts, List.of(out), 0);
        record(operands, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            EagerTensor[] result = new EagerTensor[operands.length];
            for (int i = 0; g != null && i < result.length; i++) {
                EagerTensor part = operands[i];
                if (part.requiresGradient) {
                    result[i] = fresh
                            ? g.view(without(g.sizes, axis), without(g.strides, axis), false)
                            : g.view(part.sizes, g.strides, false);
                }
            }
            return result;
        });
        return out;
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

    // ---- elementwise

    private static long[] broadcast(EagerTensor a, EagerTensor b) {
        int rank = Math.max(a.rank(), b.rank());
        long[] sizes = new long[rank];
        for (int i = 1; i <= rank; i++) {
            sizes[rank - i] = Math.max(i <= a.rank() ? a.size(-i) : 1, i <= b.rank() ? b.size(-i) : 1);
        }
        return sizes;
    }

    /** The type both operands are promoted to; a tensor without dimensions gives way to one with. */
    private static DataType promoted(EagerTensor a, EagerTensor b) {
        if (a.type.real() == b.type.real() && (a.rank() == 0) != (b.rank() == 0)) {
            return a.rank() == 0 ? b.type : a.type;
        }
        return promote(a.type, b.type);
    }

    private EagerTensor pointwise(String operator, DataType type, EagerTensor a, EagerTensor b) {
        long[] sizes = broadcast(a, b);
        EagerTensor out = fresh(sizes, IteratorLayout.strides(sizes, a, b), type, flows(a, b));
        elementwise(operator, out, a, b);
        return out;
    }

    private EagerTensor pointwise(String operator, EagerTensor a) {
        EagerTensor out = fresh(a.sizes, IteratorLayout.strides(a.sizes, a), a.type, flows(a));
        elementwise(operator, out, a);
        return out;
    }

    EagerTensor add(EagerTensor a, EagerTensor b) {
        return additive("add", a, b);
    }

    /** The sum written over {@code a}. */
    EagerTensor addInPlace(EagerTensor a, EagerTensor b) {
        EagerTensor out = a.view(a.sizes, a.strides, flows(a, b));
        elementwise("add_", out, a, b);
        recordSum("add", a, b, out);
        return out;
    }

    EagerTensor subtract(EagerTensor a, EagerTensor b) {
        return additive("sub", a, b);
    }

    private EagerTensor additive(String operator, EagerTensor a, EagerTensor b) {
        EagerTensor out = pointwise(operator, promoted(a, b), a, b);
        recordSum(operator, a, b, out);
        return out;
    }

    private void recordSum(String operator, EagerTensor a, EagerTensor b, EagerTensor out) {
        record(new EagerTensor[] {a, b}, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            if (g == null) {
                return new EagerTensor[2];
            }
            EagerTensor second = operator.equals("sub") && b.requiresGradient ? pointwise("neg", g) : g;
            return new EagerTensor[] {
                a.requiresGradient ? sumTo(g, a.sizes) : null, b.requiresGradient ? sumTo(second, b.sizes) : null
            };
        });
    }

    EagerTensor multiply(EagerTensor a, EagerTensor b) {
        EagerTensor out = pointwise("mul", promoted(a, b), a, b);
        if (a.requiresGradient) {
            save(b);
        }
        if (b.requiresGradient) {
            save(a);
        }
        record(new EagerTensor[] {a, b}, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            if (g == null) {
                return new EagerTensor[2];
            }
            return new EagerTensor[] {
                a.requiresGradient ? sumTo(pointwise("mul", promoted(g, b), g, b), a.sizes) : null,
                b.requiresGradient ? sumTo(pointwise("mul", promoted(g, a), g, a), b.sizes) : null
            };
        });
        return out;
    }

    EagerTensor divide(EagerTensor a, EagerTensor b) {
        EagerTensor out = pointwise("div", promoted(a, b), a, b);
        save(a, b);
        record(new EagerTensor[] {a, b}, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            if (g == null) {
                return new EagerTensor[2];
            }
            EagerTensor first = a.requiresGradient ? sumTo(pointwise("div", g.type, g, b), a.sizes) : null;
            EagerTensor second = null;
            if (b.requiresGradient) {
                EagerTensor ratio = pointwise("div", out.type, pointwise("div", out.type, a, b), b);
                second = sumTo(pointwise("mul", g.type, pointwise("neg", g), ratio), b.sizes);
            }
            return new EagerTensor[] {first, second};
        });
        return out;
    }

    /** The larger element of two; where they are equal, each gets half of the gradient. */
    EagerTensor maximum(EagerTensor a, EagerTensor b) {
        EagerTensor out = pointwise("maximum", promoted(a, b), a, b);
        if (out.requiresGradient) {
            save(a, b);
        }
        record(new EagerTensor[] {a, b}, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            if (g == null) {
                return new EagerTensor[2];
            }
            return new EagerTensor[] {
                a.requiresGradient ? sumTo(shareOfMaximum(g, a, b), a.sizes) : null,
                b.requiresGradient ? sumTo(shareOfMaximum(g, b, a), b.sizes) : null
            };
        });
        return out;
    }

    private EagerTensor shareOfMaximum(EagerTensor g, EagerTensor x, EagerTensor other) {
        EagerTensor equal = pointwise("eq", DataType.BOOL, x, other);
        EagerTensor half = pointwise("div", g);
        EagerTensor share = fresh(g.sizes, IteratorLayout.strides(g.sizes, g), g.type, false);
        elementwise("where", share, equal, half, g);
        elementwise("masked_fill_", share, share, pointwise("lt", DataType.BOOL, x, other));
        return share;
    }

    /** Arithmetic with a number. */
    EagerTensor scalar(String operator, EagerTensor x) {
        EagerTensor out = pointwise(operator, x);
        boolean scales = operator.equals("mul") || operator.equals("div");
        record(x, out, g -> scales ? pointwise(operator, g) : g);
        return out;
    }

    /** A function of every element whose gradient needs its operand, or its result. */
    EagerTensor unary(String operator, String gradientOperator, boolean savesResult, EagerTensor x) {
        EagerTensor out = pointwise(operator, x);
        EagerTensor kept = savesResult ? out : x;
        save(kept);
        record(x, out, g -> pointwise(gradientOperator, g.type, g, kept));
        return out;
    }

    /** A function written over its operand, whose gradient needs its result. */
    EagerTensor unaryInPlace(String operator, String gradientOperator, EagerTensor x) {
        EagerTensor out = x.view(x.sizes, x.strides, flows(x));
        elementwise(operator, out, x);
        save(out);
        record(x, out, g -> pointwise(gradientOperator, g.type, g, out));
        return out;
    }

    EagerTensor negate(EagerTensor x) {
        EagerTensor out = pointwise("neg", x);
        record(x, out, g -> pointwise("neg", g));
        return out;
    }

    /** Values raised to at least a number; integers become numbers of single precision. */
    EagerTensor clamp(EagerTensor x) {
        EagerTensor out =
                fresh(x.sizes, IteratorLayout.strides(x.sizes, x), x.type.real() ? x.type : DataType.FP32, flows(x));
        elementwise("clamp", out, x);
        recordClamp(x, out);
        return out;
    }

    // ---- reductions

    /** The mean of each map, as adaptive pooling to one pixel takes it: a channels-last map leaves a restrided result. */
    EagerTensor averagePooled(EagerTensor x) {
        EagerTensor out = mean(x, true, 2, 3);
        if (!x.isChannelsLast()) {
            return out;
        }
        EagerTensor restrided = out.view(out.sizes, out.strides, flows(out));
        record(out, restrided, g -> {
            // as_strided's gradient: zeros of the result's elements, and the gradient copied where they are seen.
            long[] seen = {g.sizes[0], g.sizes[1]};
            EagerTensor squeezed = g.view(seen, new long[] {g.strides[0], g.strides[1]}, false);
            EagerTensor zeros = fresh(new long[] {g.elements()}, g.type, false);
            emit("new_zeros", KernelKind.FILL, List.of(squeezed), List.of(zeros), 0);
            EagerTensor target = zeros.view(seen, TensorLayout.rowMajor(seen), false);
            emit("copy_", KernelKind.COPY, List.of(target, squeezed), List.of(target), 0);
            return target.view(g.sizes, TensorLayout.rowMajor(g.sizes), false);
        });
        return restrided;
    }

    EagerTensor sum(EagerTensor x, DataType type, boolean keep, int... axes) {
        EagerTensor out = reduced("sum", x, type, keep, axes);
        record(x, out, g -> expandedView(restored(g, x, keep, axes), x.sizes));
        return out;
    }

    EagerTensor mean(EagerTensor x, boolean keep, int... axes) {
        EagerTensor out = reduced("mean", x, x.type, keep, axes);
        record(x, out, g -> pointwise("div", expandedView(restored(g, x, keep, axes), x.sizes)));
        return out;
    }

    EagerTensor maximum(EagerTensor x, boolean keep, int... axes) {
        EagerTensor out = reduced("amax", x, x.type, keep, axes);
        save(x, out);
        record(
                x,
                out,
                g -> pointwise("mul", g.type, expandedView(restored(g, x, keep, axes), x.sizes), pointwise("eq", x)));
        return out;
    }

    private EagerTensor reduced(String operator, EagerTensor x, DataType type, boolean keep, int... axes) {
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (!contains(axes, i)) {
                sizes.add(x.sizes[i]);
            } else if (keep) {
                sizes.add(1L);
            }
        }
        EagerTensor out = fresh(sizes.stream().mapToLong(Long::longValue).toArray(), type, flows(x));
        emit(operator, KernelKind.REDUCTION, List.of(x), List.of(out), x.elements());
        return out;
    }

    /** The gradient of a reduction with its axes back as 1. */
    private static EagerTensor restored(EagerTensor gradient, EagerTensor x, boolean keep, int... axes) {
        if (keep) {
            return gradient;
        }
        long[] sizes = new long[x.rank()];
        long[] strides = new long[x.rank()];
        for (int i = 0, j = 0; i < sizes.length; i++) {
            boolean gone = contains(axes, i);
            sizes[i] = gone ? 1 : gradient.sizes[j];
            strides[i] = gone ? 0 : gradient.strides[j++];
        }
        return gradient.view(sizes, strides, false);
    }

    private static boolean contains(int[] values, int value) {
        for (int v : values) {
            if (v == value) {
                return true;
            }
        }
        return false;
    }

    /** A gradient summed over the axes its operand was broadcast along. */
    EagerTensor sumTo(EagerTensor gradient, long[] sizes) {
        if (Arrays.equals(gradient.sizes, sizes)) {
            return gradient;
        }
        int leading = gradient.rank() - sizes.length;
        long[] kept = gradient.sizes.clone();
        boolean sums = false;
        for (int i = 0; i < kept.length; i++) {
            if (i < leading || (sizes[i - leading] == 1 && kept[i] != 1)) {
                sums |= kept[i] != 1;
                kept[i] = 1;
            }
        }
        EagerTensor summed = gradient;
        if (sums) {
            summed = fresh(kept, gradient.type, false);
            emit("sum", KernelKind.REDUCTION, List.of(gradient), List.of(summed), gradient.elements());
        }
        return leading == 0 ? summed : reshape(summed, sizes);
    }

    // ---- matrix products

    private static MatrixShape product(Role role, EagerTensor a, EagerTensor b) {
        long batch = a.rank() == 3 ? a.sizes[0] : 1;
        return new MatrixShape(role, batch, a.size(-2), b.size(-1), a.size(-1), columnMajor(a), columnMajor(b));
    }

    private static boolean columnMajor(EagerTensor x) {
        int n = x.rank();
        return x.strides[n - 1] != 1 && x.strides[n - 2] == 1;
    }

    private EagerTensor multiplied(String operator, Role role, EagerTensor a, EagerTensor b, EagerTensor... bias) {
        long[] sizes = a.sizes.clone();
        sizes[sizes.length - 1] = b.size(-1);
        EagerTensor out = fresh(sizes, a.type, flows(a, b) || flows(bias));
        List<EagerTensor> in = new ArrayList<>(List.of(bias));
        Collections.addAll(in, a, b);
        log.emit(
                operator,
                KernelKind.MATRIX_PRODUCT,
                in,
                List.of(out),
                List.of(product(role, a, b)),
                bias.length == 0 ? 0 : out.elements(),
                1);
        return out;
    }

    /** {@code a·b} of matrices; {@code b} is usually a transposed weight. */
    EagerTensor mm(EagerTensor a, EagerTensor b) {
        EagerTensor out = multiplied("mm", Role.FORWARD, a, b);
        recordMatrixGradients(out, a, b, null);
        return out;
    }

    /** {@code a·b + bias} of matrices. */
    EagerTensor addmm(EagerTensor bias, EagerTensor a, EagerTensor b) {
        EagerTensor out = multiplied("addmm", Role.FORWARD, a, b, bias);
        recordMatrixGradients(out, a, b, bias);
        return out;
    }

    private void recordMatrixGradients(EagerTensor out, EagerTensor a, EagerTensor b, @Nullable EagerTensor bias) {
        if (b.requiresGradient) {
            save(a);
        }
        if (a.requiresGradient) {
            save(b);
        }
        EagerTensor[] operands = bias == null ? new EagerTensor[] {a, b} : new EagerTensor[] {a, b, bias};
        record(operands, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            EagerTensor[] result = new EagerTensor[operands.length];
            if (g != null) {
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
                    result[2] = sumTo(g, bias.sizes);
                }
            }
            return result;
        });
    }

    private static EagerTensor transposed(EagerTensor x) {
        long[] sizes = x.sizes.clone();
        long[] strides = x.strides.clone();
        int n = sizes.length;
        sizes[n - 1] = x.sizes[n - 2];
        sizes[n - 2] = x.sizes[n - 1];
        strides[n - 1] = x.strides[n - 2];
        strides[n - 2] = x.strides[n - 1];
        return x.view(sizes, strides, x.requiresGradient);
    }

    EagerTensor bmm(EagerTensor a, EagerTensor b) {
        EagerTensor out = multiplied("bmm", Role.FORWARD, a, b);
        if (b.requiresGradient) {
            save(a);
        }
        if (a.requiresGradient) {
            save(b);
        }
        record(new EagerTensor[] {a, b}, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            if (g == null) {
                return new EagerTensor[2];
            }
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
            return reshape(mm(reshape(a, a.elements() / a.size(-1), a.size(-1)), b), sizes);
        }
        int rank = Math.max(a.rank(), b.rank());
        long[] lead = new long[rank - 2];
        for (int i = 0; i < lead.length; i++) {
            int back = rank - i;
            lead[i] = Math.max(back <= a.rank() ? a.size(-back) : 1, back <= b.rank() ? b.size(-back) : 1);
        }
        long batch = Arrays.stream(lead).reduce(1, Math::multiplyExact);
        EagerTensor left = batched(a, lead, batch);
        EagerTensor right = batched(b, lead, batch);
        long[] sizes = Arrays.copyOf(lead, rank);
        sizes[rank - 2] = a.size(-2);
        sizes[rank - 1] = b.size(-1);
        return reshape(bmm(left, right), sizes);
    }

    /** Whether the leading dimensions of {@code a} become rows of one product with the matrix {@code b}. */
    private static boolean folds(EagerTensor a, EagerTensor b) {
        if (b.requiresGradient) {
            return true;
        }
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
        return reshape(expand(x, expanded), batch, x.size(-2), x.size(-1));
    }

    // ---- operations with kernels of their own

    /**
     * An operation with a single kernel each way. The backward kernel reads the gradient, then
     * {@code kept}, and writes the gradients of the operands that need one.
     *
     * @param extra results besides the first, statistics say, kept for the backward computation
     */
    EagerTensor custom(
            String operator,
            String gradientOperator,
            KernelKind kind,
            long operations,
            EagerTensor out,
            List<EagerTensor> operands,
            List<EagerTensor> extra,
            List<EagerTensor> kept) {
        List<EagerTensor> results = new ArrayList<>(List.of(out));
        results.addAll(extra);
        emit(operator, kind, operands, results, operations);
        EagerTensor[] inputs = operands.toArray(EagerTensor[]::new);
        if (flows(inputs)) {
            kept.forEach(log::save);
        }
        record(inputs, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            EagerTensor[] result = new EagerTensor[inputs.length];
            if (g != null) {
                List<EagerTensor> written = new ArrayList<>();
                for (int i = 0; i < inputs.length; i++) {
                    if (inputs[i].requiresGradient) {
                        EagerTensor made = i == 0 && kind == KernelKind.NORMALIZATION
                                ? fresh(
                                        inputs[0].sizes,
                                        IteratorLayout.strides(inputs[0].sizes, g, inputs[0]),
                                        inputs[0].type,
                                        false)
                                : fresh(inputs[i].sizes, inputs[i].type, false);
                        result[i] = made;
                        written.add(made);
                    }
                }
                List<EagerTensor> read = new ArrayList<>(List.of(g));
                read.addAll(kept);
                emit(gradientOperator, kind, read, written, operations);
            }
            return result;
        });
        return out;
    }

    /** Softmax whose result has the type {@code type}; the gradient comes back in the operand's. */
    EagerTensor softmax(EagerTensor x, boolean logarithm, DataType type) {
        EagerTensor out = fresh(x.sizes, type, flows(x));
        String name = logarithm ? "_log_softmax" : "_softmax";
        return custom(
                name,
                name + "_backward_data",
                KernelKind.SOFTMAX,
                5 * out.elements(),
                out,
                List.of(x),
                List.of(),
                List.of(out));
    }

    /** A convolution; the gradients of operand, weight and bias are one call. */
    EagerTensor convolution(
            EagerTensor x,
            EagerTensor weight,
            @Nullable EagerTensor bias,
            long[] sizes,
            int groups,
            boolean transposed) {
        EagerTensor[] operands = bias == null ? new EagerTensor[] {x, weight} : new EagerTensor[] {x, weight, bias};
        EagerTensor out = fresh(sizes, x.type, flows(operands));
        long[] map = transposed ? x.sizes : sizes;
        long rows = map[0] * map[2] * map[3];
        long outer = weight.sizes[0] / groups;
        long inner = weight.sizes[1] * weight.sizes[2] * weight.sizes[3];
        long flops = 2 * rows * outer * inner * groups;
        log.emit(
                "convolution",
                KernelKind.CONVOLUTION,
                List.of(operands),
                List.of(out),
                List.of(new MatrixShape(
                        Role.FORWARD,
                        groups,
                        rows,
                        transposed ? inner : outer,
                        transposed ? outer : inner,
                        false,
                        true)),
                bias == null ? 0 : out.elements(),
                1);
        if (weight.requiresGradient) {
            save(x);
        }
        if (x.requiresGradient) {
            save(weight);
        }
        record(operands, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            EagerTensor[] result = new EagerTensor[operands.length];
            if (g == null) {
                return result;
            }
            List<MatrixShape> products = new ArrayList<>();
            List<EagerTensor> written = new ArrayList<>();
            boolean channelsLast = x.isChannelsLast();
            for (int i = 0; i < operands.length; i++) {
                if (operands[i].requiresGradient) {
                    long[] shape = operands[i].sizes;
                    EagerTensor made = channelsLast && shape.length == 4
                            ? fresh(shape, EagerTensor.channelsLast(shape), operands[i].type, false)
                            : fresh(shape, operands[i].type, false);
                    result[i] = made;
                    written.add(made);
                }
            }
            if (x.requiresGradient) {
                products.add(new MatrixShape(
                        Role.INPUT_GRADIENT,
                        groups,
                        rows,
                        transposed ? outer : inner,
                        transposed ? inner : outer,
                        false,
                        false));
            }
            if (weight.requiresGradient) {
                products.add(new MatrixShape(Role.WEIGHT_GRADIENT, groups, outer, inner, rows, true, false));
            }
            assert products.stream().allMatch(p -> p.flops() == flops);
            log.emit(
                    "convolution_backward",
                    KernelKind.CONVOLUTION,
                    List.of(g, x, weight),
                    written,
                    products,
                    bias != null && bias.requiresGradient ? g.elements() : 0,
                    Math.max(1, products.size() + (bias != null && bias.requiresGradient ? 1 : 0)));
            return result;
        });
        return out;
    }

    /** Attention in one kernel forward, and one call backward. */
    EagerTensor fusedAttention(EagerTensor q, EagerTensor k, EagerTensor v, @Nullable EagerTensor bias) {
        long batch = q.sizes[0] * q.sizes[1];
        long rows = q.sizes[2];
        long columns = k.sizes[2];
        // The result lies as [batch, rows, heads, width], so that merging the heads is a view.
        long[] sizes = {q.sizes[0], q.sizes[1], rows, v.sizes[3]};
        long[] strides = {sizes[1] * sizes[2] * sizes[3], sizes[3], sizes[1] * sizes[3], 1};
        EagerTensor[] operands = bias == null ? new EagerTensor[] {q, k, v} : new EagerTensor[] {q, k, v, bias};
        EagerTensor out = fresh(sizes, strides, q.type, flows(operands));
        EagerTensor statistics = fresh(new long[] {q.sizes[0], q.sizes[1], rows}, DataType.FP32, false);
        MatrixShape scores = new MatrixShape(Role.FORWARD, batch, rows, columns, q.sizes[3], false, true);
        MatrixShape values = new MatrixShape(Role.FORWARD, batch, rows, v.sizes[3], columns, false, false);
        String name = bias == null && q.type != DataType.FP32
                ? "_scaled_dot_product_flash_attention"
                : "_scaled_dot_product_efficient_attention";
        log.emit(
                name,
                KernelKind.FUSED_ATTENTION,
                List.of(operands),
                List.of(out, statistics),
                List.of(scores, values),
                5 * batch * rows * columns,
                1);
        save(q, k, v, out, statistics);
        if (bias != null) {
            save(bias);
        }
        record(operands, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            EagerTensor[] result = new EagerTensor[operands.length];
            if (g == null) {
                return result;
            }
            List<EagerTensor> written = new ArrayList<>();
            for (int i = 0; i < operands.length; i++) {
                if (operands[i].requiresGradient) {
                    EagerTensor made = fresh(operands[i].sizes, operands[i].type, false);
                    result[i] = made;
                    written.add(made);
                }
            }
            List<EagerTensor> read = new ArrayList<>(List.of(g));
            Collections.addAll(read, operands);
            Collections.addAll(read, out, statistics);
            MatrixShape queryGradient =
                    new MatrixShape(Role.INPUT_GRADIENT, batch, rows, q.sizes[3], columns, false, false);
            MatrixShape keyGradient =
                    new MatrixShape(Role.INPUT_GRADIENT, batch, columns, q.sizes[3], rows, true, false);
            MatrixShape valueGradient =
                    new MatrixShape(Role.INPUT_GRADIENT, batch, columns, v.sizes[3], rows, true, false);
            MatrixShape weightGradient =
                    new MatrixShape(Role.INPUT_GRADIENT, batch, rows, columns, v.sizes[3], false, true);
            log.emit(
                    name + "_backward",
                    KernelKind.FUSED_ATTENTION,
                    read,
                    written,
                    List.of(scores, valueGradient, weightGradient, queryGradient, keyGradient),
                    8 * batch * rows * columns,
                    3);
            return result;
        });
        return out;
    }

    /**
     * Rows marked by a mask set to one vector, in place; {@code value} is {@code [1, width]}.
     *
     * <p>Where {@code x} is a view, the gradient of the tensor it looks into is copied, changed through the
     * view and copied back (autograd's CopySlices).
     */
    EagerTensor replaceRows(EagerTensor x, EagerTensor mask, EagerTensor value) {
        EagerTensor vector = value.view(new long[] {value.elements()}, new long[] {1}, false);
        EagerTensor out = x.view(x.sizes, x.strides, flows(x, value));
        emit("index_put_", KernelKind.INDEX, List.of(x, mask, vector), List.of(out), 0);
        save(mask);
        record(new EagerTensor[] {x, value}, new EagerTensor[] {out}, gradients -> {
            EagerTensor g = gradients[0];
            EagerTensor[] result = new EagerTensor[2];
            if (g == null) {
                return result;
            }
            EagerTensor base = x.isContiguous() ? g : copiedAs(x, g);
            EagerTensor rows = x.isContiguous() ? g : contiguous(base);
            EagerTensor zeros = fill("zeros", g.type, vector.sizes);
            EagerTensor kept = fresh(x.sizes, g.type, false);
            emit("index_put", KernelKind.INDEX, List.of(rows, mask, zeros), List.of(kept), 0);
            EagerTensor replaced = fresh(new long[] {mask.elements(), x.size(-1)}, g.type, false);
            emit("index", KernelKind.INDEX, List.of(rows, mask), List.of(replaced), 0);
            result[1] = sumTo(replaced, value.sizes);
            if (x.isContiguous()) {
                result[0] = kept;
            } else {
                emit("copy_", KernelKind.COPY, List.of(base, kept), List.of(base), 0);
                result[0] = base;
            }
            return result;
        });
        return out;
    }

    /** A copy of {@code g} that lies in memory as {@code x} does. */
    private EagerTensor copiedAs(EagerTensor x, EagerTensor g) {
        EagerTensor copy = fresh(x.sizes, x.strides, g.type, false);
        int[] order = IteratorLayout.outermostFirst(x.strides);
        emit(
                "copy_",
                KernelKind.COPY,
                List.of(permute(copy, order), permute(g, order)),
                List.of(permute(copy, order)),
                0);
        return copy;
    }

    /** The gradient of a parameter in the parameter's own layout, copied where it lies otherwise. */
    EagerTensor asParameter(EagerTensor parameter, EagerTensor gradient) {
        if (gradient.isContiguous() || gradient.rank() != parameter.rank()) {
            return gradient;
        }
        EagerTensor copy = fresh(parameter.sizes, parameter.strides, gradient.type, false);
        emit("copy_", KernelKind.COPY, List.of(copy, gradient), List.of(copy), 0);
        return copy;
    }

    /** Rows picked by integers; the gradient is written into zeros. */
    EagerTensor indexRows(EagerTensor table, EagerTensor indices, long[] sizes) {
        EagerTensor out = fresh(sizes, table.type, flows(table));
        emit("index", KernelKind.INDEX, List.of(table, indices), List.of(out), 0);
        save(indices);
        record(table, out, g -> {
            EagerTensor zeros = fresh(table.sizes, g.type, false);
            emit("new_zeros", KernelKind.FILL, List.of(g), List.of(zeros), 0);
            EagerTensor gradient = fresh(table.sizes, g.type, false);
            emit("index_put", KernelKind.INDEX, List.of(zeros, indices, g), List.of(gradient), 0);
            return gradient;
        });
        return out;
    }

    /** The Euclidean length along the last axis, kept as 1. */
    EagerTensor norm(EagerTensor x) {
        long[] sizes = x.sizes.clone();
        sizes[sizes.length - 1] = 1;
        EagerTensor out = fresh(sizes, x.type, flows(x));
        emit("linalg_vector_norm", KernelKind.REDUCTION, List.of(x), List.of(out), 2 * x.elements());
        save(x, out);
        record(x, out, g -> {
            EagerTensor direction = pointwise("div", x.type, x, out);
            EagerTensor zero = fresh(out.sizes, DataType.BOOL, false);
            elementwise("eq", zero, out);
            elementwise("masked_fill_", direction, direction, zero);
            return pointwise("mul", x.type, g, direction);
        });
        return out;
    }

    /** Values raised to at least a constant. */
    EagerTensor clampMinimum(EagerTensor x) {
        EagerTensor out = pointwise("clamp_min", x);
        recordClamp(x, out);
        return out;
    }

    private void recordClamp(EagerTensor x, EagerTensor out) {
        if (out.requiresGradient) {
            save(x);
        }
        record(x, out, g -> {
            EagerTensor zero = fill("scalar_tensor", g.type);
            EagerTensor passes = fresh(x.sizes, DataType.BOOL, false);
            elementwise("ge", passes, x);
            EagerTensor kept = fresh(g.sizes, g.type, false);
            elementwise("where", kept, passes, g, zero);
            return kept;
        });
    }

    /** Forgets where the value came from. */
    EagerTensor detach(EagerTensor x) {
        return x.view(x.sizes, x.strides, false);
    }

    /** Integer positions or masks computed from {@code x}; no gradient. */
    EagerTensor positions(String operator, EagerTensor x, long[] sizes) {
        EagerTensor out = fresh(sizes, DataType.INT64, false);
        emit(operator, KernelKind.REDUCTION, List.of(x), List.of(out), x.elements());
        return out;
    }

    /** A gradient added to one that is there already. */
    EagerTensor accumulate(EagerTensor a, EagerTensor b) {
        return pointwise("add", promote(a.type, b.type), a, b);
    }
}
