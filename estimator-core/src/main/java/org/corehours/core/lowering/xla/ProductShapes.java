package org.corehours.core.lowering.xla;

import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.core.graph.Shape;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.MatrixShape.Role;

/** The matrix products behind operators, forward and for gradients. */
final class ProductShapes {
    private ProductShapes() {}

    /** The product of a linear layer, a convolution (as implicit GEMM) or a matrix product. */
    static MatrixShape of(Node node) {
        Shape b = node.input(1).shape();
        if (node.operator() instanceof Operator.Linear) {
            long k = b.dimension(1);
            return forward(1, node.input(0).elements() / k, b.dimension(0), k, true);
        }
        if (node.operator() instanceof Operator.Convolution convolution) {
            boolean transposed = convolution.transposed();
            Tensor map = transposed ? node.input(0) : node.output();
            long rows = map.shape().dimension(0) * map.shape().elements(2, 4);
            long outer = b.dimension(0) / convolution.groups();
            long inner = b.elements(1, 4);
            return forward(convolution.groups(), rows, transposed ? inner : outer, transposed ? outer : inner, true);
        }
        Tensor out = node.output();
        long m = out.shape().dimension(-2);
        long n = out.shape().dimension(-1);
        long k = node.input(0).shape().dimension(-1);
        return forward(out.elements() / (m * n), m, n, k, false);
    }

    /** Attention's product of queries and keys. */
    static MatrixShape scores(Node attention) {
        Shape q = attention.input(0).shape();
        Shape k = attention.input(1).shape();
        return forward(q.elements(0, 2), q.dimension(2), k.dimension(2), q.dimension(3), true);
    }

    /** Attention's product of weights and values. */
    static MatrixShape values(Node attention) {
        Shape q = attention.input(0).shape();
        Shape v = attention.input(2).shape();
        return forward(q.elements(0, 2), q.dimension(2), v.dimension(3), v.dimension(2), false);
    }

    private static MatrixShape forward(long batch, long m, long n, long k, boolean transposedB) {
        return new MatrixShape(Role.FORWARD, batch, m, n, k, false, transposedB);
    }

    /** The product that gives the gradient of a forward product's left operand. */
    static MatrixShape leftGradient(MatrixShape forward) {
        return new MatrixShape(
                Role.INPUT_GRADIENT,
                forward.batch(),
                forward.m(),
                forward.k(),
                forward.n(),
                false,
                !forward.transposedB());
    }

    /** The product that gives the gradient of a forward product's right operand. */
    static MatrixShape rightGradient(MatrixShape forward) {
        return new MatrixShape(
                Role.WEIGHT_GRADIENT, forward.batch(), forward.k(), forward.n(), forward.m(), true, false);
    }
}
