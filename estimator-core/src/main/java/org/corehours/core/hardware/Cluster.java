package org.corehours.core.hardware;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The devices of one run and how they are spread: equally over equal machines, or a single device on its own.
 *
 * @param accelerator the device
 * @param machine the machine; null for a single device in a host nobody describes
 * @param machines how many machines
 * @param devicesPerMachine how many devices of each are used
 */
public record Cluster(Accelerator accelerator, @Nullable Machine machine, int machines, int devicesPerMachine) {

    /** @throws IllegalArgumentException if the machine holds other devices, or fewer than are used of it */
    public Cluster {
        if (machines < 1 || devicesPerMachine < 1) {
            throw new IllegalArgumentException("A cluster has at least one machine with one device, not " + machines
                    + " machines with " + devicesPerMachine + " devices.");
        }
        if (machine == null) {
            if (machines != 1 || devicesPerMachine != 1) {
                throw new IllegalArgumentException("The " + Math.multiplyExact(machines, devicesPerMachine)
                        + " devices " + accelerator.id()
                        + " need a machine that says how they are joined. Name one, or use 1 device.");
            }
        } else {
            if (!machine.accelerator().equals(accelerator.id())) {
                throw new IllegalArgumentException("The machine " + machine.id() + " has devices "
                        + machine.accelerator() + ", not " + accelerator.id() + ".");
            }
            if (devicesPerMachine > machine.devices()) {
                throw new IllegalArgumentException("The machine " + machine.id() + " has " + machine.devices()
                        + " devices, not " + devicesPerMachine + ".");
            }
        }
    }

    /**
     * One device on its own.
     *
     * @param accelerator the device
     * @return the cluster
     */
    public static Cluster single(Accelerator accelerator) {
        return new Cluster(accelerator, null, 1, 1);
    }

    /**
     * As many machines as hold a number of devices: part of one machine, or several whole ones.
     *
     * @param accelerator the device
     * @param machine the machine
     * @param devices how many devices in all
     * @return the cluster
     * @throws IllegalArgumentException if the devices do not fill whole machines, or make no slice of a torus
     */
    public static Cluster of(Accelerator accelerator, Machine machine, int devices) {
        int perMachine = Math.min(devices, machine.devices());
        if (perMachine < 1 || devices % perMachine != 0) {
            throw new IllegalArgumentException("The devices (" + devices + ") must fill whole machines " + machine.id()
                    + " of " + machine.devices() + ". Maybe use "
                    + Math.max(1, devices / machine.devices()) * machine.devices() + ".");
        }
        Cluster cluster = new Cluster(accelerator, machine, devices / perMachine, perMachine);
        cluster.slice();
        return cluster;
    }

    /** {@return all devices of the run} */
    public int devices() {
        return Math.multiplyExact(machines, devicesPerMachine);
    }

    /** {@return all chips of the run, which is what cloud prices of TPUs count; a part of one chip counts as one} */
    public int chips() {
        return chipsOf(devices());
    }

    private int chipsOf(int devices) {
        return devices < accelerator.chip().devicesPerChip()
                ? 1
                : accelerator.chip().chipsOfDevices(devices);
    }

    /**
     * The fabrics that the run spans: machines, or slices of a torus, with a slower network between them.
     *
     * @return how many there are
     */
    public int fabrics() {
        return machine != null && machine.fabric() instanceof TorusFabric torus
                ? (devices() + torus.maxDevices() - 1) / torus.maxDevices()
                : machines;
    }

    /** {@return how many devices each fabric joins} */
    public int devicesPerFabric() {
        return devices() / fabrics();
    }

    /**
     * The slice that each fabric of the run is, where the fabric is a torus.
     *
     * @return the most compact slice that holds the devices of one fabric; empty for other fabrics
     * @throws IllegalArgumentException if the devices do not make equal slices
     */
    public Optional<TorusFabric.Slice> slice() {
        if (machine == null || !(machine.fabric() instanceof TorusFabric torus)) {
            return Optional.empty();
        }
        if (devices() % fabrics() != 0) {
            throw new IllegalArgumentException("The devices (" + devices() + ") must make equal slices of at most "
                    + torus.maxDevices() + ". Maybe use " + (fabrics() * torus.maxDevices()) + ".");
        }
        return Optional.of(torus.slice(chipsOf(devicesPerFabric())));
    }
}
