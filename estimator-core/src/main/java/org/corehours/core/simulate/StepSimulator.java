package org.corehours.core.simulate;

import java.util.ArrayList;
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
import org.corehours.core.timing.KernelTime;

/**
 * Walks one optimizer step over its streams: the host that issues kernels, the device that computes, the exchange of
 * gradients, and the input that has to be there when the next step starts. Kernels are timed once; a walk then costs a
 * few operations per segment, however often a segment repeats.
 *
 * <p>At the start of a step host and device are idle: training loops read the loss after every step. With gradient
 * accumulation, the exchange happens with the last micro-batch.
 */
public final class StepSimulator {

    private final FrameworkRuntime runtime;
    private final InputPipeline input;
    private final double samples;
    private final double inputCopySeconds;
    private final List<StreamSegment> segments;
    private final List<Step> walk;
    private final long[] bucketBytes;
    private final double[] bucketSeconds;
    private final Map<KernelKind, double[]> byKind = new EnumMap<>(KernelKind.class);
    private final Map<String, double[]> byPhase = new LinkedHashMap<>();

    /** One segment on the compute stream. */
    private record Step(int segment, int microBatch, boolean filling) {}

    /**
     * @param program the kernels of one micro-batch and the update
     * @param timer the time of each kernel on the device
     * @param issueSeconds the time the host takes to issue each kernel, for runtimes that issue kernels
     * @param runtime how the framework runs them
     * @param collectives the exchange of gradients
     * @param input what feeds the device
     * @param accumulationSteps micro-batches of a step
     * @param samples samples of a step on one device, all its micro-batches together
     * @param inputCopySeconds the time to copy them to the device, where the compute stream does it
     */
    public StepSimulator(
            KernelProgram program,
            Function<Kernel, KernelTime> timer,
            ToDoubleFunction<Kernel> issueSeconds,
            FrameworkRuntime runtime,
            Collectives collectives,
            InputPipeline input,
            int accumulationSteps,
            double samples,
            double inputCopySeconds) {
        this.runtime = runtime;
        this.input = input;
        this.samples = samples;
        this.inputCopySeconds = runtime.copiesInputOnStream() ? inputCopySeconds : 0;
        ToDoubleFunction<Kernel> issue = runtime.issuesKernels() ? issueSeconds : kernel -> 0;
        segments = program.segments().stream()
                .map(segment -> new StreamSegment(segment, timer, issue))
                .toList();
        walk = walk(program.segments(), accumulationSteps);
        for (Step step : walk) {
            StreamSegment segment = segments.get(step.segment());
            segment.byKind.forEach((kind, parts) -> add(byKind, kind, parts, segment.segment.times()));
            add(byPhase, segment.segment.phase(), segment.parts(), segment.segment.times());
        }
        bucketBytes = buckets(program.segments());
        bucketSeconds = new double[bucketBytes.length];
        for (int i = 0; i < bucketBytes.length; i++) {
            bucketSeconds[i] = collectives.seconds(Collective.ALL_REDUCE, bucketBytes[i]);
        }
    }

    private static <K> void add(Map<K, double[]> sums, K key, double[] parts, int times) {
        double[] sum = sums.computeIfAbsent(key, absent -> new double[parts.length]);
        for (int i = 0; i < parts.length; i++) {
            sum[i] += times * parts[i];
        }
    }

