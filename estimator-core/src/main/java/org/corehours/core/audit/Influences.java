package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** Computes what explains the spread of an estimate. */
final class Influences {

    /** Into how many classes of equal probability a continuous error is cut. */
    static final int CLASSES = 16;

    private Influences() {}

    /** The estimate with one error drawn anew, in the first samples; the others are as before. */
    interface Redrawn {
        /** No error is drawn anew, so errors are taken to act alone. */
        Redrawn NONE = error -> new double[0];

        /**
         * The first estimates under another draw of an error.
         *
         * @param error the index of the error
         * @return as many estimates as were made anew; NaN where there is none
         */
        double[] estimates(int error);
    }

    /**
     * Shares of the variance, largest first.
     *
     * @param samples the estimate in every sample; NaN where there is none
     * @param assumptions what the estimate depends on
     * @param reading the reading of a sample
     * @param classes the class of each continuous error, by error and sample
     * @param errors what they are errors of
     * @param redrawn the estimate under other draws of single errors
     */
    static List<Influence> of(
            double[] samples,
            List<Assumption> assumptions,
            IntFunction<Assignment> reading,
            int[][] classes,
            ErrorModel errors,
            Redrawn redrawn) {
        Scale scale = Scale.of(samples);
        double[] y = scale.apply(samples);
        double mean = mean(y);
        double squares = 0;
        int count = 0;
        for (double each : y) {
            if (!Double.isNaN(each)) {
                squares += (each - mean) * (each - mean);
                count++;
            }
        }
        List<Influence> influences = new ArrayList<>();
        // Equal values differ by rounding alone.
        boolean spread = squares > 1e-18 * Math.max(1, mean * mean) * y.length;
        for (Assumption assumption : assumptions) {
            List<String> ids =
                    assumption.alternatives().stream().map(Alternative::id).toList();
            IntUnaryOperator classOf = i -> ids.indexOf(reading.apply(i).choice(assumption.id()));
            double share = spread ? between(y, mean, classOf, ids.size()) / squares : 0;
            double total = spread ? within(y, reading, assumption.id()) / squares : 0;
            influences.add(influence(assumption.id(), Influence.Kind.ASSUMPTION, share, total));
        }
        for (int error = 0; error < classes.length; error++) {
            int[] bySample = classes[error];
            double share = spread ? between(y, mean, i -> bySample[i], CLASSES) / squares : 0;
            double total = spread ? moved(y, scale.apply(redrawn.estimates(error))) / (squares / count) : 0;
            influences.add(influence(errors.id(error), Influence.Kind.ERROR, share, total));
        }
        influences.sort(Comparator.comparingDouble(Influence::share).reversed());
        return influences;
    }

    private static Influence influence(String factor, Influence.Kind kind, double share, double total) {
        return new Influence(factor, kind, share, Math.min(1, Math.max(share, total)));
    }

    /**
     * The variance that is left when all but one error are fixed, by Jansen's estimator (Comput. Phys. Commun. 117,
     * 1999): half the mean square of what another draw of it changes.
     */
    private static double moved(double[] y, double[] redrawn) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < redrawn.length; i++) {
            if (!Double.isNaN(redrawn[i]) && !Double.isNaN(y[i])) {
                sum += (redrawn[i] - y[i]) * (redrawn[i] - y[i]);
                pairs++;
            }
        }
        return pairs == 0 ? 0 : sum / (2 * pairs);
    }

    /**
     * The sum over samples of what an assumption still moves when all others are fixed, without what the errors of laws
     * add by chance to means of few samples. Assumptions that were not crossed with the others show less than they move.
     */
    private static double within(double[] y, IntFunction<Assignment> reading, String assumption) {
        Map<Map<String, String>, Map<String, double[]>> cellsByOthers = new HashMap<>();
        // Samples of one reading share its assignment, and are met again and again.
        Map<Assignment, double[]> cellByReading = new IdentityHashMap<>();
        for (int i = 0; i < y.length; i++) {
            if (!Double.isNaN(y[i])) {
                double[] cell = cellByReading.computeIfAbsent(reading.apply(i), each -> {
                    Map<String, String> others = new TreeMap<>(each.choices());
                    String own = String.valueOf(others.remove(assumption));
                    return cellsByOthers
                            .computeIfAbsent(others, key -> new TreeMap<>())
                            .computeIfAbsent(own, key -> new double[3]);
                });
                cell[0]++;
                cell[1] += y[i];
                cell[2] += y[i] * y[i];
            }
        }
        double sum = 0;
        for (Map<String, double[]> cells : cellsByOthers.values()) {
            double count = 0;
            double all = 0;
            double noise = 0;
            double means = 0;
            for (double[] cell : cells.values()) {
                count += cell[0];
                all += cell[1];
                means += cell[1] * cell[1] / cell[0];
                noise += cell[2] - cell[1] * cell[1] / cell[0];
            }
            double free = count - cells.size();
            double byChance = free > 0 ? (cells.size() - 1) * Math.max(0, noise) / free : 0;
            sum += Math.max(0, means - all * all / count - byChance);
        }
        return sum;
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
