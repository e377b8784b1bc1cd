package org.corehours.core.calibration;

import java.util.Arrays;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.util.Pair;

/**
 * Levenberg–Marquardt on the logarithms of positive constants, with the rows that fit worst weighing less.
 *
 * <p>The loss of a residual {@code r} is {@code 2·s²·(√(1 + (r/s)²) − 1)}: quadratic up to {@code s}, linear beyond, so
 * that a mistaken row pulls no more than any other row far off. It is minimized by least squares with weights
 * {@code 1/√(1 + (r/s)²)} that are renewed after each pass (iteratively reweighted least squares).
 */
final class RobustFit {

    /** Where the loss turns linear: what kernel times repeat within. */
    private static final double SCALE = 0.02;

    /** The step of the derivatives, in logarithms: wider than the steps that waves of tiles put into a law. */
    private static final double STEP = 0.01;

    /** The residuals of every row at some constants. */
    interface Residuals {

        /** {@return one residual per row} */
        double[] at(double[] constants);
    }

    /**
     * Constants with their loss.
     *
     * @param constants the constants
     * @param loss the sum of the losses of all rows
     */
    record Fit(double[] constants, double loss) {}

    private final Residuals residuals;
    private final double[] low;
    private final double[] high;

    /**
     * A fit.
     *
     * @param residuals the residuals to make small
     * @param low the least each constant may be, above zero
     * @param high the most
     */
    RobustFit(Residuals residuals, double[] low, double[] high) {
        this.residuals = residuals;
        this.low = logarithms(low);
        this.high = logarithms(high);
    }

    /** The constants with the least loss that a search from a start finds, no worse than the start. */
    Fit from(double[] start, int passes, int iterations) {
        double[] point = clamp(logarithms(start));
        double[] best = point;
        double bestLoss = loss(at(point));
        for (int pass = 0; pass < passes; pass++) {
            double[] next = leastSquares(point, weights(at(point)), iterations);
            double loss = loss(at(next));
            if (loss >= bestLoss * (1 - 1e-4)) {
                if (loss < bestLoss) {
                    best = next;
                    bestLoss = loss;
                }
                break;
            }
            best = next;
            bestLoss = loss;
            point = next;
        }
        return new Fit(exponentials(best), bestLoss);
    }

    private double[] leastSquares(double[] start, double[] rootWeights, int iterations) {
        try {
            return new LevenbergMarquardtOptimizer()
                    .optimize(new LeastSquaresBuilder()
                            .start(start)
                            .target(new double[rootWeights.length])
                            .model(point -> model(point.toArray(), rootWeights))
                            .parameterValidator(point -> new ArrayRealVector(clamp(point.toArray()), false))
                            .checker((iteration, before, after) -> iteration >= iterations
                                    || Math.abs(before.getCost() - after.getCost()) < 1e-4 * before.getCost())
                            .maxEvaluations(4 * iterations)
                            .maxIterations(2 * iterations)
                            .build())
                    .getPoint()
                    .toArray();
        } catch (MathIllegalStateException e) {
            // No convergence within the iterations, or none possible from here: the start stands.
            return start;
        }
    }

    private Pair<RealVector, RealMatrix> model(double[] point, double[] rootWeights) {
        double[] value = weighted(at(point), rootWeights);
        Array2DRowRealMatrix jacobian = new Array2DRowRealMatrix(value.length, point.length);
        for (int j = 0; j < point.length; j++) {
            double[] moved = point.clone();
            double step = point[j] + STEP <= high[j] ? STEP : -STEP;
            moved[j] += step;
            double[] there = weighted(at(moved), rootWeights);
            for (int i = 0; i < value.length; i++) {
                jacobian.setEntry(i, j, (there[i] - value[i]) / step);
            }
        }
        return new Pair<>(new ArrayRealVector(value, false), jacobian);
    }

    private double[] at(double[] point) {
        return residuals.at(exponentials(point));
    }

    private static double loss(double[] residuals) {
        double sum = 0;
        for (double each : residuals) {
            sum += 2 * SCALE * SCALE * (Math.sqrt(1 + each * each / (SCALE * SCALE)) - 1);
        }
        return sum;
    }

    private static double[] weights(double[] residuals) {
        double[] roots = new double[residuals.length];
        for (int i = 0; i < roots.length; i++) {
            double ratio = residuals[i] / SCALE;
            roots[i] = Math.pow(1 + ratio * ratio, -0.25);
        }
        return roots;
    }

    private static double[] weighted(double[] values, double[] rootWeights) {
        double[] products = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            products[i] = values[i] * rootWeights[i];
        }
        return products;
    }

    private double[] clamp(double[] point) {
        double[] inside = point.clone();
        for (int i = 0; i < inside.length; i++) {
            inside[i] = Math.min(high[i], Math.max(low[i], inside[i]));
        }
        return inside;
    }

    private static double[] logarithms(double[] values) {
        return Arrays.stream(values).map(Math::log).toArray();
    }

    private static double[] exponentials(double[] values) {
        return Arrays.stream(values).map(Math::exp).toArray();
    }
}
