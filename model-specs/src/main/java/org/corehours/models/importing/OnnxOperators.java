package org.corehours.models.importing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All ONNX operators that are understood. */
final class OnnxOperators {

    /** What an operator's results are. */
    interface Rule {
        /**
         * Writes the operators that compute the results.
         *
         * @throws IllegalArgumentException if the operands or attributes do not go together or are not understood
         */
        List<OnnxValue> apply(OnnxCall call);
    }

    private static final Map<String, Rule> RULES = new HashMap<>();

    static {
        RULES.putAll(OnnxLayers.RULES);
        RULES.putAll(OnnxArithmetic.RULES);
        RULES.putAll(OnnxShapes.RULES);
        RULES.putAll(OnnxSequences.RULES);
    }

    private OnnxOperators() {}

    static boolean knows(String operator) {
        return RULES.containsKey(operator);
    }

    static List<OnnxValue> apply(String operator, OnnxCall call) {
        Rule rule = RULES.get(operator);
        if (rule == null) {
            throw call.wrong("is not known");
        }
        return rule.apply(call);
    }
}
