package org.corehours.core.calibration;

import java.util.Objects;
import org.corehours.core.lowering.Kernel;

/**
 * A kernel that was timed by itself.
 *
 * @param kernel the kernel
 * @param seconds what was measured
 * @param overheadSeconds the part of it that is the way of measuring, not the device
 */
public record Measurement(Kernel kernel, double seconds, double overheadSeconds) {

    /** @throws IllegalArgumentException if a time is no number, the measured one not above zero, the other below it */
    public Measurement {
        Objects.requireNonNull(kernel, "kernel");
        if (!(seconds > 0) || !(overheadSeconds >= 0) || Double.isInfinite(seconds + overheadSeconds)) {
            throw new IllegalArgumentException("The measured seconds (" + seconds + ") must be above zero and their"
                    + " overhead (" + overheadSeconds + ") not below.");
        }
    }
}
