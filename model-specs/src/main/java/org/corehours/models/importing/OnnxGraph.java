package org.corehours.models.importing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.graph.Tensor.ElementType;

/**
 * What an ONNX file says about its model, without the weights.
 *
 * @param nodes operators, each behind those whose results it reads
 * @param constants weights and other constants by name
 * @param inputs what is fed to the model
 * @param outputs names of its results
 */
record OnnxGraph(
        List<OnnxNode> nodes, Map<String, OnnxConstant> constants, List<OnnxInput> inputs, List<String> outputs) {

    /**
     * One operator applied.
     *
     * @param index its place in the file
     * @param name its name, may be empty
     * @param operator the operator's name, with its domain where that is not ONNX's own
     * @param inputs names of its operands; empty for one that is left out
     * @param outputs names of its results; empty for one that is not wanted
     * @param attributes whole numbers ({@code Long}), numbers ({@code Double}), texts, lists of the first two, and
     *     {@link OnnxConstant}s
     */
    record OnnxNode(
            int index,
            String name,
            String operator,
            List<String> inputs,
            List<String> outputs,
            Map<String, Object> attributes) {

        String place() {
            return "node[" + index + "] " + operator + (name.isEmpty() ? "" : " \"" + name + "\"");
        }
    }

    /**
     * A constant tensor.
     *
     * @param dimensions its shape; a dimension may be 0
     * @param type what its elements are
     * @param integers its values, if they are few whole numbers or flags that stand in the file
     * @param reals its values, if they are few numbers that stand in the file
     */
    record OnnxConstant(
            List<Long> dimensions, ElementType type, Optional<List<Long>> integers, Optional<List<Double>> reals) {}

    /**
     * Something fed to the model.
     *
     * @param name its name
     * @param dimensions its shape; empty for a dimension that is open
     * @param symbols names of open dimensions, empty for others
     * @param type what its elements are
     */
    record OnnxInput(String name, List<Optional<Long>> dimensions, List<String> symbols, ElementType type) {}
}
