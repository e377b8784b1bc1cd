package org.corehours.hardware;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Accelerator.Kind;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Power;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Price;
import org.corehours.core.quantity.Sourced;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecFields;
import org.corehours.spec.SpecNode;

/**
 * Reads the file of an accelerator. Its figures are per chip, as vendors publish them; where a chip shows as several
 * devices, each device gets its share.
 */
final class AcceleratorReader {

    private AcceleratorReader() {}

    static Accelerator read(SpecNode root) {
        return root.fields(fields -> {
            fields.required("type", node -> node.oneOf(List.of("accelerator")));
            SpecField<String> id = fields.required("id", SpecNode::text);
            SpecField<String> name = fields.required("name", SpecNode::text);
            SpecField<String> vendor = fields.required("vendor", SpecNode::text);
            SpecField<Kind> kind = fields.required("kind", node -> node.oneOf(Kind.class));
            SpecField<Sourced<LocalDate>> announced =
                    fields.required("announced", node -> node.sourced(SpecNode::date));
            SpecField<ChipLayout> chip = fields.optional("chip", AcceleratorReader::chip, ChipLayout.ONE);
            SpecField<ComputeUnits> units = fields.required("units", AcceleratorReader::units);
            SpecField<Sourced<Double>> clock = fields.required("clock_mhz", node -> Units.positive(node, 1e6));
            SpecField<Map<Precision, Sourced<Double>>> matrix =
                    fields.required("matrix_tflops", AcceleratorReader::peaks);
            SpecField<Map<Precision, Sourced<Double>>> vector =
                    fields.optional("vector_tflops", AcceleratorReader::peaks, Map.of());
            SpecField<DeviceMemory> memory = fields.required("memory", AcceleratorReader::memory);
            SpecField<Optional<Sourced<Double>>> hostLink =
                    fields.optional("host_link_gb_per_s", node -> Units.positive(node, 1e9));
            SpecField<Power> power = fields.required("power", AcceleratorReader::power);
            SpecField<List<Price>> prices = fields.optional("prices", Units::prices, List.of());
            SpecField<Optional<String>> machine = fields.optional("usual_machine", SpecNode::text);
            SpecField<Map<String, Sourced<Double>>> laws =
                    fields.optional("laws", node -> node.namedValues(law -> law.sourced(SpecNode::number)), Map.of());
            fields.done();
            int devices = chip.get().devicesPerChip();
            return new Accelerator(
                    id.get(),
                    name.get(),
                    vendor.get(),
                    kind.get(),
                    announced.get(),
                    chip.get(),
                    perDevice(units.get(), devices),
                    clock.get(),
                    perDevice(matrix.get(), devices),
                    perDevice(vector.get(), devices),
                    perDevice(memory.get(), devices),
                    hostLink.get().map(value -> perDevice(value, devices)).orElse(null),
                    new Power(
                            perDevice(power.get().idleWatts(), devices),
                            perDevice(power.get().maxWatts(), devices)),
                    prices.get().stream()
                            .map(price -> perDevice(price, devices))
                            .toList(),
                    machine.get().orElse(null),
                    laws.get());
        });
    }

    private static ChipLayout chip(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Integer> cores = fields.required("cores", SpecNode::count);
            SpecField<Integer> devices = fields.required("devices", SpecNode::count);
            fields.done();
            return new ChipLayout(cores.get(), devices.get());
        });
    }

    private static ComputeUnits units(SpecNode root) {
        return root.fields(fields -> {
            if (fields.has("multiprocessors")) {
                SpecField<Sourced<Integer>> count = count(fields, "multiprocessors");
                SpecField<Sourced<Integer>> matrixCores = fields.required(
                        "matrix_cores", node -> node.sourced(each -> Math.toIntExact(each.wholeNumber(0))));
                fields.done();
                return new ComputeUnits.Multiprocessors(count.get(), matrixCores.get());
            }
            SpecField<Sourced<Integer>> cores = count(fields, "cores");
            SpecField<Sourced<Integer>> arrays = count(fields, "arrays_per_core");
            SpecField<Sourced<Integer>> dimension = count(fields, "array_dimension");
            fields.done();
            return new ComputeUnits.SystolicArrays(cores.get(), arrays.get(), dimension.get());
        });
    }

    private static SpecField<Sourced<Integer>> count(SpecFields fields, String key) {
        return fields.required(key, node -> node.sourced(SpecNode::count));
    }

    private static Map<Precision, Sourced<Double>> peaks(SpecNode root) {
        return root.fields(fields -> {
            Map<Precision, SpecField<Optional<Sourced<Double>>>> found = new EnumMap<>(Precision.class);
            for (Precision precision : Precision.values()) {
                found.put(precision, fields.optional(precision.id(), node -> Units.positive(node, 1e12)));
            }
            fields.done();
            Map<Precision, Sourced<Double>> peaks = new EnumMap<>(Precision.class);
            found.forEach((precision, field) -> field.get().ifPresent(peak -> peaks.put(precision, peak)));
            return peaks;
        });
    }

    private static DeviceMemory memory(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Sourced<Long>> capacity = fields.required("capacity_gib", node -> Units.bytes(node, 1L << 30));
            SpecField<Sourced<Double>> bandwidth =
                    fields.required("bandwidth_gb_per_s", node -> Units.positive(node, 1e9));
            SpecField<Optional<Sourced<Long>>> onChip =
                    fields.optional("on_chip_mib", node -> Units.bytes(node, 1L << 20));
            fields.done();
            return new DeviceMemory(
                    capacity.get(), bandwidth.get(), onChip.get().orElse(null));
        });
    }

    private static Power power(SpecNode root) {
        return root.fields(fields -> {
            SpecField<Sourced<Double>> idle = fields.required("idle_watts", node -> Units.positive(node, 1));
            SpecField<Sourced<Double>> max = fields.required("max_watts", node -> Units.positive(node, 1));
            fields.done();
            return new Power(idle.get(), max.get());
        });
    }

    private static ComputeUnits perDevice(ComputeUnits units, int devices) {
        if (devices > 1 && units instanceof ComputeUnits.SystolicArrays arrays) {
            return new ComputeUnits.SystolicArrays(
                    arrays.cores().map(cores -> cores / devices), arrays.arraysPerCore(), arrays.dimension());
        }
        if (devices > 1 && units instanceof ComputeUnits.Multiprocessors processors) {
            return new ComputeUnits.Multiprocessors(
                    processors.count().map(count -> count / devices),
                    processors.matrixCores().map(count -> count / devices));
        }
        return units;
    }

    private static Map<Precision, Sourced<Double>> perDevice(Map<Precision, Sourced<Double>> peaks, int devices) {
        Map<Precision, Sourced<Double>> shares = new EnumMap<>(Precision.class);
        peaks.forEach((precision, peak) -> shares.put(precision, perDevice(peak, devices)));
        return shares;
    }

    private static DeviceMemory perDevice(DeviceMemory memory, int devices) {
        Sourced<Long> onChip = memory.onChipBytes();
        return new DeviceMemory(
                memory.capacityBytes().map(bytes -> bytes / devices),
                perDevice(memory.bytesPerSecond(), devices),
                onChip == null ? null : onChip.map(bytes -> bytes / devices));
    }

    private static Sourced<Double> perDevice(Sourced<Double> value, int devices) {
        return value.map(figure -> figure / devices);
    }

    private static Price perDevice(Price price, int devices) {
        return new Price(
                price.usdPerHour() / devices,
                price.provider(),
                price.offer(),
                price.asOf(),
                price.provenance(),
                price.source());
    }
}
