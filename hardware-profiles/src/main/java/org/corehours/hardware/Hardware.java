package org.corehours.hardware;

import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Machine;
import org.jspecify.annotations.Nullable;

/**
 * What a name on the command line stands for.
 *
 * @param id the name
 * @param accelerator the device
 * @param machine the machine it sits in; null for a device that no built-in machine holds
 * @param usualDevices how many devices to take if no count is given: one, or what the machine's name stands for
 */
public record Hardware(
        String id, Accelerator accelerator, @Nullable Machine machine, int usualDevices) {

    /** @throws IllegalArgumentException if the machine holds other devices */
    public Hardware {
        if (machine != null && !machine.accelerator().equals(accelerator.id())) {
            throw new IllegalArgumentException("The accelerator " + accelerator.id() + " names the machine "
                    + machine.id() + ", which holds " + machine.accelerator() + ".");
        }
    }

    /**
     * A number of these devices.
     *
     * @param devices how many, as frameworks count them
     * @return the cluster
     * @throws IllegalArgumentException if the devices do not fill whole machines, or are several and have no machine
     */
    public Cluster cluster(int devices) {
        if (machine != null) {
            return Cluster.of(accelerator, machine, devices);
        }
        return devices == 1 ? Cluster.single(accelerator) : new Cluster(accelerator, null, 1, devices);
    }
}
