package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Tensor;
import org.corehours.models.importing.OnnxOperators.Rule;

/** What ONNX's recurrent layers mean (onnx/onnx, docs/Operators.md). */
final class OnnxSequences {

    static final Map<String, Rule> RULES = Map.of(
            "LSTM", call -> recurrent(call, Cell.LSTM),
            "GRU", call -> recurrent(call, Cell.GRU),
            "RNN", call -> recurrent(call, Cell.PLAIN));

    /** What a layer does in a step. */
    private enum Cell {
        PLAIN(1),
        GRU(3),
        LSTM(4);

        private final int gates;

        Cell(int gates) {
            this.gates = gates;
        }
    }

    private OnnxSequences() {}

    private static List<OnnxValue> recurrent(OnnxCall call, Cell cell) {
        Tensor x = call.tensor(0);
        Tensor weights = call.tensor(1);
        Tensor recurrence = call.tensor(2);
        if (call.integer("layout", 0) != 0
                || x.shape().rank() != 3
                || weights.shape().rank() != 3) {
            throw call.wrong("expected a sequence [steps, batch, features] and weights of three dimensions");
        }
        long hidden = recurrence.shape().dimension(2);
        if (weights.shape().dimension(1) != cell.gates * hidden
                || recurrence.shape().dimension(1) != cell.gates * hidden) {
            throw call.wrong("its weights " + weights.shape() + " and " + recurrence.shape() + " do not hold "
                    + cell.gates + " times " + hidden + " rows");
        }
        List<Tensor> sequences = new ArrayList<>();
        List<Tensor> states = new ArrayList<>();
        List<Tensor> cells = new ArrayList<>();
        for (int direction = 0; direction < weights.shape().dimension(0); direction++) {
            List<Tensor> last = direction(call, cell, direction, hidden);
            long batch = x.shape().dimension(1);
            states.add(call.reshape(last.get(0), 1, batch, hidden));
            cells.add(call.reshape(last.get(last.size() - 1), 1, batch, hidden));
            Tensor each = call.reshape(last.get(0), 1, 1, batch, hidden);
            sequences.add(call.builder().expand(each, x.shape().dimension(0), 1, batch, hidden));
        }
        List<OnnxValue> results = new ArrayList<>();
        results.add(joined(call, 1, sequences));
        results.add(joined(call, 0, states));
        results.add(joined(call, 0, cells));
        return results.subList(0, Math.min(results.size(), Math.max(1, call.results())));
    }

    private static OnnxValue joined(OnnxCall call, int axis, List<Tensor> parts) {
        return OnnxValue.of(
                parts.size() == 1 ? parts.get(0) : call.builder().concatenate(axis, parts.toArray(new Tensor[0])));
    }

    /** The last state and, of an LSTM, cell: the input's products for all steps at once, the state's step by step. */
    private static List<Tensor> direction(OnnxCall call, Cell cell, int direction, long hidden) {
        GraphBuilder b = call.builder();
        Tensor x = call.tensor(0);
        long batch = x.shape().dimension(1);
        Tensor wide = call.apply(new Operator.Linear(false), x, b.select(call.tensor(1), 0, direction));
        Tensor recurrence = b.select(call.tensor(2), 0, direction);
        if (call.has(3)) {
            Tensor biases = b.select(call.tensor(3), 0, direction);
            long rows = cell.gates * hidden;
            wide = b.add(wide, b.add(b.slice(biases, 0, 0, rows), b.slice(biases, 0, rows, 2 * rows)));
        }
        Tensor entering = b.select(wide, 0, 0);
        List<Tensor> start = new ArrayList<>();
        start.add(initial(call, 5, "initial_h", direction, batch, hidden));
        if (cell == Cell.LSTM) {
            start.add(initial(call, 6, "initial_c", direction, batch, hidden));
        }
        int steps = Math.toIntExact(x.shape().dimension(0));
        return b.module(
                call.result().replace('/', '.') + "." + direction,
                () -> b.repeat("steps", steps, start, state -> step(b, cell, entering, recurrence, state)));
    }

    private static Tensor initial(OnnxCall call, int operand, String name, int direction, long batch, long hidden) {
        if (!call.has(operand)) {
            return call.builder().input(name, batch, hidden);
        }
        Tensor given = call.builder().select(call.tensor(operand), 0, direction);
        return given.shape().dimension(0) == batch ? given : call.builder().expand(given, batch, hidden);
    }

    private static List<Tensor> step(
            GraphBuilder b, Cell cell, Tensor entering, Tensor recurrence, List<Tensor> state) {
        Tensor h = state.get(0);
        Tensor product = b.apply(new Operator.Linear(false), h, recurrence);
        if (cell == Cell.GRU) {
            List<Tensor> mine = b.split(product, -1, 3);
            List<Tensor> given = b.split(entering, -1, 3);
            Tensor update = b.unary(Function.SIGMOID, b.add(given.get(0), mine.get(0)));
            Tensor reset = b.unary(Function.SIGMOID, b.add(given.get(1), mine.get(1)));
            Tensor proposed = b.unary(Function.TANH, b.add(given.get(2), b.multiply(reset, mine.get(2))));
            Tensor kept = b.multiply(update, h);
            return List.of(b.add(b.multiply(b.scalar(Arithmetic.SUBTRACT, update), proposed), kept));
        }
        Tensor gates = b.add(product, entering);
        if (cell == Cell.PLAIN) {
            return List.of(b.unary(Function.TANH, gates));
        }
        List<Tensor> parts = b.split(gates, -1, 4);
        Tensor in = b.unary(Function.SIGMOID, parts.get(0));
        Tensor out = b.unary(Function.SIGMOID, parts.get(1));
        Tensor forget = b.unary(Function.SIGMOID, parts.get(2));
        Tensor proposed = b.unary(Function.TANH, parts.get(3));
        Tensor c = b.add(b.multiply(forget, state.get(1)), b.multiply(in, proposed));
        return List.of(b.multiply(out, b.unary(Function.TANH, c)), c);
    }
}
