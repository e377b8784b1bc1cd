package org.corehours.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.corehours.core.hardware.AllReduceCurve;
import org.corehours.core.hardware.AllReduceCurve.Knot;
import org.corehours.core.hardware.ChannelRings;
import org.corehours.core.hardware.Fabric;
import org.corehours.core.hardware.GroupLinks;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.hardware.RingLaw;
import org.corehours.core.hardware.SwitchReduction;
import org.corehours.core.hardware.TorusFabric;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** Reads the description of a fabric: a file of its own, or a mapping inside a machine's file. */
final class FabricReader {

    private static final double BYTES_PER_MIB = 1L << 20;

    private FabricReader() {}

    /** Reads a file that describes a fabric and nothing else. */
    static Fabric readFile(SpecNode root) {
        return root.fields(fields -> {
            fields.required("type", node -> node.oneOf(List.of("fabric")));
            fields.required("id", SpecNode::text);
            SpecField<Fabric> fabric = fields.required("fabric", FabricReader::read);
            fields.done();
            return fabric.get();
        });
    }

    static Fabric read(SpecNode root) {
        return root.fields(fields -> {
            if (fields.has("torus")) {
                SpecField<Fabric> torus = fields.required("torus", FabricReader::torus);
                fields.done();
                return torus.get();
            }
            SpecField<NodeFabric.Kind> kind = fields.required("kind", node -> node.oneOf(NodeFabric.Kind.class));
            SpecField<Integer> devices = fields.required("devices", SpecNode::count);
            SpecField<Optional<RingLaw>> law = fields.optional("rings", FabricReader::law);
            SpecField<List<Function<Optional<RingLaw>, GroupLinks>>> links =
                    fields.required("all_reduce", node -> node.list(FabricReader::links));
            fields.done();
            NavigableMap<Integer, GroupLinks> byParticipants = new TreeMap<>();
            for (Function<Optional<RingLaw>, GroupLinks> entry : links.get()) {
                GroupLinks group = entry.apply(law.get());
                if (byParticipants.put(group.participants(), group) != null) {
                    throw new IllegalArgumentException(
                            "The all-reduce among " + group.participants() + " devices is given twice.");
                }
            }
            return new NodeFabric(kind.get(), devices.get(), byParticipants);
        });
    }

