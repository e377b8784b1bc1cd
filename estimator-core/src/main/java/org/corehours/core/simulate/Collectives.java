package org.corehours.core.simulate;

import java.util.List;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Collective;
import org.corehours.core.hardware.GroupLinks;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.hardware.Protocol;
import org.corehours.core.hardware.TorusFabric;
import org.jspecify.annotations.Nullable;

/**
 * How long collectives among devices of a cluster take.
 *
 * <p>Inside a machine of GPUs the links of that number of participants decide. Across machines NCCL runs rings through
 * all devices, whose edges between machines carry what every other edge carries, so that the slower of the machine's
 * links and its network decides; or, for all-reduces, a tree of machines with fewer steps. Both run in the protocol that
 * takes least. On a torus every axis moves its share in both directions, and several slices are joined by their hosts'
 * network after a reduce-scatter inside each.
 */
public final class Collectives {

    private final Cluster cluster;

    /** @param cluster the devices that take part */
    public Collectives(Cluster cluster) {
        this.cluster = cluster;
    }

    /** {@return how many devices take part} */
    public int devices() {
        return cluster.devices();
    }

    /**
     * The time of a collective among all devices.
     *
     * @param collective the operation
     * @param bytes the size of the whole buffer
     * @return seconds; 0 for a single device
     */
    public double seconds(Collective collective, double bytes) {
        Machine machine = cluster.machine();
        if (cluster.devices() == 1 || machine == null) {
            return 0;
        }
        if (machine.fabric() instanceof TorusFabric torus) {
            return onTorus(collective, bytes, torus, machine.host());
        }
        NodeFabric fabric = (NodeFabric) machine.fabric();
        int perMachine = cluster.devicesPerMachine();
        GroupLinks links = perMachine == 1 ? null : fabric.links(perMachine);
        return cluster.machines() == 1 && links != null
                ? links.seconds(collective, bytes)
                : acrossMachines(collective, bytes, links, machine.host());
    }

    /**
     * The time of a collective among some of the devices: part of one machine, or several whole ones.
     *
     * @param collective the operation
     * @param bytes the size of the whole buffer
     * @param participants how many devices take part
     * @return seconds; 0 for a single device
     * @throws IllegalArgumentException if the cluster has fewer devices, or these do not fill whole machines
     */
    public double seconds(Collective collective, double bytes, int participants) {
        Machine machine = cluster.machine();
        if (participants > cluster.devices()) {
            throw new IllegalArgumentException("A collective among " + participants + " devices needs more than the "
                    + cluster.devices() + " of this run.");
        }
        if (machine == null || participants == cluster.devices()) {
            return seconds(collective, bytes);
        }
        return new Collectives(Cluster.of(cluster.accelerator(), machine, participants)).seconds(collective, bytes);
    }

    private double acrossMachines(Collective collective, double bytes, @Nullable GroupLinks links, Host host) {
        double network = network(host);
        int machines = cluster.machines();
        int perMachine = cluster.devicesPerMachine();
        double bus = links == null ? Double.POSITIVE_INFINITY : links.busBytesPerSecond();
        double start = links == null ? 0 : links.startSeconds();
        if (collective == Collective.ALL_TO_ALL) {
            double leaving = bytes * (machines - 1) / machines;
            return start
                    + Protocol.SIMPLE.networkRingStepSeconds()
                    + Math.max((bytes - leaving) / bus, perMachine * leaving / network);
        }
        double wireBytes = bytes * collective.wireFactor(cluster.devices());
        int steps = collective.ringSteps(cluster.devices());
        int networkSteps = collective.ringSteps(machines);
        double best = Double.POSITIVE_INFINITY;
        for (Protocol protocol : Protocol.values()) {
            double step = links == null ? 0 : links.stepSeconds(protocol);
            double bytesPerSecond = protocol.share() * Math.min(bus, network);
            double ring = (steps - networkSteps) * step
                    + networkSteps * protocol.networkRingStepSeconds()
                    + wireBytes / bytesPerSecond;
            best = Math.min(best, ring);
            if (collective == Collective.ALL_REDUCE) {
                double levels = Math.ceil(Math.log(machines) / Math.log(2));
                double tree = 2 * (perMachine - 1) * step
                        + 2 * levels * protocol.networkTreeStepSeconds()
                        + 2 * bytes / bytesPerSecond;
                best = Math.min(best, tree);
            }
        }
        return start + best;
    }

    private double onTorus(Collective collective, double bytes, TorusFabric torus, Host host) {
        return switch (collective) {
            case ALL_REDUCE -> 2 * gather(bytes, torus, host);
            case REDUCE_SCATTER, ALL_GATHER, BROADCAST -> gather(bytes, torus, host);
            case ALL_TO_ALL -> allToAll(bytes, torus, host);
        };
    }

    /** An all-gather, or the same backwards: a reduce-scatter. */
    private double gather(double bytes, TorusFabric torus, Host host) {
        List<Integer> axes = cluster.slice().orElseThrow().axes();
        double bytesPerSecond = 0;
        double hops = 0;
        int chips = 1;
        for (int axis : axes) {
            if (axis > 1) {
                bytesPerSecond += axisBytesPerSecond(torus, axis);
                hops += torus.wraps(axis) ? axis / 2 : axis - 1;
                chips *= axis;
            }
        }
        double inside = chips == 1
                ? 0
                : bytes * (chips - 1) / chips / bytesPerSecond
                        + hops * torus.hopSeconds().value();
        int slices = cluster.fabrics();
        if (slices == 1) {
            return inside;
        }
        double bytesPerHost = bytes * cluster.devicesPerMachine() / cluster.devicesPerFabric();
        return inside
                + (slices - 1) * Protocol.SIMPLE.networkRingStepSeconds()
                + bytesPerHost * (slices - 1) / slices / network(host);
    }

    /**
     * Along an axis of {@code l} chips the bytes of a chip travel {@code l / 4} hops on average if it closes, and the
     * middle link of a line carries half of one half's bytes: twice the time. The axes work at the same time.
     */
    private double allToAll(double bytes, TorusFabric torus, Host host) {
        double longest = 0;
        for (int axis : cluster.slice().orElseThrow().axes()) {
            if (axis > 1) {
                double crossing = bytes * axis / 4 / axisBytesPerSecond(torus, axis);
                longest = Math.max(longest, crossing + axis * torus.hopSeconds().value());
            }
        }
        int slices = cluster.fabrics();
        double leaving = bytes * (slices - 1) / slices * cluster.devicesPerMachine();
        return longest + leaving / network(host);
    }

    private static double axisBytesPerSecond(TorusFabric torus, int axis) {
        double oneWay = torus.linkBytesPerSecond().value() * torus.efficiency().value();
        return torus.wraps(axis) ? 2 * oneWay : oneWay;
    }

    private static double network(Host host) {
        return host.networkBytesPerSecond().value() * host.networkEfficiency().value();
    }
}
