package org.corehours.core.timing;

/** What a kernel's time is made of mostly. */
public enum Bound {
    /** Arithmetic, wasted tiles and waves included. */
    COMPUTE,
    /** Bytes moved to and from memory. */
    MEMORY,
    /** Starting the kernel: it is too small for anything else to matter. */
    LATENCY
}
