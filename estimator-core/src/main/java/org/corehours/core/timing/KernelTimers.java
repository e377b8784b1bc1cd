package org.corehours.core.timing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.corehours.core.hardware.Accelerator;

/**
 * Timers, made once for each device and library: making one looks up hundreds of constants, and one that is kept
 * remembers the products it has timed. Safe for use by several threads.
 */
public final class KernelTimers {

    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** A timer, and the device it was made for: one of the same id may come from another file. */
    private record Known(Accelerator accelerator, KernelTimer timer) {}

    /**
     * The timer of an accelerator.
     *
     * @param accelerator the device
     * @param library the matrix-product library
     * @return its timer
     * @throws IllegalArgumentException if a constant is missing
     */
    public KernelTimer of(Accelerator accelerator, MatrixLibrary library) {
        String key = accelerator.id() + " " + library;
        Known last = known.get(key);
        if (last == null || !last.accelerator.equals(accelerator)) {
            last = new Known(accelerator, KernelTimer.of(accelerator, library));
            known.put(key, last);
        }
        return last.timer;
    }
}
