package org.corehours.sweep;

import org.corehours.core.run.RunEstimate;
import org.jspecify.annotations.Nullable;

/**
 * What came of a point.
 *
 * @param index its number
 * @param choice for each axis which of its values
 * @param estimate the estimate; null if the values make no run
 * @param reason why they make none, or why the run cannot take place; null if it can
 */
@SuppressWarnings("ArrayRecordComponent") // made a million times, never compared
public record PointResult(
        long index,
        int[] choice,
        @Nullable RunEstimate estimate,
        @Nullable String reason) {

    /** {@return whether the run can take place} */
    public boolean isFeasible() {
        return reason == null;
    }
}
