package org.corehours.core.run;

import java.util.Locale;

/** The laws whose errors make an estimate uncertain. */
public enum Law {
    /** The time of matrix products and convolutions. */
    MATRIX,
    /** The time of kernels held up by memory traffic. */
    MEMORY,
    /** The time the host takes to issue a kernel, and the fixed cost of a kernel on the device. */
    HOST,
    /** The time of collectives. */
    COMMUNICATION,
    /** The time a core takes to load and augment a sample. */
    INPUT,
    /** The number of cores that feed a device. */
    INPUT_CORES,
    /** Time besides training steps. */
    OVERHEAD;

    /** {@return the name used in JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
