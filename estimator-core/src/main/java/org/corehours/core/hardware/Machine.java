package org.corehours.core.hardware;

import java.util.List;
import org.corehours.core.quantity.Sourced;
import org.jspecify.annotations.Nullable;

/**
 * One host with its devices: a server, a cloud instance, or the host of a TPU slice.
 *
 * @param id the id on the command line, such as {@code dgx-a100}
 * @param name its name in full
 * @param accelerator the id of the devices in it
 * @param devices how many devices one host has
 * @param usualDevices how many devices a run takes if it names this machine and no count: one machine's, or a whole
 *     slice's where the id stands for a slice
 * @param fabric what joins the devices
 * @param host what feeds them
 * @param maxWatts the most one machine draws, devices included; null if unpublished
 * @param prices list prices per machine, the one to use unless the caller chooses first; empty if it is not rented
 */
public record Machine(
        String id,
        String name,
        String accelerator,
        int devices,
        int usualDevices,
        Fabric fabric,
        Host host,
        @Nullable Sourced<Double> maxWatts,
        List<Price> prices) {

    /** @throws IllegalArgumentException if a value is out of range or the fabric does not hold the devices */
    public Machine {
        Checks.notBlank("a machine", "id", id);
        Checks.notBlank(id, "name", name);
        Checks.notBlank(id, "accelerator", accelerator);
        Checks.positive(id, "number of devices", devices);
        Checks.positive(id, "usual number of devices", usualDevices);
        if (devices > fabric.maxDevices()) {
            throw new IllegalArgumentException("The machine " + id + " has " + devices + " devices, its fabric joins "
                    + fabric.maxDevices() + " at most.");
        }
        if (usualDevices > fabric.maxDevices()) {
            throw new IllegalArgumentException("The machine " + id + " stands for " + usualDevices
                    + " devices, its fabric joins " + fabric.maxDevices() + " at most.");
        }
        if (maxWatts != null) {
            Checks.positive(id, "maximum power", maxWatts);
        }
        prices = List.copyOf(prices);
    }
}
