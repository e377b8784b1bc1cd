package org.corehours.core.simulate;

import java.util.List;

/**
 * When the micro-batches of a step repeat. The times of a micro-batch's tasks follow from those of the micro-batch
 * before it and of the last {@value StepSimulator#QUEUE_DEPTH} launches; they are sums and maxima of these, so that
 * times that are all later by a period give times that are later by the same period. Once as many micro-batches as
 * these launches reach back to have each followed the one before at the same distance in every task, all others do.
 */
final class SteadyState {

    /** Far below what an estimate shows, above the rounding of sums of times, as a share of the time from the start. */
    private static final double ROUNDING = 1e-13;

    /** Micro-batches in which a step may find its pace before the first ones that are compared. */
    private static final int TRANSIENT = 4;

    /** How many micro-batches have to keep the same distance. */
    private final int reach;

    SteadyState(List<StreamSegment> segments, boolean issued) {
        long launches = segments.stream()
                .filter(each -> !each.updates)
                .mapToLong(each ->
                        (long) each.segment.times() * each.segment.kernels().size())
                .sum();
        reach = !issued || launches == 0
                ? 1
                : (int) Math.min(StepSimulator.QUEUE_DEPTH, (StepSimulator.QUEUE_DEPTH + launches - 1) / launches);
    }

    /** How many micro-batches to simulate at first: those compared, the first one and the last beside them. */
    int microBatches() {
        return reach + 3 + TRANSIENT;
    }

    /**
     * The distance of micro-batches in the steady state.
     *
     * @param tasks the tasks
     * @param times several times of each task, of those before the last micro-batch; 0 for what waits for nothing
     * @return seconds; NaN if they are not in the steady state
     */
    double periodSeconds(StepTasks tasks, double[]... times) {
        int micro = tasks.starts().size() - 2;
        int from = tasks.starts().get(micro);
        int length = tasks.lastStart() - from;
        double[] ends = times[0];
        double period = ends[from + length - 1] - ends[from - 1];
        for (int back = 0; back < reach; back++) {
            int own = tasks.starts().get(micro - back);
            if (own - tasks.starts().get(micro - back - 1) != length) {
                return Double.NaN;
            }
            for (double[] each : times) {
                for (int task = own; task < own + length; task++) {
                    double distance = each[task] - each[task - length];
                    boolean waits = each[task] > 0;
                    if (waits && Math.abs(distance - period) > ROUNDING * each[task]) {
                        return Double.NaN;
                    }
                }
            }
        }
        return period;
    }
}
