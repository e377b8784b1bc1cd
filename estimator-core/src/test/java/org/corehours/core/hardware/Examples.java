package org.corehours.core.hardware;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/** Small made-up hardware for tests of the records. */
final class Examples {

    private Examples() {}

    static <T> Sourced<T> of(T value) {
        return new Sourced<>(value, Provenance.ASSUMED, "test");
    }

    static Accelerator gpu(String id) {
        return new Accelerator(
                id,
                "A GPU",
                "Nobody",
                Accelerator.Kind.GPU,
                of(LocalDate.of(2017, 5, 10)),
                ChipLayout.ONE,
                new ComputeUnits.Multiprocessors(of(80), of(640)),
                of(1.53e9),
                Map.of(Precision.FP16, of(125e12), Precision.FP32, of(15.7e12)),
                Map.of(Precision.FP32, of(15.7e12)),
                new DeviceMemory(of(16L << 30), of(900e9), of(6L << 20)),
                null,
                new Power(of(45.0), of(300.0)),
                List.of(),
                null,
                Map.of("gemm_efficiency", of(0.8)));
    }

    static Accelerator tpu(String id, ChipLayout chip) {
        return new Accelerator(
                id,
                "A TPU",
                "Nobody",
                Accelerator.Kind.TPU,
                of(LocalDate.of(2018, 5, 8)),
                chip,
                new ComputeUnits.SystolicArrays(of(chip.coresPerDevice()), of(2), of(128)),
                of(0.94e9),
                Map.of(Precision.BF16, of(61.5e12)),
                Map.of(),
                new DeviceMemory(of(16L << 30), of(450e9), null),
                null,
                new Power(of(60.0), of(130.0)),
                List.of(),
                null,
                Map.of());
    }

    static Host host() {
        return new Host(of(40), of(0.35), of(512_000_000_000L), of(2e9), of(12.5e9), of(0.8));
    }

    static NodeFabric node(NodeFabric.Kind kind, int devices, AllReduceCurve... curves) {
        NavigableMap<Integer, GroupLinks> byParticipants = new TreeMap<>();
        for (AllReduceCurve curve : curves) {
            byParticipants.put(curve.participants(), curve);
        }
        return new NodeFabric(kind, devices, byParticipants);
    }

    static TorusFabric torus(int devicesPerChip, boolean multiplesToo, int axis, Integer... extents) {
        return new TorusFabric(
                List.of(extents),
                new TorusFabric.Wraparound(axis, multiplesToo),
                of(50e9),
                of(0.9),
                of(1e-6),
                devicesPerChip);
    }

    static Machine machine(String id, String accelerator, int devices, Fabric fabric) {
        return new Machine(id, "A machine", accelerator, devices, devices, fabric, host(), null, List.of());
    }
}
