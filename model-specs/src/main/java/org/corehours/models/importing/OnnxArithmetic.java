package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.models.importing.OnnxOperators.Rule;

/**
 * What ONNX's elementwise operators and reductions mean. Whole numbers that are known, sizes above all, are computed;
 * functions that have no counterpart are counted as one of as many operations.
 */
final class OnnxArithmetic {

    static final Map<String, Rule> RULES = rules();

    private OnnxArithmetic() {}

    private interface Calculation {
        long of(long a, long b);
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        rules.put("Add", call -> binary(call, Arithmetic.ADD, Math::addExact));
        rules.put("Sub", call -> binary(call, Arithmetic.SUBTRACT, Math::subtractExact));
        rules.put("Mul", call -> binary(call, Arithmetic.MULTIPLY, Math::multiplyExact));
        rules.put("Div", call -> binary(call, Arithmetic.DIVIDE, (a, b) -> divide(call, a, b)));
        rules.put("Mod", call -> binary(call, Arithmetic.DIVIDE, (a, b) -> a - divide(call, a, b) * b));
        rules.put("Max", call -> binary(call, Arithmetic.MAXIMUM, Math::max));
        rules.put("Min", call -> binary(call, Arithmetic.MAXIMUM, Math::min));
        rules.put("PRelu", call -> binary(call, Arithmetic.MULTIPLY, Math::max));
        rules.put("Equal", call -> compare(call, (a, b) -> a == b ? 1 : 0));
        rules.put("Less", call -> compare(call, (a, b) -> a < b ? 1 : 0));
        rules.put("LessOrEqual", call -> compare(call, (a, b) -> a <= b ? 1 : 0));
        rules.put("Greater", call -> compare(call, (a, b) -> a > b ? 1 : 0));
        rules.put("GreaterOrEqual", call -> compare(call, (a, b) -> a >= b ? 1 : 0));
        rules.put("And", call -> compare(call, (a, b) -> a & b));
        rules.put("Or", call -> compare(call, (a, b) -> a | b));
        rules.put("Xor", call -> compare(call, (a, b) -> a ^ b));
        rules.put("Pow", OnnxArithmetic::power);
        rules.put("Where", OnnxArithmetic::where);
        unary(rules, Function.GELU, "Gelu");
        unary(rules, Function.SILU, "Silu", "Swish", "HardSwish", "Mish");
        unary(rules, Function.SIGMOID, "Sigmoid", "HardSigmoid");
        unary(rules, Function.TANH, "Tanh", "Erf", "Softplus", "Softsign", "Sin", "Cos", "Elu", "Selu");
        unary(rules, Function.EXP, "Exp");
        unary(rules, Function.LOG, "Log");
        unary(rules, Function.SQRT, "Sqrt");
        unary(rules, Function.NEGATE, "Neg", "Reciprocal", "Not");
        unary(rules, Function.RELU, "Relu", "LeakyRelu", "Abs", "Clip", "Floor", "Ceil", "Round", "Sign");
        reduction(rules, "ReduceMean", Reduction.MEAN, Optional.empty());
        reduction(rules, "ReduceSum", Reduction.SUM, Optional.empty());
        reduction(rules, "ReduceMax", Reduction.MAX, Optional.empty());
        reduction(rules, "ReduceMin", Reduction.MAX, Optional.empty());
        reduction(rules, "ReduceSumSquare", Reduction.SUM, Optional.of(Function.SQUARE));
        reduction(rules, "ReduceL2", Reduction.SUM, Optional.of(Function.SQUARE));
        rules.put("ReduceProd", OnnxArithmetic::product);
        rules.put("Sum", OnnxArithmetic::sum);
        rules.put("ArgMax", OnnxArithmetic::argMax);
        rules.put("Softmax", call -> softmax(call, false));
        rules.put("LogSoftmax", call -> softmax(call, true));
        return rules;
    }

    private static void unary(Map<String, Rule> rules, Function function, String... names) {
        for (String name : names) {
            rules.put(name, call -> {
                OnnxValue x = call.value(0);
                if (x.integers().isPresent()) {
                    long[] values = x.integers().get().clone();
                    for (int i = 0; i < values.length; i++) {
                        values[i] = known(name, values[i]);
                    }
                    return List.of(OnnxValue.known(x.type(), x.dimensions(), values));
                }
                if (x.isSingleConstant()) {
                    return List.of(x);
                }
                return OnnxCall.result(call.apply(new Operator.Unary(function, false), call.tensor(0)));
            });
        }
    }

