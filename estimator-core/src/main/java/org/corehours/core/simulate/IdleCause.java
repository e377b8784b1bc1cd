package org.corehours.core.simulate;

import java.util.Locale;

/** Why the compute stream of a device is idle. */
public enum IdleCause {
    /** The host has not issued the next kernel yet. */
    HOST,
    /** A collective has not delivered gradients or parameters yet. */
    COMMUNICATION,
    /** The batch of the next step is not there yet. */
    INPUT,
    /** The batch is copied to the device on the stream that computes. */
    COPY,
    /** The host waited for the device itself, and has only begun to issue kernels again. */
    BARRIER;

    /** {@return the name used in JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
