package org.corehours.core.hardware;

import org.corehours.core.quantity.Sourced;

/**
 * What feeds the devices of one machine, and joins it to others.
 *
 * @param physicalCores CPU cores, hyper-threads not counted
 * @param coreSpeed the speed of one of them at decoding and augmenting images, relative to the reference core that the
 *     input rates are measured on
 * @param memoryBytes main memory
 * @param storageBytesPerSecond what the storage that holds a data set delivers to this machine
 * @param networkBytesPerSecond the line rate to other machines, all interfaces together, one way
 * @param networkEfficiency the share of it that collectives reach
 */
public record Host(
        Sourced<Integer> physicalCores,
        Sourced<Double> coreSpeed,
        Sourced<Long> memoryBytes,
        Sourced<Double> storageBytesPerSecond,
        Sourced<Double> networkBytesPerSecond,
        Sourced<Double> networkEfficiency) {

    /** @throws IllegalArgumentException if a value is out of range */
    public Host {
        Checks.positive("a host", "number of cores", physicalCores);
        Checks.positive("a host", "core speed", coreSpeed);
        Checks.positive("a host", "memory", memoryBytes);
        Checks.positive("a host", "storage bandwidth", storageBytesPerSecond);
        Checks.positive("a host", "network bandwidth", networkBytesPerSecond);
        Checks.fraction("a host", "network efficiency", networkEfficiency);
    }
}