    private static long known(String operator, long value) {
        return switch (operator) {
            case "Neg" -> Math.negateExact(value);
            case "Abs" -> Math.absExact(value);
            case "Not" -> 1 - value;
            case "Relu" -> Math.max(0, value);
            case "Sign" -> Long.signum(value);
            default -> value;
        };
    }

    private static long divide(OnnxCall call, long a, long b) {
        if (b == 0) {
            throw call.wrong("divides a size by 0");
        }
        return a / b;
    }

    // ---- two operands

    private static List<OnnxValue> binary(OnnxCall call, Arithmetic arithmetic, Calculation calculation) {
        OnnxValue a = call.value(0);
        if (call.operands() == 1) {
            return List.of(a);
        }
        OnnxValue result = binary(call, arithmetic, calculation, a, call.value(1));
        for (int i = 2; i < call.operands(); i++) {
            result = binary(call, arithmetic, calculation, result, call.value(i));
        }
        return List.of(result);
    }

    private static OnnxValue binary(
            OnnxCall call, Arithmetic arithmetic, Calculation calculation, OnnxValue a, OnnxValue b) {
        Optional<OnnxValue> known = known(a, b, a.type(), calculation);
        if (known.isPresent()) {
            return known.get();
        }
        if (a.isSingleConstant() && b.isSingleConstant()) {
            return a;
        }
        Tensor y = a.isSingleConstant()
                ? call.apply(new Operator.Scalar(arithmetic), b.tensor(call.builder()))
                : b.isSingleConstant()
                        ? call.apply(new Operator.Scalar(arithmetic), a.tensor(call.builder()))
                        : call.apply(
                                new Operator.Binary(arithmetic, false),
                                a.tensor(call.builder()),
                                b.tensor(call.builder()));
        return OnnxValue.of(widened(call, y, a, b));
    }

    /** A single number may have more dimensions of 1 than what it goes with. */
    private static Tensor widened(OnnxCall call, Tensor y, OnnxValue a, OnnxValue b) {
        int rank = Math.max(a.rank(), b.rank());
        if (y.shape().rank() >= rank) {
            return y;
        }
        long[] dimensions = new long[rank];
        Arrays.fill(dimensions, 1);
        System.arraycopy(
                y.shape().toArray(),
                0,
                dimensions,
                rank - y.shape().rank(),
                y.shape().rank());
        return call.reshape(y, dimensions);
    }

    private static Optional<OnnxValue> known(OnnxValue a, OnnxValue b, ElementType type, Calculation calculation) {
        if (a.integers().isEmpty() || b.integers().isEmpty()) {
            return Optional.empty();
        }
        long[] left = a.integers().get();
        long[] right = b.integers().get();
        if (left.length != right.length && left.length != 1 && right.length != 1) {
            return Optional.empty();
        }
        long[] values = new long[Math.max(left.length, right.length)];
        for (int i = 0; i < values.length; i++) {
            values[i] = calculation.of(left[left.length == 1 ? 0 : i], right[right.length == 1 ? 0 : i]);
        }
        boolean first = left.length > right.length || (left.length == right.length && a.rank() >= b.rank());
        return Optional.of(OnnxValue.known(type, first ? a.dimensions() : b.dimensions(), values));
    }

    private static List<OnnxValue> compare(OnnxCall call, Calculation calculation) {
        OnnxValue a = call.value(0);
        OnnxValue b = call.value(1);
        Optional<OnnxValue> known = known(a, b, ElementType.BOOLEAN, calculation);
        if (known.isPresent()) {
            return List.of(known.get());
        }
        OnnxValue difference = binary(call, Arithmetic.SUBTRACT, calculation, a, b);
        return OnnxCall.result(
                call.apply(new Operator.Convert(ElementType.BOOLEAN), difference.tensor(call.builder())));
    }

    private static List<OnnxValue> power(OnnxCall call) {
        OnnxValue base = call.value(0);
        OnnxValue exponent = call.value(1);
        Optional<OnnxValue> known = known(base, exponent, base.type(), (a, b) -> {
            long result = 1;
            for (long i = 0; i < Math.min(b, Long.SIZE); i++) {
                result = Math.multiplyExact(result, a);
            }
            return result;
        });
        if (known.isPresent()) {
            return List.of(known.get());
        }
        if (base.isSingleConstant() && exponent.isSingleConstant()) {
            return List.of(base);
        }
        if (exponent.isSingleConstant()) {
            double value = exponent.reals()
                    .map(values -> values[0])
                    .orElseGet(() -> exponent.integers()
                            .map(values -> (double) values[0])
                            .orElse(Double.NaN));
            if (value == 2) {
                return OnnxCall.result(call.apply(new Operator.Unary(Function.SQUARE, false), call.tensor(0)));
            }
            if (value == 0.5) {
                return OnnxCall.result(call.apply(new Operator.Unary(Function.SQRT, false), call.tensor(0)));
            }
        }
        // exp(exponent · log(base))
        Tensor logarithm = call.apply(new Operator.Unary(Function.LOG, false), call.tensor(0));
        OnnxValue scaled = binary(call, Arithmetic.MULTIPLY, Math::multiplyExact, OnnxValue.of(logarithm), exponent);
        return OnnxCall.result(call.apply(new Operator.Unary(Function.EXP, false), scaled.tensor(call.builder())));
    }

