package org.corehours.core.audit;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ChipLayout;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.DeviceMemory;
import org.corehours.core.hardware.Power;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.Region;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.Cost;
import org.corehours.core.run.Energy;
import org.corehours.core.run.PhaseEstimate;
import org.corehours.core.run.Placement;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.RunTime;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;

/**
 * A run whose hours and bytes are its {@code parameters}, the hours times the error of matrix products, so that an audit of it can be worked out
 * by hand: what a real estimator does is no concern of these tests.
 */
record MadeUpRun(String id, List<Assumption> assumptions, Function<Assignment, Long> hours) implements Scenario {

    /** 15 bytes, which a step moves three times for each of two micro-batches. */
    private static final Kernel KERNEL =
            new Kernel("fill", KernelKind.FILL, "", List.of(), List.of(), List.of(), DataType.FP32, 5, 10, 0, 1);

    static Assumption assumption(String id, Object... alternatives) {
        List<Alternative> list = new java.util.ArrayList<>();
        for (int i = 0; i < alternatives.length; i += 2) {
            list.add(new Alternative(
                    (String) alternatives[i],
                    "the " + alternatives[i],
                    (Double) alternatives[i + 1],
                    Provenance.ASSUMED,
                    "test"));
        }
        return new Assumption(id, "Which " + id + "?", "test", list);
    }

    static Claim claim(String id, String run, Quantity quantity, double low, double value, double high) {
        return new Claim(
                id,
                run,
                quantity,
                Comparison.ABSOLUTE,
                null,
                value,
                low,
                high,
                Provenance.REPORTED,
                "test",
                "\"" + value + "\"",
                "");
    }

    @Override
    public RunPlan plan(Assignment assignment) {
        Accelerator device = device(assignment.choices().getOrDefault("device", "gpu"));
        GraphBuilder graph = new GraphBuilder("model", 1);
        return RunPlan.builder()
                .id(id)
                .model("model", hours.apply(assignment))
                .phase(
                        new StepProgram(graph.build(), Update.of(Optimizer.ADAMW)),
                        2,
                        2,
                        InputDemand.NONE,
                        Schedule.ofSteps(3600))
                .stack(
                        new SoftwareStack(
                                "stack",
                                step -> new KernelProgram(
                                        List.of(new Segment("forward", 3, List.of(KERNEL), 0)),
                                        new StepMemory(0, 0, 0, 0, 0, 0, 0, KernelProgram.BACKWARD)),
                                device.kind() == Accelerator.Kind.TPU
                                        ? FrameworkRuntime.xla()
                                        : FrameworkRuntime.pytorch(false)),
                        Precision.FP16)
                .cluster(Cluster.single(device))
                .placement(Placement.in(new Region("here", "Here", of(100.0), 2024, of(1.1))))
                .build();
    }

    static CompiledRun compile(RunPlan plan) {
        return compile(plan, Variation::matrix);
    }

    /** The run whose hours have another error. */
    static CompiledRun compile(RunPlan plan, ToDoubleFunction<Variation> error) {
        return new CompiledRun() {
            @Override
            public RunPlan plan() {
                return plan;
            }

            @Override
            public CompiledRun with(Schedule schedule) {
                return compile(plan.toBuilder().schedule(schedule).build(), error);
            }

            @Override
            public RunEstimate estimate(Variation variation) {
                double hours = plan.parameters() * error.applyAsDouble(variation);
                Timeline timeline = new Timeline(
                        hours,
                        Bottleneck.COMPUTE,
                        hours,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Map.of(),
                        Map.of(),
                        List.of(),
                        Timeline.LeftOut.NONE);
                MemoryUse memory = new MemoryUse(
                        Map.of(
                                MemoryUse.Part.PARAMETERS,
                                plan.parameters(),
                                MemoryUse.Part.CONTEXT,
                                plan.parameters() / 2),
                        1000,
                        List.of());
                return new RunEstimate(
                        plan,
                        List.of(new PhaseEstimate(plan.main(), 3600, timeline, memory, 1e12, 10 / hours, 10 / hours)),
                        new RunTime(hours, 0, 0, 0, 0, 0),
                        new Energy(1, 1, 1, hours, hours),
                        new Cost(0, null));
            }
        };
    }

    /** A device; of those named after TPUs two cores are one. */
    static Accelerator device(String id) {
        boolean tpu = id.startsWith("tpu");
        return new Accelerator(
                id,
                "A device",
                "Nobody",
                tpu ? Accelerator.Kind.TPU : Accelerator.Kind.GPU,
                of(LocalDate.of(2017, 5, 10)),
                tpu ? new ChipLayout(2, 1) : ChipLayout.ONE,
                tpu
                        ? new ComputeUnits.SystolicArrays(of(2), of(2), of(128))
                        : new ComputeUnits.Multiprocessors(of(80), of(640)),
                of(1.53e9),
                Map.of(Precision.FP16, of(125e12)),
                Map.of(),
                new DeviceMemory(of(1000L), of(900e9), null),
                null,
                new Power(of(45.0), of(300.0)),
                List.of(),
                null,
                Map.of());
    }

    private static <T> Sourced<T> of(T value) {
        return new Sourced<>(value, Provenance.ASSUMED, "test");
    }
}
