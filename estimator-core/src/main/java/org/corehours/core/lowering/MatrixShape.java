package org.corehours.core.lowering;

/**
 * One dense product a kernel performs: {@code batch} times {@code m × k} by {@code k × n}.
 *
 * <p>For a convolution it is the equivalent product of implicit GEMM, and {@code batch} is its groups.
 *
 * @param role which of a layer's products it is
 * @param transposedA whether the left operand lies column-major
 * @param transposedB whether the right operand lies column-major
 */
public record MatrixShape(Role role, long batch, long m, long n, long k, boolean transposedA, boolean transposedB) {

    /** Which of a layer's products a {@link MatrixShape} is. */
    public enum Role {
        FORWARD,
        INPUT_GRADIENT,
        WEIGHT_GRADIENT
    }

    /** {@code 2·batch·m·n·k}. */
    public long flops() {
        return Math.multiplyExact(Math.multiplyExact(2L, Math.multiplyExact(batch, m)), Math.multiplyExact(n, k));
    }
}
