package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Softmax;
import org.corehours.core.graph.Tensor;

/** What supervised training minimizes. */
public enum Loss {
    /** Softmax cross-entropy with one label per sample. */
    CROSS_ENTROPY {
        @Override
        Tensor of(GraphBuilder b, Tensor logits) {
            return b.crossEntropy(
                    logits,
                    b.integers(
                            "labels", logits.shape().elements(0, logits.shape().rank() - 1)));
        }
    },
    /** Softmax cross-entropy with a distribution per sample: mixup, cutmix, label smoothing. */
    SOFT_CROSS_ENTROPY {
        @Override
        Tensor of(GraphBuilder b, Tensor logits) {
            Tensor targets = b.input("targets", logits.shape().toArray());
            return b.reduce(Reduction.MEAN, perRow(b, targets, logits), false, 0);
        }
    },
    /** A binary cross-entropy per class, summed over classes (big_vision's sigmoid_xent). */
    SIGMOID {
        @Override
        Tensor of(GraphBuilder b, Tensor logits) {
            Tensor targets = b.input("targets", logits.shape().toArray());
            Tensor positive = b.unary(Function.LOG, b.unary(Function.SIGMOID, logits));
            Tensor negative = b.unary(Function.LOG, b.unary(Function.SIGMOID, b.unary(Function.NEGATE, logits)));
            Tensor absent = b.scalar(Arithmetic.SUBTRACT, targets);
            Tensor sum = b.add(b.multiply(targets, positive), b.multiply(absent, negative));
            return b.reduce(
                    Reduction.MEAN, b.unary(Function.NEGATE, b.reduce(Reduction.SUM, sum, false, -1)), false, 0);
        }
    };

    /** The scalar loss of {@code logits[batch, classes]}. */
    abstract Tensor of(GraphBuilder b, Tensor logits);

    /** The cross-entropy of each row: distributions {@code targets[..., classes]} against {@code logits[..., classes]}. */
    static Tensor perRow(GraphBuilder b, Tensor targets, Tensor logits) {
        Tensor products = b.multiply(b.unary(Function.NEGATE, targets), b.apply(new Softmax(-1, true), logits));
        return b.reduce(Reduction.SUM, products, false, -1);
    }
}
