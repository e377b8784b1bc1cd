package org.corehours.models.importing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Normalization;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Statistics;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.models.importing.OnnxOperators.Rule;

/** What ONNX's products, convolutions, norms and pools mean (onnx/onnx, docs/Operators.md). */
final class OnnxLayers {

    static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("Conv", call -> convolution(call, false)),
            Map.entry("ConvTranspose", call -> convolution(call, true)),
            Map.entry("Gemm", OnnxLayers::gemm),
            Map.entry("MatMul", OnnxLayers::matMul),
            Map.entry("Einsum", OnnxEinsum::apply),
            Map.entry("LayerNormalization", call -> trailing(call, Statistics.LAYER)),
            Map.entry("SimplifiedLayerNormalization", call -> trailing(call, Statistics.ROOT_MEAN_SQUARE)),
            Map.entry("RMSNormalization", call -> trailing(call, Statistics.ROOT_MEAN_SQUARE)),
            Map.entry("BatchNormalization", call -> channels(call, Statistics.BATCH, 1)),
            Map.entry("InstanceNormalization", OnnxLayers::instance),
            Map.entry(
                    "GroupNormalization", call -> channels(call, Statistics.GROUP, call.smallInteger("num_groups", 1))),
            Map.entry("MaxPool", call -> pool(call, Pooling.MAX)),
            Map.entry("AveragePool", call -> pool(call, Pooling.AVERAGE)),
            Map.entry("GlobalAveragePool", call -> globalPool(call, Reduction.MEAN)),
            Map.entry("GlobalMaxPool", call -> globalPool(call, Reduction.MAX)));

    private OnnxLayers() {}

    // ---- products

    private static List<OnnxValue> matMul(OnnxCall call) {
        OnnxValue left = call.value(0);
        OnnxValue right = call.value(1);
        if (right.isWeight() && right.rank() == 2) {
            Tensor x = call.tensor(0);
            Tensor weight = right.flipped(call.builder());
            return OnnxCall.result(
                    call.fusedBias().isPresent()
                            ? call.apply(
                                    new Operator.Linear(true),
                                    x,
                                    weight,
                                    call.fusedBias().get().tensor(call.builder()))
                            : call.apply(new Operator.Linear(false), x, weight));
        }
        Tensor a = call.tensor(0);
        Tensor b = call.tensor(1);
        Tensor wide = left.rank() == 1 ? call.reshape(a, 1, a.shape().dimension(0)) : a;
        Tensor tall = right.rank() == 1 ? call.reshape(b, b.shape().dimension(0), 1) : b;
        Tensor product = call.apply(new Operator.MatrixProduct(), wide, tall);
        Shape shape = product.shape();
        if (right.rank() == 1) {
            shape = shape.without(-1);
        }
        if (left.rank() == 1) {
            shape = shape.without(right.rank() == 1 ? -1 : -2);
        }
        return OnnxCall.result(shape.equals(product.shape()) ? product : call.reshape(product, shape.toArray()));
    }

    private static List<OnnxValue> gemm(OnnxCall call) {
        boolean flipsA = call.integer("transA", 0) != 0;
        boolean flipsB = call.integer("transB", 0) != 0;
        if (call.value(0).rank() != 2 || call.value(1).rank() != 2) {
            throw call.wrong("expected two matrices");
        }
        Tensor a = flipsA ? call.swapped(call.tensor(0)) : call.tensor(0);
        OnnxValue right = call.value(1);
        Optional<OnnxValue> added = call.has(2) ? Optional.of(call.value(2)) : Optional.empty();
        if (right.isWeight()) {
            Tensor weight = flipsB ? call.tensor(1) : right.flipped(call.builder());
            boolean vector = added.isPresent()
                    && added.get().isWeight()
                    && added.get().elements() == weight.shape().dimension(0)
                    && added.get().rank() == 1;
            if (vector) {
                return OnnxCall.result(call.apply(new Operator.Linear(true), a, weight, call.tensor(2)));
            }
            return OnnxCall.result(plus(call, call.apply(new Operator.Linear(false), a, weight), added));
        }
        Tensor b = flipsB ? call.swapped(call.tensor(1)) : call.tensor(1);
        return OnnxCall.result(plus(call, call.apply(new Operator.MatrixProduct(), a, b), added));
    }

    private static Tensor plus(OnnxCall call, Tensor product, Optional<OnnxValue> added) {
        return added.map(value ->
                        call.apply(new Operator.Binary(Arithmetic.ADD, false), product, value.tensor(call.builder())))
                .orElse(product);
    }

    // ---- windows

    /** Windows over the spatial axes: padding before and after, strides, dilations. */
    private record Windows(long[] kernel, long[] strides, long[] dilations, long[] before, long[] after) {

        static Windows of(OnnxCall call, long[] kernel, long[] in, boolean transposed) {
            int axes = kernel.length;
            long[] strides = call.integers("strides").orElseGet(() -> filled(axes, 1));
            long[] dilations = call.integers("dilations").orElseGet(() -> filled(axes, 1));
            long[] pads = call.integers("pads").orElseGet(() -> filled(2 * axes, 0));
            if (strides.length != axes || dilations.length != axes || pads.length != 2 * axes) {
                throw call.wrong("its strides, dilations or pads do not go with " + axes + " spatial axes");
            }
            long[] before = Arrays.copyOf(pads, axes);
            long[] after = Arrays.copyOfRange(pads, axes, 2 * axes);
            for (int i = 0; i < axes; i++) {
                if (strides[i] < 1 || dilations[i] < 1 || kernel[i] < 1 || before[i] < 0 || after[i] < 0) {
                    throw call.wrong("its kernel, strides, dilations or pads are below what is possible");
                }
                long reach = Math.addExact(Math.multiplyExact(dilations[i], kernel[i] - 1), 1);
                String automatic = call.text("auto_pad", "NOTSET");
                if (automatic.startsWith("SAME")) {
                    long out = (in[i] + strides[i] - 1) / strides[i];
                    // Transposed, the result is as many times larger as the stride says; what is more is cut off.
                    long missing =
                            transposed ? reach - strides[i] : Math.max(0, (out - 1) * strides[i] + reach - in[i]);
                    if (missing < 0) {
                        throw call.wrong("strides by more than its kernel, which is not understood yet");
                    }
                    before[i] = automatic.equals("SAME_UPPER") ? missing / 2 : (missing + 1) / 2;
                    after[i] = missing - before[i];
                } else if (call.integer("ceil_mode", 0) != 0) {
                    long room = in[i] + before[i] + after[i] - reach;
                    long rest = Math.floorMod(room, strides[i]);
                    after[i] += rest == 0 ? 0 : strides[i] - rest;
                }
            }
            return new Windows(kernel, strides, dilations, before, after);
        }

        int stride(OnnxCall call) {
            return same(call, strides, "strides");
        }

        int dilation(OnnxCall call) {
            return same(call, dilations, "dilations");
        }

        boolean symmetric() {
            long first = before[0];
            return Arrays.stream(before).allMatch(each -> each == first)
                    && Arrays.stream(after).allMatch(each -> each == first);
        }

        private static int same(OnnxCall call, long[] values, String what) {
            if (Arrays.stream(values).anyMatch(each -> each != values[0])) {
                throw call.wrong("its " + what + " " + Arrays.toString(values)
                        + " differ between axes, which is not understood yet");
            }
            return Math.toIntExact(values[0]);
        }
    }

    private static long[] filled(int length, long value) {
        long[] values = new long[length];
        Arrays.fill(values, value);
        return values;
    }

    /** A map's padding by an operator of its own. */
    private static Tensor padded(OnnxCall call, Tensor x, Windows windows) {
        long[] before = new long[x.shape().rank()];
        long[] after = new long[x.shape().rank()];
        System.arraycopy(windows.before, 0, before, 2, windows.before.length);
        System.arraycopy(windows.after, 0, after, 2, windows.after.length);
        return call.pad(x, before, after);
    }

    private static List<OnnxValue> convolution(OnnxCall call, boolean transposed) {
        Tensor x = call.tensor(0);
        Tensor weight = call.tensor(1);
        int rank = x.shape().rank();
        if ((rank != 3 && rank != 4) || weight.shape().rank() != rank) {
            throw call.wrong(
                    "a convolution of " + x.shape() + " with " + weight.shape() + "; expected one or two spatial axes");
        }
        if (rank == 3) {
            // One spatial axis is a map of one row.
            return oneAxis(call, x, weight, transposed);
        }
        long[] kernel = {weight.shape().dimension(2), weight.shape().dimension(3)};
        long[] in = {x.shape().dimension(2), x.shape().dimension(3)};
        Windows windows = Windows.of(call, kernel, in, transposed);
        return OnnxCall.result(
                convolve(call, x, weight, windows, transposed, windows.stride(call), windows.dilation(call)));
    }

    private static Tensor convolve(
            OnnxCall call, Tensor x, Tensor weight, Windows windows, boolean transposed, int stride, int dilation) {
        if (call.hasAttribute("output_shape")) {
            throw call.wrong("gives an output_shape, which is not understood yet");
        }
        int groups = call.smallInteger("group", 1);
        if (groups < 1) {
            throw call.wrong("has " + groups + " groups");
        }
        boolean bias = call.has(2);
        Tensor in = x;
        int padding = Math.toIntExact(windows.before[0]);
        if (!windows.symmetric()) {
            in = transposed ? x : padded(call, x, windows);
            padding = 0;
        }
        Operator operator = new Operator.Convolution(stride, padding, dilation, groups, transposed, bias);
        Tensor y = bias ? call.apply(operator, in, weight, call.tensor(2)) : call.apply(operator, in, weight);
        if (transposed && !windows.symmetric()) {
            for (int i = 0; i < windows.before.length; i++) {
                long size = y.shape().dimension(i + 2);
                y = call.slice(y, i + 2, windows.before[i], size - windows.after[i]);
            }
        }
        long[] more = call.integers("output_padding").orElse(new long[0]);
        if (more.length <= 2 && Arrays.stream(more).anyMatch(each -> each != 0)) {
            long[] after = new long[y.shape().rank()];
            System.arraycopy(more, 0, after, after.length - more.length, more.length);
            return call.pad(y, new long[after.length], after);
        }
        return y;
    }

    private static List<OnnxValue> oneAxis(OnnxCall call, Tensor x, Tensor weight, boolean transposed) {
        long[] kernel = {weight.shape().dimension(2)};
        Windows windows = Windows.of(call, kernel, new long[] {x.shape().dimension(2)}, transposed);
        Shape in = x.shape();
        Shape held = weight.shape();
        Tensor row = call.reshape(x, in.dimension(0), in.dimension(1), 1, in.dimension(2));
        Tensor kernels = call.reshape(weight, held.dimension(0), held.dimension(1), 1, held.dimension(2));
        int stride = windows.stride(call);
        int dilation = windows.dilation(call);
        Windows wide = new Windows(
                new long[] {1, kernel[0]},
                new long[] {stride, stride},
                new long[] {dilation, dilation},
                new long[] {0, windows.before[0]},
                new long[] {0, windows.after[0]});
        Tensor y = convolve(call, row, kernels, wide, transposed, stride, dilation);
        return OnnxCall.result(call.reshape(
                y, y.shape().dimension(0), y.shape().dimension(1), y.shape().dimension(3)));
    }

    private static List<OnnxValue> pool(OnnxCall call, Pooling pooling) {
        Tensor x = call.tensor(0);
        if (x.shape().rank() != 4) {
            throw call.wrong("pools " + x.shape() + ", expected a map [n, c, h, w]");
        }
        if (call.results() > 1) {
            throw call.wrong("gives positions as well, which is not understood yet");
        }
        long[] kernel = call.integers("kernel_shape").orElseThrow(() -> call.wrong("has no kernel_shape"));
        if (kernel.length != 2) {
            throw call.wrong("its kernel_shape has " + kernel.length + " axes, expected 2");
        }
        Windows windows = Windows.of(
                call, kernel, new long[] {x.shape().dimension(2), x.shape().dimension(3)}, false);
        if (windows.dilation(call) != 1) {
            throw call.wrong("is dilated, which is not understood yet");
        }
        int window = Windows.same(call, kernel, "kernel_shape");
        boolean symmetric = windows.symmetric();
        Tensor in = symmetric ? x : padded(call, x, windows);
        int padding = symmetric ? Math.toIntExact(windows.before[0]) : 0;
        if (Math.min(in.shape().dimension(2), in.shape().dimension(3)) + 2L * padding < window) {
            throw call.wrong("a window of " + window + " does not fit the map " + x.shape());
        }
        return OnnxCall.result(call.apply(new Operator.Pool(pooling, window, windows.stride(call), padding), in));
    }

    private static List<OnnxValue> globalPool(OnnxCall call, Reduction reduction) {
        Tensor x = call.tensor(0);
        List<Integer> axes = IntStream.range(2, x.shape().rank()).boxed().toList();
        return OnnxCall.result(call.apply(new Operator.Reduce(reduction, axes, true), x));
    }

    // ---- norms

    private static List<OnnxValue> trailing(OnnxCall call, Statistics statistics) {
        Tensor x = call.tensor(0);
        int axis = x.shape().axis(call.smallInteger("axis", -1));
        Tensor in = x;
        if (axis != x.shape().rank() - 1) {
            in = call.reshape(
                    x,
                    x.shape().elements(0, axis),
                    x.shape().elements(axis, x.shape().rank()));
        }
        Tensor[] operands = call.has(2)
                ? new Tensor[] {in, flat(call, 1), flat(call, 2)}
                : call.has(1) ? new Tensor[] {in, flat(call, 1)} : new Tensor[] {in};
        Tensor y = call.apply(new Normalization(statistics, 1, call.has(1)), operands);
        return OnnxCall.result(in.equals(x) ? y : call.reshape(y, x.shape().toArray()));
    }

    private static Tensor flat(OnnxCall call, int index) {
        Tensor x = call.tensor(index);
        return x.shape().rank() == 1 ? x : call.reshape(x, x.elements());
    }

    /** Statistics of channels; running ones are buffers and no parameters. */
    private static List<OnnxValue> channels(OnnxCall call, Statistics statistics, int groups) {
        Tensor x = call.tensor(0);
        if (x.shape().rank() < 2 || groups < 1 || x.shape().dimension(1) % groups != 0) {
            throw call.wrong("normalizes " + x.shape() + " in " + groups + " groups");
        }
        return OnnxCall.result(
                call.apply(new Normalization(statistics, groups, true), x, call.tensor(1), call.tensor(2)));
    }

    private static List<OnnxValue> instance(OnnxCall call) {
        return channels(
                call, Statistics.GROUP, Math.toIntExact(call.tensor(0).shape().dimension(1)));
    }
}
