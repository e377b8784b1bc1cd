package org.corehours.core.timing;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Power;
import org.corehours.core.hardware.Precision;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/** Made-up devices with round figures. */
public final class Devices {

    static final double HALF_RATE = 100e12;
    static final double BANDWIDTH = 1e12;
    static final int MULTIPROCESSORS = 100;

    private Devices() {}

    /** A GPU with the given rate in 16 bits (a tenth of it in fp32) and bandwidth. */
    public static Accelerator gpu(double halfRate, double bandwidth) {
        Map<String, Sourced<Double>> laws = new HashMap<>();
        put(laws, "memory.stream_fraction", 0.9);
        put(laws, "memory.strided_fraction", 0.8);
        put(laws, "memory.on_chip_bytes_per_second", 3e12);
        put(laws, "normalization.cached_bytes", 4e6);
        put(laws, "softmax.cached_bytes", 4e6);
        put(laws, "softmax.multiprocessor_bytes_per_second", 20e9);
        put(laws, "launch.device_seconds", 2e-6);
        put(laws, "launch.host_seconds", 6e-6);
        put(laws, "attention.rate_fraction", 0.5);
        put(laws, "convolution.grouped_fraction", 0.1);
        product(laws, "product.fp32");
        product(laws, "product.half");
        put(laws, "product.half.batched.unaligned_factor", 2);
        Map<Precision, Sourced<Double>> peaks = new EnumMap<>(Precision.class);
        peaks.put(Precision.FP32, sourced(halfRate / 10));
        peaks.put(Precision.FP16, sourced(halfRate));
        return device(
                Accelerator.Kind.GPU,
                new ComputeUnits.Multiprocessors(sourced(MULTIPROCESSORS), sourced(4 * MULTIPROCESSORS)),
                peaks,
                memory(bandwidth),
                laws);
    }

    private static void product(Map<String, Sourced<Double>> laws, String family) {
        put(laws, family + ".rate_fraction", 0.8);
        put(laws, family + ".feed_bytes_per_second", 60e9);
        put(laws, family + ".fill_steps", 32);
        put(laws, family + ".tail_rigidity", 1);
        put(laws, family + ".hiding_elements", 2000);
        put(laws, family + ".unaligned_factor", 1.5);
        put(laws, family + ".most_split", 64);
        put(laws, family + ".long_row_pages", 2);
        put(laws, family + ".long_row_reach_bytes", 1e8);
        put(laws, family + ".long_row_factor", 0.5);
        put(laws, family + ".fewest_tile_rows", 64);
        put(laws, family + ".most_tile_rows", 256);
        put(laws, family + ".fewest_tile_columns", 64);
        put(laws, family + ".most_tile_columns", 256);
    }

    /** A TPU with one array of 128 × 128. */
    static Accelerator tpu(double rate, double bandwidth) {
        Map<String, Sourced<Double>> laws = new HashMap<>();
        put(laws, "product.rate_fraction", 0.9);
        put(laws, "memory.stream_fraction", 0.8);
        put(laws, "launch.device_seconds", 1e-6);
        return device(
                Accelerator.Kind.TPU,
                new ComputeUnits.SystolicArrays(sourced(1), sourced(1), sourced(128)),
                new EnumMap<>(Map.of(Precision.BF16, sourced(rate))),
                memory(bandwidth),
                laws);
    }

    /** A device without one of its laws. */
    static Accelerator without(Accelerator device, String law) {
        Map<String, Sourced<Double>> laws = new HashMap<>(device.laws());
        laws.remove(law);
        return device.withLaws(laws);
    }

    /** A device with another value of one of its laws, or one law more. */
    static Accelerator with(Accelerator device, String law, double value) {
        Map<String, Sourced<Double>> laws = new HashMap<>(device.laws());
        put(laws, law, value);
        return device.withLaws(laws);
    }

    /** A device that multiplies in one more precision. */
    static Accelerator with(Accelerator device, Precision precision, double rate) {
        Map<Precision, Sourced<Double>> peaks = new EnumMap<>(device.matrixFlopsPerSecond());
        peaks.put(precision, sourced(rate));
        return device(device.kind(), device.units(), peaks, device.memory(), device.laws());
    }

    /** A GPU without tensor cores. */
    static Accelerator withoutMatrixCores(Accelerator gpu) {
        return device(
                gpu.kind(),
                new ComputeUnits.Multiprocessors(sourced(MULTIPROCESSORS), sourced(0)),
                gpu.matrixFlopsPerSecond(),
                gpu.memory(),
                gpu.laws());
    }

    /** A device whose cache nobody published. */
    static Accelerator withoutCache(Accelerator device) {
        DeviceMemory memory = new DeviceMemory(
                device.memory().capacityBytes(), device.memory().bytesPerSecond(), null);
        return device(device.kind(), device.units(), device.matrixFlopsPerSecond(), memory, device.laws());
    }

    private static Accelerator device(
            Accelerator.Kind kind,
            ComputeUnits units,
            Map<Precision, Sourced<Double>> peaks,
            DeviceMemory memory,
            Map<String, Sourced<Double>> laws) {
        return new Accelerator(
                "example",
                "Example",
                "nobody",
                kind,
                sourced(LocalDate.EPOCH),
                ChipLayout.ONE,
                units,
                sourced(1e9),
                peaks,
                Map.of(),
                memory,
                null,
                new Power(sourced(30.0), sourced(300.0)),
                List.of(),
                null,
                laws);
    }

    private static DeviceMemory memory(double bandwidth) {
        return new DeviceMemory(sourced(1L << 34), sourced(bandwidth), sourced(6_000_000L));
    }

    private static void put(Map<String, Sourced<Double>> laws, String name, double value) {
        laws.put(name, sourced(value));
    }

    private static <V> Sourced<V> sourced(V value) {
        return new Sourced<>(value, Provenance.ASSUMED, "a test");
    }
}