    private static Function<Optional<RingLaw>, GroupLinks> links(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Integer> participants = fields.required("participants", SpecNode::count);
            SpecField<Provenance> provenance = fields.required("provenance", node -> node.oneOf(Provenance.class));
            SpecField<String> source = fields.required("source", SpecNode::text);
            if (fields.has("mib")) {
                SpecField<List<Long>> mib = fields.required("mib", node -> node.list(each -> each.wholeNumber(0)));
                SpecField<List<Double>> micros = fields.required("microseconds", node -> node.list(SpecNode::number));
                fields.done();
                AllReduceCurve curve = new AllReduceCurve(
                        participants.get(), knots(mib.get(), micros.get()), provenance.get(), source.get());
                return law -> curve;
            }
            if (fields.has("channels")) {
                SpecField<Integer> channels = fields.required("channels", SpecNode::count);
                SpecField<Double> planned = fields.required("planned_gb_per_s", SpecNode::positiveNumber);
                SpecField<Double> bus = fields.required("bus_bandwidth_gb_per_s", SpecNode::positiveNumber);
                fields.done();
                return law -> new ChannelRings(
                        participants.get(),
                        channels.get(),
                        bus.get() * 1e9,
                        planned.get() * 1e9,
                        law.orElseThrow(() -> new IllegalArgumentException(
                                "Where an all-reduce has channels, the fabric's rings say what their steps cost.")));
            }
            SpecField<Double> latency = fields.required("latency_us", SpecNode::positiveNumber);
            SpecField<Double> bandwidth = fields.required("bus_bandwidth_gb_per_s", SpecNode::positiveNumber);
            if (fields.has("ring_bandwidth_gb_per_s")) {
                SpecField<Double> ring = fields.required("ring_bandwidth_gb_per_s", SpecNode::positiveNumber);
                fields.done();
                SwitchReduction reduction = SwitchReduction.measured(
                        participants.get(),
                        latency.get() * 1e-6,
                        bandwidth.get() * 1e9,
                        ring.get() * 1e9,
                        provenance.get(),
                        source.get());
                return law -> reduction;
            }
            fields.done();
            AllReduceCurve curve = AllReduceCurve.of(
                    participants.get(), latency.get() * 1e-6, bandwidth.get() * 1e9, provenance.get(), source.get());
            return law -> curve;
        });
    }

    private static RingLaw law(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Double> launch = fields.required("launch_us", SpecNode::number);
            SpecField<Double> device = fields.required("per_device_us", SpecNode::number);
            SpecField<Double> slice = fields.required("slice_us", SpecNode::number);
            SpecField<Double> step = fields.required("ll128_step_us", SpecNode::number);
            SpecField<Double> floor = fields.required("ll128_floor_us", SpecNode::number);
            SpecField<Double> share = fields.required("ll128_share", SpecNode::share);
            SpecField<Double> planned = fields.required("planned_ll128_us", SpecNode::number);
            SpecField<Double> ramp = fields.required("ramp_us", SpecNode::number);
            SpecField<Double> rampMib = fields.required("ramp_mib", SpecNode::positiveNumber);
            SpecField<Provenance> provenance = fields.required("provenance", node -> node.oneOf(Provenance.class));
            SpecField<String> source = fields.required("source", SpecNode::text);
            fields.done();
            return new RingLaw(
                    launch.get() * 1e-6,
                    device.get() * 1e-6,
                    slice.get() * 1e-6,
                    step.get() * 1e-6,
                    floor.get() * 1e-6,
                    share.get(),
                    planned.get() * 1e-6,
                    ramp.get() * 1e-6,
                    rampMib.get() * BYTES_PER_MIB,
                    provenance.get(),
                    source.get());
        });
    }

    private static List<Knot> knots(List<Long> mib, List<Double> micros) {
        if (mib.size() != micros.size()) {
            throw new IllegalArgumentException("There are " + mib.size() + " message sizes (mib) and " + micros.size()
                    + " times (microseconds); each size has one time.");
        }
        List<Knot> knots = new ArrayList<>();
        for (int i = 0; i < mib.size(); i++) {
            knots.add(new Knot((long) (mib.get(i) * BYTES_PER_MIB), micros.get(i) * 1e-6));
        }
        return knots;
    }

    private static Fabric torus(SpecNode root) {
        return root.fields(fields -> {
            SpecField<List<Integer>> extents = fields.required("largest_slice", node -> node.list(SpecNode::count));
            SpecField<TorusFabric.Wraparound> wraparound = fields.required("wraparound", FabricReader::wraparound);
            SpecField<Sourced<Double>> link = fields.required("link_gb_per_s", node -> Units.positive(node, 1e9));
            SpecField<Sourced<Double>> efficiency = fields.required("efficiency", node -> Units.positive(node, 1));
            SpecField<Sourced<Double>> hop = fields.required("hop_us", node -> Units.positive(node, 1e-6));
            SpecField<Integer> devices = fields.required("devices_per_chip", SpecNode::count);
            fields.done();
            return new TorusFabric(
                    extents.get(), wraparound.get(), link.get(), efficiency.get(), hop.get(), devices.get());
        });
    }

    private static TorusFabric.Wraparound wraparound(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Integer> chips = fields.required("axis_chips", SpecNode::count);
            SpecField<Boolean> multiples = fields.required("multiples_too", SpecNode::flag);
            fields.done();
            return new TorusFabric.Wraparound(chips.get(), multiples.get());
        });
    }

    /** The same torus with a smaller largest slice. */
    static Fabric limited(Fabric fabric, List<Integer> slice) {
        if (!(fabric instanceof TorusFabric torus)) {
            throw new IllegalArgumentException("Only a torus has slices; leave largest_slice out.");
        }
        return new TorusFabric(
                slice,
                torus.wraparound(),
                torus.linkBytesPerSecond(),
                torus.efficiency(),
                torus.hopSeconds(),
                torus.devicesPerChip());
    }
}
