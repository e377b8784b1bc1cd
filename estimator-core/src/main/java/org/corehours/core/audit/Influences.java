package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** Computes what explains the spread of an estimate. */
final class Influences {

    /** Into how many classes of equal probability a continuous error is cut. */
    static final int CLASSES = 16;

    private Influences() {}

    /**
     * First-order shares of the variance, largest first.
     *
     * @param samples the estimate in every sample; NaN where there is none
     * @param assumptions what the estimate depends on
     * @param reading the reading of a sample
     * @param classes the class of each continuous error, by error and sample
     * @param errors what they are errors of
     */
    static List<Influence> of(
            double[] samples,
            List<Assumption> assumptions,
            IntFunction<Assignment> reading,
            int[][] classes,
            ErrorModel errors) {
        double[] y = Scale.of(samples).apply(samples);
        double mean = mean(y);
        double variance = 0;
        for (double each : y) {
            if (!Double.isNaN(each)) {
                variance += (each - mean) * (each - mean);
            }
        }
        List<Influence> influences = new ArrayList<>();
        // Equal values differ by rounding alone.
        boolean spread = variance > 1e-18 * Math.max(1, mean * mean) * y.length;
        for (Assumption assumption : assumptions) {
            List<String> ids =
                    assumption.alternatives().stream().map(Alternative::id).toList();
            IntUnaryOperator classOf = i -> ids.indexOf(reading.apply(i).choice(assumption.id()));
            double share = spread ? between(y, mean, classOf, ids.size()) / variance : 0;
            influences.add(new Influence(assumption.id(), Influence.Kind.ASSUMPTION, share));
        }
        for (int error = 0; error < classes.length; error++) {
            int[] bySample = classes[error];
            double share = spread ? between(y, mean, i -> bySample[i], CLASSES) / variance : 0;
            influences.add(new Influence(errors.id(error), Influence.Kind.ERROR, share));
        }
        influences.sort(Comparator.comparingDouble(Influence::share).reversed());
        return influences;
    }

    private static double mean(double[] y) {
        double sum = 0;
        int count = 0;
        for (double each : y) {
            if (!Double.isNaN(each)) {
                sum += each;
                count++;
            }
        }
        return sum / count;
    }

    /** The sum over samples of the squared distance of their class's mean from the mean. */
    private static double between(double[] y, double mean, IntUnaryOperator classOf, int classes) {
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        for (int i = 0; i < y.length; i++) {
            if (!Double.isNaN(y[i])) {
                int index = classOf.applyAsInt(i);
                sums[index] += y[i];
                counts[index]++;
            }
        }
        double between = 0;
        for (int i = 0; i < classes; i++) {
            if (counts[i] > 0) {
                double distance = sums[i] / counts[i] - mean;
                between += counts[i] * distance * distance;
            }
        }
        return between;
    }
}
