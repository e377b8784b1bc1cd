package org.corehours.core.timing;

/**
 * The time of one kernel on an idle device.
 *
 * @param computeSeconds what its arithmetic takes
 * @param memorySeconds what its bytes take
 * @param launchSeconds what starting and draining it takes, for all its launches
 * @param seconds from its start to the earliest start of the next kernel
 */
public record KernelTime(double computeSeconds, double memorySeconds, double launchSeconds, double seconds) {

    /** A kernel whose memory traffic comes on top of its arithmetic. */
    static KernelTime serial(double computeSeconds, double memorySeconds, double launchSeconds) {
        return new KernelTime(
                computeSeconds, memorySeconds, launchSeconds, launchSeconds + computeSeconds + memorySeconds);
    }

    /** {@return the largest part of the time; of equal ones memory, then arithmetic} */
    public Bound bound() {
        if (launchSeconds > computeSeconds && launchSeconds > memorySeconds) {
            return Bound.LATENCY;
        }
        return computeSeconds > memorySeconds ? Bound.COMPUTE : Bound.MEMORY;
    }
}
