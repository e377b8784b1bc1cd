package org.corehours.core.run;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Power;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
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
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.core.timing.Devices;

/** A run of one layer on made-up devices. */
final class MadeUpPlan {

    private MadeUpPlan() {}

    /** Two cores to a chip, each a device of 10 TFLOP/s in bf16, 30 to 130 W, 2 dollars an hour. */
    static final Accelerator CORE = new Accelerator(
            "core",
            "Half a chip",
            "Nobody",
            Accelerator.Kind.TPU,
            of(LocalDate.of(2018, 1, 1)),
            new ChipLayout(2, 2),
            new ComputeUnits.SystolicArrays(of(1), of(1), of(128)),
            of(1e9),
            Map.of(Precision.BF16, of(10e12)),
            Map.of(),
            new DeviceMemory(of(16_000_000_000L), of(1e12), null),
            null,
            new Power(of(30.0), of(130.0)),
            List.of(new Price(2, "Nobody", "on demand", "2024", Provenance.ASSUMED, "test")),
            null,
            Map.of(
                    "product.rate_fraction", of(1.0),
                    "memory.stream_fraction", of(1.0),
                    "launch.device_seconds", of(1e-6)));

    /** A GPU of 2022 with round figures. */
    static final Accelerator GPU = new Accelerator(
            "card",
            "A card",
            "Nobody",
            Accelerator.Kind.GPU,
            of(LocalDate.of(2022, 1, 1)),
            ChipLayout.ONE,
            new ComputeUnits.Multiprocessors(of(100), of(400)),
            of(1e9),
            Map.of(Precision.FP32, of(10e12), Precision.BF16, of(100e12)),
            Map.of(),
            new DeviceMemory(of(16_000_000_000L), of(1e12), null),
            null,
            new Power(of(30.0), of(300.0)),
            List.of(),
            null,
            Devices.gpu(100e12, 1e12).laws());

    static final Machine HOST = new Machine(
            "host",
            "Four chips",
            "core",
            8,
            8,
            new TorusFabric(List.of(16, 16), new TorusFabric.Wraparound(16, false), of(50e9), of(0.9), of(1e-6), 2),
            new Host(of(40), of(0.5), of(1L << 38), of(2e9), of(12.5e9), of(0.8)),
            null,
            List.of());

    private static final StepMemory MEMORY = new StepMemory(400, 400, 800, 0, 0, 0, 0, KernelProgram.BACKWARD);

    private static <T> Sourced<T> of(T value) {
        return new Sourced<>(value, Provenance.ASSUMED, "test");
    }

    static Graph graph(long batch) {
        GraphBuilder b = new GraphBuilder("linear", batch);
        Tensor x = b.input("x", batch, 1000);
        return b.build(b.linear("fc", x, 1000));
    }

    private static Kernel product(long samples) {
        MatrixShape shape = new MatrixShape(MatrixShape.Role.FORWARD, 1, 1024 * samples, 1024, 1024, false, false);
        return new Kernel(
                "dot", KernelKind.MATRIX_PRODUCT, "", List.of(), List.of(), List.of(shape), DataType.BF16, 0, 0, 0, 1);
    }

    /** Forward as long as backward, and gradients to exchange. */
    static SoftwareStack stack(long gradientBytes) {
        return new SoftwareStack("xla", step -> program(step.graph().batch(), gradientBytes), FrameworkRuntime.xla());
    }

    private static KernelProgram program(long batch, long gradientBytes) {
        return new KernelProgram(
                List.of(
                        new Segment("forward", 1, List.of(product(batch)), 0),
                        new Segment(KernelProgram.BACKWARD, 1, List.of(product(batch)), gradientBytes)),
                MEMORY);
    }

    static RunPlan plan(int devices, long globalBatch, long gradientBytes, Schedule schedule) {
        Cluster cluster = Cluster.of(CORE, HOST, devices);
        long batch = RunPlan.microBatch(globalBatch, cluster, 1);
        return RunPlan.builder()
                .id("run")
                .model("linear", 1_001_000)
                .phase(
                        new StepProgram(graph(batch), Update.of(Optimizer.ADAMW)),
                        globalBatch,
                        1,
                        InputDemand.NONE,
                        schedule)
                .stack(stack(gradientBytes), Precision.BF16)
                .cluster(cluster)
                .placement(Placement.in(new Region("here", "Here", of(400.0), 2024, of(1.1))))
                .build();
    }
}
