package org.corehours.core.calibration;

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

/** Made-up GPUs with 64 fp32 lanes per multiprocessor at 1.4 GHz, unless the peak says otherwise. */
final class Gpus {

    private Gpus() {}

    static Accelerator gpu(String id, int year, double fp32Teraflops, int multiprocessors, double watts) {
        Map<Precision, Sourced<Double>> peaks = new EnumMap<>(Precision.class);
        peaks.put(Precision.FP32, sourced(fp32Teraflops * 1e12));
        peaks.put(Precision.FP16, sourced(8e12 * fp32Teraflops));
        Map<String, Sourced<Double>> laws = new HashMap<>();
        put(laws, "memory.stream_fraction", 0.9);
        put(laws, "memory.strided_fraction", 0.8);
        put(laws, "memory.on_chip_bytes_per_second", 2e12);
        put(laws, "normalization.cached_bytes", 4e6);
        put(laws, "softmax.cached_bytes", 4e6);
        put(laws, "softmax.multiprocessor_bytes_per_second", 3e10);
        put(laws, "launch.device_seconds", 2e-6);
        put(laws, "launch.host_seconds", 6e-6);
        put(laws, "attention.rate_fraction", 0.5);
        put(laws, "convolution.grouped_fraction", 0.1);
        for (String family : List.of("product.fp32.", "product.half.")) {
            put(laws, family + "rate_fraction", 0.9);
            put(laws, family + "feed_bytes_per_second", 2e10);
            put(laws, family + "fill_steps", 20);
            put(laws, family + "tail_rigidity", 0.8);
            put(laws, family + "hiding_elements", 3000);
            put(laws, family + "unaligned_factor", 1.5);
            put(laws, family + "long_row_pages", 2);
            put(laws, family + "long_row_factor", 0.2);
            put(laws, family + "long_row_reach_bytes", 2e8);
            put(laws, family + "fewest_tile_rows", 64);
            put(laws, family + "most_tile_rows", 128);
            put(laws, family + "fewest_tile_columns", 64);
            put(laws, family + "most_tile_columns", 128);
            put(laws, family + "most_split", 1);
        }
        return new Accelerator(
                id,
                id,
                "nobody",
                Accelerator.Kind.GPU,
                sourced(LocalDate.of(year, 6, 1)),
                ChipLayout.ONE,
                new ComputeUnits.Multiprocessors(sourced(multiprocessors), sourced(4 * multiprocessors)),
                sourced(1.4e9),
                peaks,
                Map.of(),
                new DeviceMemory(sourced(1L << 34), sourced(9e11), sourced(6_000_000L)),
                null,
                new Power(sourced(30.0), sourced(watts)),
                List.of(),
                null,
                laws);
    }

    private static void put(Map<String, Sourced<Double>> laws, String name, double value) {
        laws.put(name, new Sourced<>(value, Provenance.FITTED, "a test"));
    }

    private static <V> Sourced<V> sourced(V value) {
        return new Sourced<>(value, Provenance.DATASHEET, "a test");
    }
}
