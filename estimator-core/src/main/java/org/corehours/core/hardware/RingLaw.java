package org.corehours.core.hardware;

import org.corehours.core.quantity.Provenance;

/**
 * What the steps of rings cost on one kind of GPU and link.
 *
 * @param launchSeconds starting the collective and ending it
 * @param deviceSeconds more of that for every device that takes part
 * @param sliceSeconds the latency of a slice in the simple protocol: waiting for it, and making it visible
 * @param ll128StepSeconds the latency of a step in LL128
 * @param ll128FloorSeconds the least a step in LL128 takes, however little it carries
 * @param ll128Share the share of the bus bandwidth that LL128 reaches
 * @param plannedLl128Seconds the start of a collective in LL128, as the library's planner of that time takes it
 * @param rampSeconds what large buffers lose before the links run at their full speed
 * @param rampBytes the all-reduce that has lost half of that
 * @param provenance how the constants are known
 * @param source the id of their citation
 */
public record RingLaw(
        double launchSeconds,
        double deviceSeconds,
        double sliceSeconds,
        double ll128StepSeconds,
        double ll128FloorSeconds,
        double ll128Share,
        double plannedLl128Seconds,
        double rampSeconds,
        double rampBytes,
        Provenance provenance,
        String source) {

    /** @throws IllegalArgumentException if a time is negative, or a share or the ramp's size is not above zero */
    public RingLaw {
        Checks.notBlank("a law of rings", "source", source);
        Checks.positive("a law of rings", "share of LL128", ll128Share);
        Checks.positive("a law of rings", "size of the ramp", rampBytes);
        double[] times = {
            launchSeconds,
            deviceSeconds,
            sliceSeconds,
            ll128StepSeconds,
            ll128FloorSeconds,
            plannedLl128Seconds,
            rampSeconds
        };
        for (double seconds : times) {
            if (!(seconds >= 0) || Double.isInfinite(seconds)) {
                throw new IllegalArgumentException("A time of a law of rings cannot be " + seconds + " s.");
            }
        }
    }
}
