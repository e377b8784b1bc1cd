package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.step.DeviceReduction;
import org.corehours.core.timing.KernelTime;

/**
 * Walks one optimizer step over its streams: the host that issues kernels, the device that computes, the collectives,
 * and the input that has to be there when the next step starts. Kernels are timed once; a walk then costs a few
 * operations per segment, however often a segment repeats, or per run of it where it exchanges something.
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

    private final FrameworkRuntime runtime;
    private final ExchangePlan plan;
    private final InputPipeline input;
    private final double samples;
    private final double inputCopySeconds;
    private final List<StreamSegment> segments;
    private final List<Step> walk;
    /** For each step of the walk, the next one that waits for parameters; the walk's length if there is none. */
    private final int[] nextGathering;

    private final long[] bucketBytes;
    private final double[] bucketSeconds;
    private final Gathers gathers;
    private final List<MidStep> forwardReductions;
    private final List<MidStep> backwardReductions;
    /** Seconds to exchange what one run of each segment completes, where that is exchanged by itself. */
    private final double[] blockSeconds;

    private final Map<KernelKind, double[]> byKind = new EnumMap<>(KernelKind.class);
    private final Map<String, double[]> byPhase = new LinkedHashMap<>();

    /** One segment on the compute stream. */
    private record Step(int segment, int microBatch, boolean filling, boolean firstOfMicroBatch) {}

    /** A collective in the middle of a step, which kernels wait for. */
    private record MidStep(Collective collective, long bytes, double seconds) {}

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
        this.runtime = runtime;
        this.plan = plan;
        this.input = input;
        this.samples = samples;
        this.inputCopySeconds = inputCopySeconds;
        KernelProgram program = kernels.program();
        segments = kernels.segments(updateShare);
        walk = walk(program.segments(), accumulationSteps, plan.everyMicroBatch());
        for (Step step : walk) {
            StreamSegment segment = segments.get(step.segment());
            segment.byKind.forEach((kind, parts) -> add(byKind, kind, parts, segment.segment.times()));
            add(byPhase, segment.segment.phase(), segment.parts(), segment.segment.times());
        }
        bucketBytes = plan.bucketBytes() == ExchangePlan.BY_BLOCK ? new long[0] : buckets(program.segments());
        bucketSeconds = Arrays.stream(bucketBytes)
                .mapToDouble(bytes -> collectives.seconds(plan.gradients(), bytes * plan.gradientWidth()))
                .toArray();
        blockSeconds = program.segments().stream()
                .mapToDouble(segment -> segment.gradientBytes() == 0
                        ? 0
                        : collectives.seconds(plan.gradients(), segment.gradientBytes() * plan.gradientWidth()))
                .toArray();
        gathers = Gathers.of(program, plan, collectives);
        forwardReductions = midStep(reductions, DeviceReduction.When.FORWARD, collectives);
        backwardReductions = midStep(reductions, DeviceReduction.When.BACKWARD, collectives);
        nextGathering = new int[walk.size()];
        int next = walk.size();
        for (int i = walk.size() - 1; i >= 0; i--) {
            nextGathering[i] = next;
            if (gathers.bytes(walk.get(i).segment()) > 0) {
                next = i;
            }
        }
    }

    private static List<MidStep> midStep(
            List<DeviceReduction> reductions, DeviceReduction.When when, Collectives collectives) {
        return collectives.devices() == 1
                ? List.of()
                : reductions.stream()
                        .filter(reduction -> reduction.when() == when)
                        .map(reduction -> midStep(reduction, collectives))
                        .toList();
    }

    private static MidStep midStep(DeviceReduction reduction, Collectives collectives) {
        boolean gathers = reduction.operation() == DeviceReduction.Operation.GATHER;
        Collective collective = gathers ? Collective.ALL_GATHER : Collective.ALL_REDUCE;
        long buffer = gathers ? Math.multiplyExact(reduction.bytes(), (long) collectives.devices()) : reduction.bytes();
        return new MidStep(
                collective,
                Math.multiplyExact(buffer, reduction.times()),
                reduction.times() * collectives.seconds(collective, buffer));
    }

    private static <K> void add(Map<K, double[]> sums, K key, double[] parts, int times) {
        double[] sum = sums.computeIfAbsent(key, absent -> new double[parts.length]);
        for (int i = 0; i < parts.length; i++) {
            sum[i] += times * parts[i];
        }
    }

    private static List<Step> walk(List<Segment> segments, int accumulationSteps, boolean exchangesAlways) {
        List<Step> walk = new ArrayList<>();
        for (int microBatch = 0; microBatch < accumulationSteps; microBatch++) {
            boolean last = microBatch == accumulationSteps - 1;
            for (int i = 0; i < segments.size(); i++) {
                boolean update = TimedProgram.updates(segments.get(i));
                if (last || !update) {
                    boolean filling = !update && segments.get(i).gradientBytes() > 0;
                    walk.add(new Step(i, microBatch, filling && (last || exchangesAlways), i == 0));
                }
            }
        }
        return walk;
    }

    /** The sizes of the buckets that a step's gradients fill, in order. */
    private long[] buckets(List<Segment> segments) {
        long left = 0;
        for (Segment segment : segments) {
            left = Math.addExact(left, Math.multiplyExact(segment.gradientBytes(), (long) segment.times()));
        }
        List<Long> buckets = new ArrayList<>();
        while (left > 0) {
            long bytes = Math.min(left, capacity(buckets.size()));
            buckets.add(bytes);
            left -= bytes;
        }
        return buckets.stream().mapToLong(Long::longValue).toArray();
    }

    private long capacity(int bucket) {
        return bucket == 0 ? plan.firstBucketBytes() : plan.bucketBytes();
    }

    /**
     * Simulates one step.
     *
     * @param factors factors on its times
     * @return its timeline
     */
    public Timeline simulate(StepFactors factors) {
        Walk state = new Walk(factors);
        for (int i = 0; i < walk.size(); i++) {
            state.run(i);
        }
        return state.timeline();
    }

    /** The streams' clocks while a step is walked. */
    private final class Walk {
        private static final int NONE = -1;

        private final StepFactors factors;
        private final List<Timeline.Span> spans = new ArrayList<>(walk.size());
        private final List<Timeline.Exchange> exchanges = new ArrayList<>(bucketBytes.length);
        private final LaunchQueue queue = new LaunchQueue(QUEUE_DEPTH, walk.size());
        private double device = runtime.copiesInputOnStream() ? inputCopySeconds : 0;
        private double host;
        private double link;
        private double matrix;
        private double memory;
        private double launch;
        private double hostWork;
        private double hostStall;
        private double barrier;
        private double communication;
        private double exposed;
        private long filled;
        private int bucket;
        private int gathered = NONE;
        private int awaited = NONE;
        private boolean updating;
        private String phase = "";

        Walk(StepFactors factors) {
            this.factors = factors;
        }

        void run(int index) {
            Step step = walk.get(index);
            StreamSegment segment = segments.get(step.segment());
            int times = segment.segment.times();
            double busy = segment.deviceSeconds(factors);
            double issue = factors.host() * segment.hostSeconds;
            double lag = segment.lagSeconds(factors);
            double stallBefore = hostStall;
            boolean released = false;
            reduceBefore(segment.segment.phase());
            if (segment.updates && !updating) {
                updating = true;
                awaitGradients();
                released = runtime.synchronizesBeforeUpdate();
            }
            if (step.firstOfMicroBatch()) {
                filled = 0;
                bucket = 0;
                if (gathers.rootBytes() > 0) {
                    await(exchange(Collective.ALL_GATHER, gathers.rootBytes(), gathers.rootSeconds(), device));
                }
            }
            if (gathers.bytes(step.segment()) > 0) {
                for (int i = 1; i <= times; i++) {
                    awaitParameters(step, i == times ? nextGathering[index] : index);
                    compute(step, segment, 1, busy, issue, lag);
                }
            } else {
                compute(step, segment, times, busy, issue, lag);
            }
            if (released) {
                barrier = hostStall - stallBefore;
            }
            matrix += times * factors.matrix() * segment.matrixSeconds;
            memory += times * factors.memory() * segment.memorySeconds;
            launch += times * factors.host() * segment.launchSeconds;
        }

        /** Combines what the devices made in the phase that ends, if another one starts. */
        private void reduceBefore(String next) {
            if (forwardReductions.isEmpty() && backwardReductions.isEmpty()) {
                return;
            }
            boolean backward = phase.equals(KernelProgram.BACKWARD);
            boolean turns = next.equals(KernelProgram.BACKWARD) && !backward;
            List<MidStep> due = turns ? forwardReductions : List.of();
            if (backward && !next.equals(KernelProgram.BACKWARD)) {
                due = backwardReductions;
            }
            for (MidStep each : due) {
                await(exchange(each.collective(), each.bytes(), each.seconds(), device));
            }
            phase = next;
        }

        private void compute(Step step, StreamSegment segment, int times, double busy, double issue, double lag) {
            if (issue > 0) {
                host = Math.max(host, queue.roomAt());
            }
            if (step.filling()) {
                fill(step.segment(), times, busy, issue, lag);
            }
            int reads = segment.segment.hostReads();
            double end = reads == 0
                    ? end(times, busy, issue, lag)
                    : Math.max(device, host)
                            + times * (busy + issue + factors.host() * reads * HOST_READ_SECONDS.value());
            hostStall += end - (device + times * busy);
            spans.add(new Timeline.Span(
                    step.segment(), step.microBatch(), segment.segment.phase(), times, awaited, device, end));
            awaited = NONE;
            queue.add(times * segment.segment.kernels().size(), device, end);
            device = end;
            host = reads == 0 ? host + times * issue : end;
            hostWork += times * issue;
        }

        /** Waits for the parameters of a block, and lets those of the next one come while it runs. */
        private void awaitParameters(Step step, int next) {
            int segment = step.segment();
            await(gathered == NONE ? gather(segment) : gathered);
            gathered = next < walk.size() ? gather(walk.get(next).segment()) : NONE;
        }

        private int gather(int segment) {
            return exchange(Collective.ALL_GATHER, gathers.bytes(segment), gathers.seconds(segment), device);
        }

        private void await(int exchange) {
            double end = exchanges.get(exchange).endSeconds();
            if (end > device) {
                exposed += end - device;
                device = end;
                awaited = exchange;
            }
        }

        /** When the device ends a number of repetitions of a segment that starts now. */
        private double end(int times, double busy, double issue, double lag) {
            return Math.max(device + times * busy, host + (times - 1) * Math.max(busy, issue) + lag);
        }

        /** Exchanges what the runs of a segment complete, by itself or as buckets become full. */
        private void fill(int segment, int times, double busy, double issue, double lag) {
            long bytes = segments.get(segment).segment.gradientBytes();
            for (int i = 1; i <= times; i++) {
                if (plan.bucketBytes() == ExchangePlan.BY_BLOCK) {
                    exchange(plan.gradients(), bytes, blockSeconds[segment], end(i, busy, issue, lag));
                    continue;
                }
                filled += bytes;
                double ready = Double.NaN;
                while (bucket < bucketBytes.length && filled >= bucketBytes[bucket]) {
                    if (Double.isNaN(ready)) {
                        ready = end(i, busy, issue, lag);
                    }
                    filled -= bucketBytes[bucket];
                    exchange(plan.gradients(), bucketBytes[bucket], bucketSeconds[bucket], ready);
                    bucket++;
                }
            }
        }

        private int exchange(Collective collective, long bytes, double seconds, double ready) {
            double start = Math.max(ready, link);
            double duration = factors.communication() * seconds;
            link = start + duration;
            communication += duration;
            exchanges.add(new Timeline.Exchange(collective, bytes, ready, start, link));
            return exchanges.size() - 1;
        }

        private void awaitGradients() {
            if (!exchanges.isEmpty()) {
                await(exchanges.size() - 1);
            }
            if (runtime.synchronizesBeforeUpdate()) {
                host = Math.max(host, device);
            }
        }

        Timeline timeline() {
            reduceBefore("");
            if (!updating) {
                awaitGradients();
            } else if (plan.gather() == ExchangePlan.Gather.AFTER_UPDATE) {
                await(exchange(Collective.ALL_GATHER, gathers.allBytes(), gathers.allSeconds(), device));
            }
            double inputSeconds = input.seconds(samples, factors.inputCost(), factors.inputCores());
            double fed = runtime.copiesInputOnStream() ? inputSeconds : Math.max(inputSeconds, inputCopySeconds);
            double inputStall = Math.max(0, fed - device);
            return new Timeline(
                    device + inputStall,
                    bottleneck(inputStall),
                    matrix,
                    memory,
                    launch,
                    runtime.copiesInputOnStream() ? inputCopySeconds : 0,
                    hostStall,
                    barrier,
                    exposed,
                    inputStall,
                    hostWork,
                    communication,
                    inputSeconds,
                    seconds(byKind),
                    seconds(byPhase),
                    spans,
                    communication == 0 ? List.of() : exchanges);
        }

        private <K> Map<K, Double> seconds(Map<K, double[]> sums) {
            Map<K, Double> seconds = new LinkedHashMap<>();
            sums.forEach((key, parts) -> seconds.put(key, StreamSegment.seconds(parts, factors)));
            return seconds;
        }

        private Bottleneck bottleneck(double inputStall) {
            if (inputStall > 0) {
                return Bottleneck.INPUT;
            }
            Bottleneck largest = Bottleneck.COMPUTE;
            double most = matrix;
            if (memory > most) {
                largest = Bottleneck.MEMORY;
                most = memory;
            }
            if (launch + hostStall > most) {
                largest = Bottleneck.LAUNCH;
                most = launch + hostStall;
            }
            return exposed > most ? Bottleneck.COMMUNICATION : largest;
        }
    }
}
