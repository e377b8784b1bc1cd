package org.corehours.core.hardware;

import org.corehours.core.quantity.Sourced;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one device.
 *
 * @param capacityBytes the main memory (HBM, GDDR) as built; what a framework may allocate of it is a little less
 * @param bytesPerSecond its bandwidth by the datasheet, for reads and writes together
 * @param onChipBytes the largest memory on the chip that kernels share: L2 of a GPU, VMEM of a TPU; null if unpublished
 */
public record DeviceMemory(
        Sourced<Long> capacityBytes,
        Sourced<Double> bytesPerSecond,
        @Nullable Sourced<Long> onChipBytes) {

    /** @throws IllegalArgumentException if a value is not above zero */
    public DeviceMemory {
        Checks.positive("a device's memory", "capacity", capacityBytes);
        Checks.positive("a device's memory", "bandwidth", bytesPerSecond);
        if (onChipBytes != null) {
            Checks.positive("a device's memory", "size on the chip", onChipBytes);
        }
    }
}
