package org.corehours.models.method;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.DeviceReduction;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;

/** What DINO's and iBOT's losses have in common: sharpened, centred targets from a teacher. */
final class SelfDistillation {
    /** AdamW, gradients clipped parameter by parameter, and a teacher that averages the student. */
    static final Update UPDATE = new Update(Optimizer.ADAMW, true, true, "teacher.");

    private SelfDistillation() {}

    /** Parameters of the teacher's backbone, which is kept: no head, no mask token. */
    static long parameters(StepProgram step) {
        return step.graph().parameterCount(parameter -> parameter.name().startsWith("teacher.backbone."));
    }

    /** The student's logits over its temperature, one tensor per crop. */
    static List<Tensor> perCrop(GraphBuilder b, Tensor logits, int crops) {
        return b.split(b.scalar(Arithmetic.DIVIDE, logits), 0, crops);
    }

    /** The teacher's logits minus their running mean, sharpened and normalized, one tensor per crop. */
    static List<Tensor> targets(GraphBuilder b, Tensor logits, Tensor center, int crops) {
        Tensor sharpened = b.scalar(Arithmetic.DIVIDE, b.binary(Arithmetic.SUBTRACT, logits, center));
        return b.split(b.detach(b.softmax(sharpened, -1)), 0, crops);
    }

    /** The sum of the teacher's logits over all devices, one number per output, before the mean moves. */
    static DeviceReduction center(String value, ProjectionHead head) {
        return DeviceReduction.sum(value, Math.multiplyExact(head.outputs(), 4L));
    }

    /** The running mean moved towards the batch's sum of logits. */
    static void updateCenter(GraphBuilder b, Tensor center, Tensor sum) {
        Tensor mean = b.scalar(Arithmetic.DIVIDE, sum);
        b.add(b.scalar(Arithmetic.MULTIPLY, center), b.scalar(Arithmetic.MULTIPLY, mean));
    }

    /** The mean over rows of the cross-entropy of every crop with every other crop's target. */
    static Tensor acrossCrops(GraphBuilder b, List<Tensor> targets, List<Tensor> logits) {
        Tensor total = null;
        for (int q = 0; q < targets.size(); q++) {
            for (int v = 0; v < logits.size(); v++) {
                if (q != v) {
                    Tensor loss = b.reduce(Reduction.MEAN, Loss.perRow(b, targets.get(q), logits.get(v)), false, 0);
                    total = total == null ? b.scalar(Arithmetic.ADD, loss) : b.addInPlace(total, loss);
                }
            }
        }
        if (total == null) {
            throw new IllegalArgumentException(
                    "Self-distillation needs at least two crops, not " + logits.size() + ".");
        }
        return b.scalar(Arithmetic.DIVIDE, total);
    }
}
