package org.corehours.cli.validation;

import java.util.Arrays;
import java.util.Collection;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * How far predictions are from measurements, in percent of the measurements.
 *
 * @param group the group
 * @param n how many rows
 * @param medianAbsErrorPct the median of the absolute errors
 * @param meanAbsErrorPct their mean
 * @param p90AbsErrorPct their 90th percentile
 * @param biasPct the mean of the signed errors; above zero where predictions are too large
 */
public record Errors(
        String group, int n, double medianAbsErrorPct, double meanAbsErrorPct, double p90AbsErrorPct, double biasPct) {

    /**
     * The errors of some rows.
     *
     * @param group what they are called together
     * @param relative their errors as shares of the measurements, one at least
     */
    static Errors of(String group, Collection<Double> relative) {
        double[] signed = relative.stream().mapToDouble(each -> 100 * each).toArray();
        double[] absolute = Arrays.stream(signed).map(Math::abs).toArray();
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        return new Errors(
                group,
                signed.length,
                percentile.evaluate(absolute, 50),
                Arrays.stream(absolute).average().orElseThrow(),
                percentile.evaluate(absolute, 90),
                Arrays.stream(signed).average().orElseThrow());
    }
}
