package org.corehours.cli.validation;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.corehours.cli.validation.TableLayout.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * How far predictions are from measurements, in percent of the measurements.
 *
 * @param group the group
 * @param n how many rows
 * @param medianAbsErrorPct the median of the absolute errors
 * @param meanAbsErrorPct their mean
 * @param p90AbsErrorPct their 90th percentile
 * @param biasPct the mean of the signed errors; above zero where predictions are too large
 * @param insidePct how many of the measurements lie in the intervals of their predictions; null without intervals
 */
public record Errors(
        String group,
        int n,
        double medianAbsErrorPct,
        double meanAbsErrorPct,
        double p90AbsErrorPct,
        double biasPct,
        @Nullable Double insidePct) {

    /** The errors of some predictions, one at least. */
    static Errors of(String group, List<Prediction> predictions) {
        List<Boolean> inside = predictions.stream()
                .map(Prediction::inside)
                .filter(Objects::nonNull)
                .toList();
        return of(
                group,
                predictions.stream().map(Prediction::error).toList(),
                inside.isEmpty()
                        ? null
                        : 100.0 * inside.stream().filter(each -> each).count() / inside.size());
    }

    /**
     * The errors of some rows.
     *
     * @param group what they are called together
     * @param relative their errors as shares of the measurements, one at least
     * @param insidePct how many of them lie in intervals; null where there are none
     * @return how far they are off
     */
    public static Errors of(String group, Collection<Double> relative, @Nullable Double insidePct) {
        double[] signed = relative.stream().mapToDouble(each -> 100 * each).toArray();
        double[] absolute = Arrays.stream(signed).map(Math::abs).toArray();
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        return new Errors(
                group,
                signed.length,
                percentile.evaluate(absolute, 50),
                Arrays.stream(absolute).average().orElseThrow(),
                percentile.evaluate(absolute, 90),
                Arrays.stream(signed).average().orElseThrow(),
                insidePct);
    }
}
