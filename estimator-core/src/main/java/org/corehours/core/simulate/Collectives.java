package org.corehours.core.simulate;

import java.util.List;
import org.corehours.core.hardware.AllReduceCurve;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.hardware.TorusFabric;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.jspecify.annotations.Nullable;

/**
 * How long collectives among all devices of a cluster take.
 *
 * <p>Inside a machine of GPUs the measured curve of that number of participants holds. Across machines NCCL runs rings
 * through all of them, whose edges between machines carry what every other edge carries; the slower of the machine's
 * fabric and its network decides, and for small messages a tree of machines with fewer steps. On a torus every axis
 * moves its share in both directions, and several slices are joined by their hosts' network after a reduce-scatter
 * inside each.
 */
public final class Collectives {

    /** The latency of one step across the network, NCCL's simple protocol. */
    public static final Sourced<Double> NETWORK_STEP_SECONDS = new Sourced<>(14e-6, Provenance.CODE, "NCCL");

    private final Cluster cluster;

    /** @param cluster the devices that take part */
    public Collectives(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Sums a buffer of every device and leaves the sum on each.
     *
     * @param bytes the size of the buffer
     * @return seconds; 0 for a single device
     */
    public double allReduceSeconds(double bytes) {
        Machine machine = cluster.machine();
        if (cluster.devices() == 1 || machine == null) {
            return 0;
        }
        if (machine.fabric() instanceof TorusFabric torus) {
            return 2 * halfOnTorus(bytes, torus, machine.host());
        }
        return ring(bytes, (NodeFabric) machine.fabric(), machine.host());
    }

    /**
     * Collects the equal parts that the devices hold on each of them.
     *
     * @param bytes the size of all parts together
     * @return seconds; 0 for a single device
     */
    public double allGatherSeconds(double bytes) {
        return allReduceSeconds(bytes) / 2;
    }

    private double ring(double bytes, NodeFabric fabric, Host host) {
        int machines = cluster.machines();
        int perMachine = cluster.devicesPerMachine();
        AllReduceCurve curve = perMachine == 1 ? null : fabric.allReduce(perMachine);
        if (machines == 1) {
            return curve == null ? 0 : curve.seconds(bytes);
        }
        double network =
                host.networkBytesPerSecond().value() * host.networkEfficiency().value();
        double wireFactor = AllReduceCurve.wireFactor(cluster.devices());
        double ring = machines * latency(curve)
                + 2 * (machines - 1) * NETWORK_STEP_SECONDS.value()
                + Math.max(transfer(curve, bytes, wireFactor), bytes * wireFactor / network);
        double levels = Math.ceil(Math.log(machines) / Math.log(2));
        double tree = latency(curve)
                + 2 * levels * NETWORK_STEP_SECONDS.value()
                + Math.max(transfer(curve, bytes, 2), 2 * bytes / network);
        return Math.min(ring, tree);
    }

    private static double latency(@Nullable AllReduceCurve curve) {
        return curve == null ? 0 : curve.seconds(0);
    }

    /** The time beyond latency for a device to send {@code wireFactor} times the bytes over the machine's fabric. */
    private static double transfer(@Nullable AllReduceCurve curve, double bytes, double wireFactor) {
        if (curve == null) {
            return 0;
        }
        double equivalent = bytes * wireFactor / AllReduceCurve.wireFactor(curve.participants());
        return curve.seconds(equivalent) - curve.seconds(0);
    }

    /** A reduce-scatter or all-gather: half an all-reduce. */
    private double halfOnTorus(double bytes, TorusFabric torus, Host host) {
        List<Integer> axes = cluster.slice().orElseThrow().axes();
        double bytesPerSecond = 0;
        double hops = 0;
        int chips = 1;
        for (int axis : axes) {
            if (axis > 1) {
                boolean ring = torus.wraps(axis);
                double oneWay =
                        torus.linkBytesPerSecond().value() * torus.efficiency().value();
                bytesPerSecond += ring ? 2 * oneWay : oneWay;
                hops += ring ? axis / 2 : axis - 1;
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
        double network =
                host.networkBytesPerSecond().value() * host.networkEfficiency().value();
        double bytesPerHost = bytes * cluster.devicesPerMachine() / cluster.devicesPerFabric();
        return inside + (slices - 1) * NETWORK_STEP_SECONDS.value() + bytesPerHost * (slices - 1) / slices / network;
    }
}