    private static List<OnnxValue> where(OnnxCall call) {
        OnnxValue condition = call.value(0);
        OnnxValue a = call.value(1);
        OnnxValue b = call.value(2);
        if (condition.integers().isPresent()
                && a.integers().isPresent()
                && b.integers().isPresent()
                && (a.elements() == condition.elements() || a.elements() == 1)
                && (b.elements() == condition.elements() || b.elements() == 1)) {
            long[] chosen = condition.integers().get().clone();
            for (int i = 0; i < chosen.length; i++) {
                long[] from = chosen[i] != 0 ? a.integers().get() : b.integers().get();
                chosen[i] = from[from.length == 1 ? 0 : i];
            }
            return List.of(OnnxValue.known(a.type(), condition.dimensions(), chosen));
        }
        // A choice per element costs what a maximum does.
        OnnxValue chosen = a.isSingleConstant() && b.isSingleConstant()
                ? OnnxValue.of(condition.tensor(call.builder()))
                : binary(call, Arithmetic.MAXIMUM, Math::max, a, b);
        Shape shape = Shape.broadcast(Shape.of(condition.dimensions()), Shape.of(chosen.dimensions()));
        Tensor y = chosen.tensor(call.builder());
        return OnnxCall.result(shape.equals(y.shape()) ? y : call.apply(new Operator.Expand(shape), y));
    }

    private static List<OnnxValue> sum(OnnxCall call) {
        return binary(call, Arithmetic.ADD, Math::addExact);
    }

    // ---- reductions

    private static void reduction(
            Map<String, Rule> rules, String name, Reduction reduction, Optional<Function> before) {
        rules.put(name, call -> {
            OnnxValue x = call.value(0);
            Optional<long[]> given = call.axes("axes", 1).filter(axes -> axes.length > 0);
            if (given.isEmpty() && call.integer("noop_with_empty_axes", 0) != 0) {
                return List.of(x);
            }
            List<Integer> axes = new ArrayList<>();
            if (given.isPresent()) {
                for (long axis : given.get()) {
                    int at = Shape.of(x.dimensions()).axis(Math.toIntExact(axis));
                    if (axes.contains(at)) {
                        throw call.wrong("reduces axis " + axis + " twice");
                    }
                    axes.add(at);
                }
            } else {
                for (int i = 0; i < x.rank(); i++) {
                    axes.add(i);
                }
            }
            boolean keep = call.integer("keepdims", 1) != 0;
            Tensor in = before.map(function -> call.apply(new Operator.Unary(function, false), call.tensor(0)))
                    .orElseGet(() -> call.tensor(0));
            Tensor reduced = call.apply(new Operator.Reduce(reduction, axes, keep), in);
            return OnnxCall.result(
                    name.equals("ReduceL2") ? call.apply(new Operator.Unary(Function.SQRT, false), reduced) : reduced);
        });
    }

    private static List<OnnxValue> product(OnnxCall call) {
        long[] values = call.integers(0, "operand");
        long product = 1;
        for (long value : values) {
            product = Math.multiplyExact(product, value);
        }
        boolean keep = call.integer("keepdims", 1) != 0;
        return List.of(OnnxValue.known(ElementType.INTEGER, keep ? new long[] {1} : new long[0], new long[] {product}));
    }

    private static List<OnnxValue> argMax(OnnxCall call) {
        Tensor x = call.tensor(0);
        if (x.shape().axis(call.smallInteger("axis", 0)) != x.shape().rank() - 1) {
            throw call.wrong("is of another axis than the last, which is not understood yet");
        }
        Tensor found = call.apply(new Operator.Sort(true), x);
        return OnnxCall.result(
                call.integer("keepdims", 1) == 0
                        ? found
                        : call.reshape(found, x.shape().with(-1, 1).toArray()));
    }

    private static List<OnnxValue> softmax(OnnxCall call, boolean logarithm) {
        Tensor x = call.tensor(0);
        return OnnxCall.result(call.apply(
                new Operator.Softmax(x.shape().axis(call.smallInteger("axis", -1)), logarithm), x));
    }
}