    private static List<Step> walk(List<Segment> segments, int accumulationSteps) {
        List<Step> walk = new ArrayList<>();
        for (int microBatch = 0; microBatch < accumulationSteps; microBatch++) {
            boolean last = microBatch == accumulationSteps - 1;
            for (int i = 0; i < segments.size(); i++) {
                boolean update = segments.get(i).phase().equals(KernelProgram.OPTIMIZER);
                if (last || !update) {
                    walk.add(new Step(
                            i, microBatch, last && !update && segments.get(i).gradientBytes() > 0));
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
        return runtime.exchange() instanceof GradientExchange.Bucketed bucketed
                ? (bucket == 0 ? bucketed.firstBucketBytes() : bucketed.bucketBytes()).value()
                : Long.MAX_VALUE;
    }

    /**
     * Simulates one step.
     *
     * @param factors factors on its times
     * @return its timeline
     */
    public Timeline simulate(StepFactors factors) {
        Walk state = new Walk(factors);
        for (Step step : walk) {
            state.run(step);
        }
        return state.timeline();
    }

    /** The streams' clocks while a step is walked. */
    private final class Walk {
        private final StepFactors factors;
        private final List<Timeline.Span> spans = new ArrayList<>(walk.size());
        private final List<Timeline.Exchange> exchanges = new ArrayList<>(bucketBytes.length);
        private double device = inputCopySeconds;
        private double host;
        private double link;
        private double matrix;
        private double memory;
        private double launch;
        private double hostWork;
        private double hostStall;
        private double exposed;
        private long filled;
        private boolean updating;

        Walk(StepFactors factors) {
            this.factors = factors;
        }

        void run(Step step) {
            StreamSegment segment = segments.get(step.segment());
            String phase = segment.segment.phase();
            if (phase.equals(KernelProgram.OPTIMIZER) && !updating) {
                updating = true;
                awaitGradients();
            }
            int times = segment.segment.times();
            double busy = segment.deviceSeconds(factors);
            double issue = factors.host() * segment.hostSeconds;
            double lag = segment.lagSeconds(factors);
            if (step.filling()) {
                fill(segment.segment, busy, issue, lag);
            }
            double end = end(times, busy, issue, lag);
            hostStall += end - (device + times * busy);
            spans.add(new Timeline.Span(step.segment(), step.microBatch(), phase, device, end));
            device = end;
            host += times * issue;
            hostWork += times * issue;
            matrix += times * factors.matrix() * segment.matrixSeconds;
            memory += times * factors.memory() * segment.memorySeconds;
            launch += times * factors.host() * segment.launchSeconds;
        }

        /** When the device ends a number of repetitions of a segment that starts now. */
        private double end(int times, double busy, double issue, double lag) {
            return Math.max(device + times * busy, host + (times - 1) * Math.max(busy, issue) + lag);
        }

        /** Hands buckets to the exchange as the repetitions of a segment fill them. */
        private void fill(Segment segment, double busy, double issue, double lag) {
            for (int i = 1; i <= segment.times(); i++) {
                filled += segment.gradientBytes();
                double ready = Double.NaN;
                while (exchanges.size() < bucketBytes.length && filled >= bucketBytes[exchanges.size()]) {
                    if (Double.isNaN(ready)) {
                        ready = end(i, busy, issue, lag);
                    }
                    exchange(ready);
                }
            }
        }

        private void exchange(double ready) {
            int bucket = exchanges.size();
            filled -= bucketBytes[bucket];
            double start = Math.max(ready, link);
            link = start + factors.communication() * bucketSeconds[bucket];
            exchanges.add(new Timeline.Exchange(bucketBytes[bucket], ready, start, link));
        }

        private void awaitGradients() {
            if (link > device) {
                exposed += link - device;
                device = link;
            }
            if (runtime.synchronizesBeforeUpdate()) {
                host = Math.max(host, device);
            }
        }

        Timeline timeline() {
            if (!updating) {
                awaitGradients();
            }
            double inputSeconds = input.seconds(samples, factors.inputCost(), factors.inputCores());
            double inputStall = Math.max(0, inputSeconds - device);
            double communication = 0;
            for (double seconds : bucketSeconds) {
                communication += factors.communication() * seconds;
            }
            return new Timeline(
                    device + inputStall,
                    bottleneck(inputStall),
                    matrix,
                    memory,
                    launch,
                    inputCopySeconds,
                    hostStall,
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
