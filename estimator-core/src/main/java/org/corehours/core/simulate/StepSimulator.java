package org.corehours.core.simulate;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.step.DeviceReduction;
import org.corehours.core.timing.KernelTime;

/**
 * Simulates one optimizer step by discrete events. A step is a graph of {@linkplain Task tasks} on {@linkplain Stream
 * streams}: the host that issues kernels, the device that computes, the collectives, copies to the device, and the input
 * that has to be there when the next step starts. The graph is made once, kernels are timed once; a simulation then costs
 * a few operations per task. Segments that repeat are one task, unless their runs wait for something. Micro-batches that
 * repeat the one before them to the last task are not simulated, see {@link SteadyState}.
 *
 * <p>At the start of a step host and device are idle: training loops read the loss after every step. The host runs
 * ahead of the device by at most {@value #QUEUE_DEPTH} launches, which is what CUDA queues. Where the host reads results
 * back, both wait for each other: issue and execution add up. One collective runs at a time, in the order they are
 * issued; kernels wait for the collectives in the middle of a step.
 */
public final class StepSimulator {

    /** Launches that a CUDA stream queues before the next one blocks the host. */
    static final int QUEUE_DEPTH = 1024;

    /**
     * From the launch of a kernel on an idle device to the host's next operator, if the host reads the kernel's result:
     * start of the kernel, copy of the value, return.
     */
    static final Sourced<Double> HOST_READ_SECONDS =
            new Sourced<>(20e-6, Provenance.ASSUMED, "5 us to start, 10 us for a copy of four bytes, 5 us to return");

    private final InputPipeline input;
    private final double samples;
    private final List<StreamSegment> segments;
    private final SteadyState steady;
    private final int accumulationSteps;
    private final IntFunction<StepTasks> graph;

    /** By how many micro-batches they simulate, the tasks of the step. */
    private final Map<Integer, StepTasks> tasks = new ConcurrentHashMap<>();

    private final List<KernelKind> kinds;
    private final List<String> phases;

    /** Matrix, memory and launch seconds of all kernels of each kind, and of each phase. */
    private final double[][] byKind;

    private final double[][] byPhase;

    /** Matrix, memory and launch seconds of all kernels. */
    private final double[] parts = new double[3];

    /**
     * @param program the kernels of one micro-batch and the update
     * @param timer the time of each kernel on the device
     * @param issueSeconds the time the host takes to issue each kernel, for runtimes that issue kernels
     * @param runtime how the framework runs them
     * @param collectives how long collectives take
     * @param plan what is exchanged
     * @param reductions what devices combine besides gradients
     * @param updateShare the share of the update that this device does
     * @param input what feeds the device
     * @param accumulationSteps micro-batches of a step
     * @param samples samples of a step on one device, all its micro-batches together
     * @param inputCopySeconds the time to copy them to the device
     */
    public StepSimulator(
            KernelProgram program,
            Function<Kernel, KernelTime> timer,
            ToDoubleFunction<Kernel> issueSeconds,
            FrameworkRuntime runtime,
            Collectives collectives,
            ExchangePlan plan,
            List<DeviceReduction> reductions,
            double updateShare,
            InputPipeline input,
            int accumulationSteps,
            double samples,
            double inputCopySeconds) {
        this(
                new TimedProgram(program, timer, runtime.issuesKernels() ? issueSeconds : kernel -> 0),
                runtime,
                collectives,
                plan,
                reductions,
                updateShare,
                input,
                accumulationSteps,
                samples,
                inputCopySeconds);
    }

    /**
     * @param kernels the kernels of one micro-batch and the update with their times, issued as the runtime issues them
     * @param runtime how the framework runs them
     * @param collectives how long collectives take
     * @param plan what is exchanged
     * @param reductions what devices combine besides gradients
     * @param updateShare the share of the update that this device does
     * @param input what feeds the device
     * @param accumulationSteps micro-batches of a step
     * @param samples samples of a step on one device, all its micro-batches together
     * @param inputCopySeconds the time to copy them to the device
     */
    public StepSimulator(
            TimedProgram kernels,
            FrameworkRuntime runtime,
            Collectives collectives,
            ExchangePlan plan,
            List<DeviceReduction> reductions,
            double updateShare,
            InputPipeline input,
            int accumulationSteps,
            double samples,
            double inputCopySeconds) {
        this.input = input;
        this.samples = samples;
        KernelProgram program = kernels.program();
        segments = kernels.segments(updateShare);
        steady = new SteadyState(segments, runtime.issuesKernels());
        this.accumulationSteps = accumulationSteps;
        Reductions combined = Reductions.of(program, reductions, collectives);
        graph = shown ->
                TaskGraph.of(program, runtime, collectives, plan, combined, accumulationSteps, shown, inputCopySeconds);
        Map<KernelKind, double[]> ofKind = new EnumMap<>(KernelKind.class);
        Map<String, double[]> ofPhase = new LinkedHashMap<>();
        for (StreamSegment segment : segments) {
            int times = segment.segment.times() * (segment.updates ? 1 : accumulationSteps);
            segment.byKind.forEach((kind, each) -> add(ofKind, kind, each, times));
            add(ofPhase, segment.segment.phase(), segment.parts(), times);
            add(parts, segment.parts(), times);
        }
        kinds = List.copyOf(ofKind.keySet());
        phases = List.copyOf(ofPhase.keySet());
        byKind = ofKind.values().toArray(double[][]::new);
        byPhase = ofPhase.values().toArray(double[][]::new);
    }

