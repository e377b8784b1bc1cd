package org.corehours.core.simulate;

import org.corehours.core.lowering.Kernel;
import org.corehours.core.timing.KernelTime;

/**
 * A kernel of a step with its time: how often it is called and what holds it up.
 *
 * @param phase the pass it belongs to, as its segment names it
 * @param kernel the kernel
 * @param calls how often it is called in one optimizer step, micro-batches included
 * @param time the time of one call on an idle device
 * @param issueSeconds what the host takes to issue one call; 0 where a compiled program runs by itself
 * @param limit what holds it up
 */
public record KernelUse(String phase, Kernel kernel, long calls, KernelTime time, double issueSeconds, Limit limit) {

    /** What holds a kernel up. */
    public enum Limit {
        /** Arithmetic, wasted tiles and waves included. */
        ARITHMETIC,
        /** Bytes to and from memory. */
        MEMORY,
        /** Bytes to and from the cache: they move faster than memory could. */
        CACHE,
        /** Starting it on the device. */
        LAUNCH,
        /** The host, which takes longer to issue it than the device to run it, in a step that waits for the host. */
        HOST
    }

    /** {@return seconds of all calls} */
    public double seconds() {
        return calls * time.seconds();
    }
}
