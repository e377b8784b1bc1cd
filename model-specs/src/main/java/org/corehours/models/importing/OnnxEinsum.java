package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;

/** ONNX's Einsum of one or two operands, as the matrix product that PyTorch makes of it. */
final class OnnxEinsum {

    private OnnxEinsum() {}

    static List<OnnxValue> apply(OnnxCall call) {
        String equation = call.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        if (arrow < 0 || equation.contains("...") || !equation.matches("[A-Za-z]*(,[A-Za-z]*)?->[A-Za-z]*")) {
            throw call.wrong("its equation " + equation + " is not understood; expected one or two operands of letters,"
                    + " and the result");
        }
        String[] operands = equation.substring(0, arrow).split(",", -1);
        String result = equation.substring(arrow + 2);
        if (operands.length != call.operands()) {
            throw call.wrong("its equation " + equation + " is of " + operands.length + " operands, but it has "
                    + call.operands());
        }
        if (operands.length == 1) {
            return OnnxCall.result(ordered(
                    call, summed(call, call.tensor(0), operands[0], result), kept(operands[0], result), result));
        }
        return OnnxCall.result(product(call, operands[0], operands[1], result));
    }

    private static Tensor product(OnnxCall call, String left, String right, String result) {
        // What only one operand has and the result has not is summed first.
        Tensor a = summed(call, labelled(call, 0, left), left, right + result);
        Tensor b = summed(call, labelled(call, 1, right), right, left + result);
        String leftKept = kept(left, right + result);
        String rightKept = kept(right, left + result);
        String batch = kept(kept(leftKept, rightKept), result);
        String inner = without(kept(leftKept, rightKept), result);
        String rows = without(leftKept, rightKept);
        String columns = without(rightKept, leftKept);
        long batches = elements(a, leftKept, batch);
        Tensor wide = call.reshape(
                ordered(call, a, leftKept, batch + rows + inner),
                batches,
                elements(a, leftKept, rows),
                elements(a, leftKept, inner));
        Tensor tall = call.reshape(
                ordered(call, b, rightKept, batch + inner + columns),
                batches,
                elements(b, rightKept, inner),
                elements(b, rightKept, columns));
        Tensor product = call.apply(new Operator.MatrixProduct(), wide, tall);
        String order = batch + rows + columns;
        long[] dimensions = new long[order.length()];
        for (int i = 0; i < dimensions.length; i++) {
            char label = order.charAt(i);
            dimensions[i] = leftKept.indexOf(label) >= 0
                    ? a.shape().dimension(leftKept.indexOf(label))
                    : b.shape().dimension(rightKept.indexOf(label));
        }
        return ordered(call, call.reshape(product, dimensions), order, result);
    }

    private static Tensor labelled(OnnxCall call, int index, String labels) {
        Tensor x = call.tensor(index);
        if (x.shape().rank() != labels.length() || labels.chars().distinct().count() != labels.length()) {
            throw call.wrong("its labels " + labels + " do not go with " + x.shape());
        }
        return x;
    }

    private static Tensor summed(OnnxCall call, Tensor x, String labels, String wanted) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < labels.length(); i++) {
            if (wanted.indexOf(labels.charAt(i)) < 0) {
                axes.add(i);
            }
        }
        return axes.isEmpty() ? x : call.apply(new Operator.Reduce(Reduction.SUM, axes, false), x);
    }

    private static Tensor ordered(OnnxCall call, Tensor x, String labels, String wanted) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < wanted.length(); i++) {
            axes.add(labels.indexOf(wanted.charAt(i)));
        }
        if (axes.contains(-1) || axes.size() != labels.length()) {
            throw call.wrong("the result " + wanted + " does not follow from " + labels);
        }
        return call.permute(x, axes);
    }

    private static long elements(Tensor x, String labels, String chosen) {
        long product = 1;
        for (int i = 0; i < chosen.length(); i++) {
            product = Math.multiplyExact(product, x.shape().dimension(labels.indexOf(chosen.charAt(i))));
        }
        return product;
    }

    private static String kept(String labels, String among) {
        return select(labels, among, true);
    }

    private static String without(String labels, String among) {
        return select(labels, among, false);
    }

    private static String select(String labels, String among, boolean in) {
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < labels.length(); i++) {
            if (among.indexOf(labels.charAt(i)) >= 0 == in) {
                kept.append(labels.charAt(i));
            }
        }
        return kept.toString();
    }
}