    private static <K> void add(Map<K, double[]> sums, K key, double[] parts, int times) {
        add(sums.computeIfAbsent(key, absent -> new double[parts.length]), parts, times);
    }

    private static void add(double[] sum, double[] parts, int times) {
        for (int i = 0; i < parts.length; i++) {
            sum[i] += times * parts[i];
        }
    }

    /**
     * Simulates one step.
     *
     * @param factors factors on its times
     * @return its timeline
     */
    public Timeline simulate(StepFactors factors) {
        double loadSeconds = input.seconds(samples, factors.inputCost(), factors.inputCores());
        StepTasks step = tasks(Math.min(accumulationSteps, steady.microBatches()));
        Simulation simulation = simulation(step, factors, loadSeconds);
        while (!simulation.complete()) {
            simulation.close();
            step = tasks(Math.min(accumulationSteps, 2 * step.starts().size()));
            simulation = simulation(step, factors, loadSeconds);
        }
        return timeline(step, simulation, factors, loadSeconds);
    }

    private Timeline timeline(StepTasks step, Simulation simulation, StepFactors factors, double loadSeconds) {
        double matrix = factors.matrix() * parts[0];
        double memory = factors.memory() * parts[1];
        double launch = factors.host() * parts[2];
        Timeline timeline = new Timeline(
                simulation.endSeconds(),
                bottleneck(matrix, memory, launch, simulation),
                matrix,
                memory,
                launch,
                simulation.idle(IdleCause.COPY),
                simulation.idle(IdleCause.HOST) + simulation.idle(IdleCause.BARRIER),
                simulation.idle(IdleCause.BARRIER),
                simulation.idle(IdleCause.COMMUNICATION),
                simulation.idle(IdleCause.INPUT),
                simulation.hostSeconds(),
                simulation.communicationSeconds(),
                loadSeconds,
                seconds(kinds, byKind, factors),
                seconds(phases, byPhase, factors),
                new LazyTasks(
                        step.count, () -> simulation(step, factors, loadSeconds).times()),
                leftOut(step, simulation));
        simulation.close();
        return timeline;
    }

    private static Timeline.LeftOut leftOut(StepTasks step, Simulation simulation) {
        return step.leftOut() == 0
                ? Timeline.LeftOut.NONE
                : new Timeline.LeftOut(
                        step.leftOut(), step.starts().get(0), step.lastStart(), simulation.leftOutSeconds());
    }

    private StepTasks tasks(int shown) {
        return tasks.computeIfAbsent(shown, graph::apply);
    }

    private Simulation simulation(StepTasks step, StepFactors factors, double loadSeconds) {
        return new Simulation(step, steady, segments, factors, loadSeconds, HOST_READ_SECONDS.value());
    }

    /** Simulates every micro-batch of the step, whether they repeat or not. */
    Timeline simulateAll(StepFactors factors) {
        double loadSeconds = input.seconds(samples, factors.inputCost(), factors.inputCores());
        StepTasks step = tasks(accumulationSteps);
        return timeline(step, simulation(step, factors, loadSeconds), factors, loadSeconds);
    }

    private static <K> Map<K, Double> seconds(List<K> keys, double[][] sums, StepFactors factors) {
        double[] seconds = new double[sums.length];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = StreamSegment.seconds(sums[i], factors);
        }
        return new SecondsByKey<>(keys, seconds);
    }

    private static Bottleneck bottleneck(double matrix, double memory, double launch, Simulation simulation) {
        if (simulation.idle(IdleCause.INPUT) > 0) {
            return Bottleneck.INPUT;
        }
        double launching = launch + simulation.idle(IdleCause.HOST) + simulation.idle(IdleCause.BARRIER);
        Bottleneck largest = Bottleneck.COMPUTE;
        double most = matrix;
        if (memory > most) {
            largest = Bottleneck.MEMORY;
            most = memory;
        }
        if (launching > most) {
            largest = Bottleneck.LAUNCH;
            most = launching;
        }
        return simulation.idle(IdleCause.COMMUNICATION) > most ? Bottleneck.COMMUNICATION : largest;
    }
}
