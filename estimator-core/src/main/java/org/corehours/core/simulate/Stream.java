package org.corehours.core.simulate;

import java.util.Locale;

/** A resource of one device that works on one task at a time, in the order in which tasks are issued to it. */
public enum Stream {
    /** The thread of the host that issues kernels. */
    HOST,
    /** The kernels of the device. */
    COMPUTE,
    /** Collectives among devices. */
    COMMUNICATION,
    /** Copies from the host's memory to the device's. */
    COPY,
    /** The cores that load and augment samples. */
    INPUT;

    /** {@return the name used in JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
