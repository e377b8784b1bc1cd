package org.corehours.hardware;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.corehours.core.hardware.Fabric;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Price;
import org.corehours.core.quantity.Sourced;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** Reads the file of a machine. */
final class MachineReader {

    private MachineReader() {}

    /**
     * Reads the file.
     *
     * @param root the document
     * @param acceleratorId finds the id of the accelerator that the file names
     * @param fabrics finds a fabric by its id
     * @return the machine
     */
    static Machine read(SpecNode root, Function<String, String> acceleratorId, Function<String, Fabric> fabrics) {
        return root.fields(fields -> {
            fields.required("type", node -> node.oneOf(List.of("machine")));
            SpecField<String> id = fields.required("id", SpecNode::text);
            SpecField<String> name = fields.required("name", SpecNode::text);
            SpecField<String> accelerator = fields.required("accelerator", node -> named(node, acceleratorId));
            SpecField<Integer> devices = fields.required("devices", SpecNode::count);
            SpecField<Optional<Integer>> usual = fields.optional("usual_devices", SpecNode::count);
            SpecField<Fabric> fabric = fields.required("fabric", node -> fabric(node, fabrics));
            SpecField<Optional<List<Integer>>> slice =
                    fields.optional("largest_slice", node -> node.list(SpecNode::count));
            SpecField<Host> host = fields.required("host", MachineReader::host);
            SpecField<Optional<Sourced<Double>>> watts = fields.optional("max_watts", node -> Units.positive(node, 1));
            SpecField<List<Price>> prices = fields.optional("prices", Units::prices, List.of());
            fields.done();
            return new Machine(
                    id.get(),
                    name.get(),
                    accelerator.get(),
                    devices.get(),
                    usual.get().orElse(devices.get()),
                    slice.get()
                            .map(axes -> FabricReader.limited(fabric.get(), axes))
                            .orElseGet(fabric::get),
                    host.get(),
                    watts.get().orElse(null),
                    prices.get());
        });
    }

    private static Fabric fabric(SpecNode node, Function<String, Fabric> fabrics) {
        return node.isMapping() ? FabricReader.read(node) : named(node, fabrics);
    }

    private static <T> T named(SpecNode node, Function<String, T> catalog) {
        try {
            return catalog.apply(node.text());
        } catch (UnknownHardwareException e) {
            throw node.problem(String.valueOf(e.getMessage()));
        }
    }

    private static Host host(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Sourced<Integer>> cores =
                    fields.required("physical_cores", node -> node.sourced(SpecNode::count));
            SpecField<Sourced<Double>> speed = fields.required("core_speed", node -> Units.positive(node, 1));
            SpecField<Sourced<Long>> memory = fields.required(
                    "memory_gb",
                    node -> node.sourced(SpecNode::positiveNumber).map(gigabytes -> Math.round(gigabytes * 1e9)));
            SpecField<Sourced<Double>> storage = fields.required("storage_gb_per_s", node -> Units.positive(node, 1e9));
            SpecField<Sourced<Double>> network = fields.required("network_gb_per_s", node -> Units.positive(node, 1e9));
            SpecField<Sourced<Double>> efficiency =
                    fields.required("network_efficiency", node -> Units.positive(node, 1));
            fields.done();
            return new Host(cores.get(), speed.get(), memory.get(), storage.get(), network.get(), efficiency.get());
        });
    }
}
