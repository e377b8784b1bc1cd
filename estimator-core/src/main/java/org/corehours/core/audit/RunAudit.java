package org.corehours.core.audit;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.simulate.Bottleneck;

/**
 * A run with its uncertainty.
 *
 * @param id the id of the run
 * @param assumptions what it depends on and nobody reports
 * @param likeliest the estimate under the likeliest alternative of each assumption, with the laws as they are
 * @param reading that reading
 * @param intervals every figure with its spread; the cost is absent if no price is known
 * @param boundBy the share of the samples that each resource bounds, largest first
 * @param readings the readings that were looked at, heaviest first
 * @param impossible readings that make no run, with the reason; they are left out of everything else
 * @param influences what explains the spread of the hours, largest share first
 */
public record RunAudit(
        String id,
        List<Assumption> assumptions,
        RunEstimate likeliest,
        Assignment reading,
        Map<RunMetric, Interval> intervals,
        Map<Bottleneck, Double> boundBy,
        List<RunReading> readings,
        Map<Assignment, String> impossible,
        List<Influence> influences) {

    public RunAudit {
        assumptions = List.copyOf(assumptions);
        intervals = Collections.unmodifiableMap(new EnumMap<>(intervals));
        boundBy = Collections.unmodifiableMap(new LinkedHashMap<>(boundBy));
        readings = List.copyOf(readings);
        impossible = Collections.unmodifiableMap(new LinkedHashMap<>(impossible));
        influences = List.copyOf(influences);
    }

    /**
     * A figure with its spread.
     *
     * @param metric the figure
     * @return its 10th, 50th and 90th percentile
     */
    public Interval interval(RunMetric metric) {
        Interval interval = intervals.get(metric);
        if (interval == null) {
            throw new IllegalArgumentException("The run " + id + " has no interval of " + metric.id() + ".");
        }
        return interval;
    }

    /** {@return the prior weight of the readings that fit the memory of their device, from 0 to 1} */
    public double fittingMemory() {
        return readings.stream()
                .filter(each -> each.estimate().memory().fits())
                .mapToDouble(RunReading::weight)
                .sum();
    }
}
