package org.corehours.core.simulate;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.AllReduceCurve;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Fabric;
import org.corehours.core.hardware.GroupLinks;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.hardware.Power;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.TorusFabric;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.timing.KernelTime;

/** Small made-up steps and machines. Kernels carry their time in their byte count, in microseconds. */
final class Steps {

    static final StepMemory NO_MEMORY = new StepMemory(0, 0, 0, 0, 0, 0, 0, KernelProgram.BACKWARD);
    static final Function<Kernel, KernelTime> TIMER = kernel -> {
        double seconds = kernel.readBytes() * 1e-6;
        double launch = kernel.writtenBytes() * 1e-6;
        return kernel.products().isEmpty()
                ? new KernelTime(0, seconds, launch, seconds + launch)
                : new KernelTime(seconds, 0, launch, seconds + launch);
    };

    private Steps() {}

    static <T> Sourced<T> of(T value) {
        return new Sourced<>(value, Provenance.ASSUMED, "test");
    }

    /** A kernel held up by memory for some microseconds. */
    static Kernel memory(long microseconds) {
        return kernel(KernelKind.ELEMENTWISE, microseconds, 0, List.of());
    }

    /** A product of some microseconds. */
    static Kernel product(long microseconds) {
        MatrixShape shape = new MatrixShape(MatrixShape.Role.FORWARD, 1, 1, 1, 1, false, false);
        return kernel(KernelKind.MATRIX_PRODUCT, microseconds, 0, List.of(shape));
    }

    /** A kernel with a fixed cost besides. */
    static Kernel launched(long microseconds, long launchMicroseconds) {
        return kernel(KernelKind.ELEMENTWISE, microseconds, launchMicroseconds, List.of());
    }

    private static Kernel kernel(KernelKind kind, long microseconds, long launch, List<MatrixShape> products) {
        return new Kernel(
                kind.name(), kind, "", List.of(), List.of(), products, DataType.FP32, microseconds, launch, 0, 1);
    }

    static Segment segment(String phase, int times, long gradientBytes, Kernel... kernels) {
        return new Segment(phase, times, List.of(kernels), gradientBytes);
    }

    static KernelProgram program(Segment... segments) {
        return new KernelProgram(List.of(segments), NO_MEMORY);
    }

    static FrameworkRuntime runtime(boolean issues, boolean synchronizes, GradientExchange exchange) {
        return new FrameworkRuntime(
                "test", issues, synchronizes, true, exchange, of(0L), of(0L), of(0L), false, of(0.0), of(0.0));
    }

    static GradientExchange buckets(long first, long others) {
        return new GradientExchange.Bucketed(of(first), of(others), true);
    }

    static Accelerator gpu() {
        return accelerator(Accelerator.Kind.GPU, ChipLayout.ONE);
    }

    static Accelerator accelerator(Accelerator.Kind kind, ChipLayout chip) {
        return new Accelerator(
                "device",
                "A device",
                "Nobody",
                kind,
                of(LocalDate.of(2020, 1, 1)),
                chip,
                kind == Accelerator.Kind.GPU
                        ? new ComputeUnits.Multiprocessors(of(80), of(640))
                        : new ComputeUnits.SystolicArrays(of(chip.coresPerDevice()), of(1), of(128)),
                of(1e9),
                Map.of(Precision.FP32, of(10e12), Precision.BF16, of(100e12)),
                Map.of(),
                new DeviceMemory(of(16_000_000_000L), of(900e9), null),
                of(10e9),
                new Power(of(50.0), of(300.0)),
                List.of(),
                null,
                Map.of());
    }

    static Host host(int cores, double speed, double network, double efficiency) {
        return new Host(of(cores), of(speed), of(512_000_000_000L), of(2e9), of(network), of(efficiency));
    }

    static Machine machine(int devices, Fabric fabric, Host host) {
        return new Machine("machine", "A machine", "device", devices, devices, fabric, host, null, List.of());
    }

    /** Machines whose all-reduce takes the given latency and bus bandwidth at every number of participants. */
    static Cluster cluster(int machines, int perMachine, double latency, double busBandwidth, double network) {
        NavigableMap<Integer, GroupLinks> curves = new TreeMap<>();
        curves.put(perMachine, AllReduceCurve.of(perMachine, latency, busBandwidth, Provenance.ASSUMED, "test"));
        NodeFabric fabric = new NodeFabric(NodeFabric.Kind.NVSWITCH, perMachine, curves);
        return new Cluster(
                gpu(), machine(perMachine, fabric, host(5 * perMachine, 0.5, network, 0.8)), machines, perMachine);
    }

    /** A slice of a torus of chips that are one device each. */
    static Cluster torus(int devices, int ringLength, Integer... extents) {
        TorusFabric fabric = new TorusFabric(
                List.of(extents), new TorusFabric.Wraparound(ringLength, false), of(50e9), of(0.9), of(1e-6), 1);
        Machine machine = machine(4, fabric, host(48, 0.5, 12.5e9, 0.8));
        return Cluster.of(accelerator(Accelerator.Kind.TPU, ChipLayout.ONE), machine, devices);
    }

    static StepSimulator simulator(
            KernelProgram program, double issueSeconds, FrameworkRuntime runtime, Cluster cluster, int accumulation) {
        ExchangePlan plan = DataParallel.INSTANCE.exchange(runtime.exchange(), false);
        return simulator(program, issueSeconds, runtime, cluster, plan, accumulation);
    }

    static StepSimulator simulator(
            KernelProgram program,
            double issueSeconds,
            FrameworkRuntime runtime,
            Cluster cluster,
            ExchangePlan plan,
            int accumulation) {
        return new StepSimulator(
                program,
                TIMER,
                kernel -> issueSeconds,
                runtime,
                new Collectives(cluster),
                plan,
                List.of(),
                1,
                InputPipeline.of(InputDemand.NONE, cluster),
                accumulation,
                1,
                0);
    }
}
