package org.corehours.sweep;

import java.util.List;
import org.corehours.papers.RunEnvironment;

/**
 * What is swept over: a run, and the points of a space that change it.
 *
 * @param base the run
 * @param fixed parameters that have one value at all points and no column
 * @param space the points
 * @param environment what runs are put together from
 * @param conditions what a point must meet to be kept
 */
public record Sweep(
        SweepBase base, List<Axis> fixed, Space space, RunEnvironment environment, List<Condition> conditions) {

    /** Copies the lists. */
    public Sweep {
        fixed = List.copyOf(fixed);
        conditions = List.copyOf(conditions);
    }
}
