package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.simulate.Task.Dependency;

/**
 * The tasks of one step in the order in which they are issued, and what each of them comes after. Which tasks there are
 * does not depend on how long they take.
 */
final class TaskGraph {

    private static final int NONE = -1;

    private final FrameworkRuntime runtime;
    private final ExchangePlan plan;
    private final Collectives collectives;
    private final List<Segment> segments;
    private final Gathers gathers;
    private final Reductions reductions;
    private final List<Task> tasks = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();

    private long[] bucketBytes = new long[0];
    private double[] bucketSeconds = new double[0];
    private int bucket;
    private long filled;
    private int lastKernels = NONE;
    private int lastExchange = NONE;
    private int gathered = NONE;
    private final List<Dependency> due = new ArrayList<>();

    private TaskGraph(
            KernelProgram program,
            FrameworkRuntime runtime,
            Collectives collectives,
            ExchangePlan plan,
            Reductions reductions) {
        this.runtime = runtime;
        this.plan = plan;
        this.collectives = collectives;
        this.segments = program.segments();
        this.reductions = reductions;
        this.gathers = collectives.devices() == 1 ? Gathers.NONE : Gathers.of(program, plan, collectives);
    }

    /**
     * The tasks of a step.
     *
     * @param program the kernels of one micro-batch and the update
     * @param runtime how the framework runs them
     * @param collectives how long collectives take
     * @param plan what is exchanged
     * @param reductions what devices combine besides gradients
     * @param accumulationSteps micro-batches of a step
     * @param shown how many of them get tasks: the first ones and the last
     * @param inputCopySeconds the time to copy all its samples to the device
     * @return the tasks in order
     */
    static StepTasks of(
            KernelProgram program,
            FrameworkRuntime runtime,
            Collectives collectives,
            ExchangePlan plan,
            Reductions reductions,
            int accumulationSteps,
            int shown,
            double inputCopySeconds) {
        TaskGraph graph = new TaskGraph(program, runtime, collectives, plan, reductions);
        graph.step(accumulationSteps, shown, inputCopySeconds);
        return new StepTasks(graph.tasks, graph.starts, accumulationSteps - shown);
    }

    private void step(int accumulationSteps, int shown, double copySeconds) {
        int load = add(Stream.INPUT, new Task.Load());
        int copy = NONE;
        if (!runtime.copiesInputOnStream() && copySeconds > 0) {
            copy = add(Stream.COPY, new Task.Copy(Task.Copy.NEXT, copySeconds));
        }
        findBuckets();
        for (int each = 0; each < shown; each++) {
            starts.add(tasks.size());
            int microBatch = each < shown - 1 ? each : accumulationSteps - 1;
            if (runtime.copiesInputOnStream() && copySeconds > 0) {
                await(add(
                        Stream.COPY,
                        new Task.Copy(microBatch, copySeconds / accumulationSteps),
                        List.of(afterKernels())));
            }
            passes(microBatch, microBatch == accumulationSteps - 1);
        }
        boolean updates = update(accumulationSteps - 1);
        if (!updates) {
            awaitLastExchange();
        } else if (plan.gather() == ExchangePlan.Gather.AFTER_UPDATE) {
            await(exchange(Collective.ALL_GATHER, gathers.allBytes(), gathers.allSeconds(), afterKernels()));
        }
        await(load);
        await(copy);
        add(Stream.COMPUTE, new Task.NextStep());
    }

    /** The forward passes and the backward computation of a micro-batch. */
    private void passes(int microBatch, boolean lastMicroBatch) {
        boolean exchanges = plan.everyMicroBatch() || lastMicroBatch;
        filled = 0;
        bucket = 0;
        if (gathers.rootBytes() > 0) {
            await(exchange(Collective.ALL_GATHER, gathers.rootBytes(), gathers.rootSeconds(), afterKernels()));
        }
        String phase = "";
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (TimedProgram.updates(segment)) {
                continue;
            }
            combine(phase, segment.phase());
            phase = segment.phase();
            boolean fills = exchanges && segment.gradientBytes() > 0;
            int end = segment.times();
            for (int run = 0; run < end; ) {
                if (gathers.bytes(i) > 0) {
                    awaitParameters(i);
                }
                int runs = runsWithoutWaiting(i, run, fills);
                int kernels = kernels(i, microBatch, runs);
                run += runs;
                if (gathers.bytes(i) > 0) {
                    int next = run < end ? i : nextGathering(i, lastMicroBatch);
                    gathered = next == NONE ? NONE : gather(next, Dependency.start(kernels));
                }
                if (fills) {
                    fill(kernels, segment.gradientBytes(), runs);
                }
                for (Task.Exchange each : reductions.during(i, run - runs, run)) {
                    await(exchange(each.collective(), each.bytes(), each.seconds(), afterKernels()));
                }
            }
        }
        combine(phase, "");
    }

    private boolean update(int microBatch) {
        boolean any = false;
        for (int i = 0; i < segments.size(); i++) {
            if (!TimedProgram.updates(segments.get(i))) {
                continue;
            }
            if (!any) {
                any = true;
                awaitLastExchange();
                if (runtime.synchronizesBeforeUpdate()) {
                    add(Stream.HOST, new Task.HostWait(true), withKernels(due));
                }
            }
            kernels(i, microBatch, segments.get(i).times());
        }
        return any;
    }

    /** How many runs of a segment follow before one waits for what an earlier one exchanges. */
    private int runsWithoutWaiting(int segment, int run, boolean fills) {
        Segment each = segments.get(segment);
        int left = each.times() - run;
        if (gathers.bytes(segment) > 0 || reductions.within(segment)) {
            return 1;
        }
        if (fills && plan.blocking() && bucket < bucketBytes.length) {
            long missing = bucketBytes[bucket] - filled;
            long runs = (missing + each.gradientBytes() - 1) / each.gradientBytes();
            return (int) Math.max(1, Math.min(left, runs));
        }
        return left;
    }

    private int kernels(int index, int microBatch, int runs) {
        Segment segment = segments.get(index);
        if (runtime.issuesKernels()) {
            add(Stream.HOST, new Task.Issue(index, segment.phase(), microBatch, runs));
        }
        lastKernels = add(Stream.COMPUTE, new Task.Kernels(index, segment.phase(), microBatch, runs), due);
        due.clear();
        if (segment.hostReads() > 0 && runtime.issuesKernels()) {
            add(Stream.HOST, new Task.HostWait(false), List.of(Dependency.end(lastKernels)));
        }
        return lastKernels;
    }

    /** Combines what the devices made in a phase that ends, if another one starts. */
    private void combine(String phase, String next) {
        boolean backward = phase.equals(KernelProgram.BACKWARD);
        boolean turns = next.equals(KernelProgram.BACKWARD) && !backward;
        List<Task.Exchange> now = turns ? reductions.afterForward() : List.of();
        if (backward && !next.equals(KernelProgram.BACKWARD)) {
            now = reductions.afterBackward();
        }
        for (Task.Exchange each : now) {
            await(exchange(each.collective(), each.bytes(), each.seconds(), afterKernels()));
        }
    }

    /** Waits for the parameters of a block. */
    private void awaitParameters(int segment) {
        await(gathered == NONE ? gather(segment, afterKernels()) : gathered);
        gathered = NONE;
    }

    private int gather(int segment, Dependency after) {
        return exchange(Collective.ALL_GATHER, gathers.bytes(segment), gathers.seconds(segment), after);
    }

    private int nextGathering(int segment, boolean lastMicroBatch) {
        for (int i = segment + 1; i < segments.size(); i++) {
            if (gathers.bytes(i) > 0) {
                return i;
            }
        }
        return lastMicroBatch ? NONE : nextGathering(NONE, true);
    }

    /** Exchanges what the runs of a segment complete, by itself or as buckets become full. */
    private void fill(int kernels, long bytes, int runs) {
        for (int run = 1; run <= runs; run++) {
            Dependency ended = new Dependency(kernels, run == runs ? Dependency.END : run);
            if (plan.bucketBytes() == ExchangePlan.BY_BLOCK) {
                exchange(plan.gradients(), bytes, gradientSeconds(bytes), ended);
                continue;
            }
            filled += bytes;
            while (bucket < bucketBytes.length && filled >= bucketBytes[bucket]) {
                filled -= bucketBytes[bucket];
                int exchange = exchange(plan.gradients(), bucketBytes[bucket], bucketSeconds[bucket], ended);
                if (plan.blocking()) {
                    await(exchange);
                }
                bucket++;
            }
        }
    }

    /** The sizes of the buckets that a step's gradients fill, in order. */
    private void findBuckets() {
        if (plan.bucketBytes() == ExchangePlan.BY_BLOCK || collectives.devices() == 1) {
            return;
        }
        long left = 0;
        for (Segment segment : segments) {
            left = Math.addExact(left, Math.multiplyExact(segment.gradientBytes(), (long) segment.times()));
        }
        List<Long> buckets = new ArrayList<>();
        while (left > 0) {
            long bytes = Math.min(left, buckets.isEmpty() ? plan.firstBucketBytes() : plan.bucketBytes());
            buckets.add(bytes);
            left -= bytes;
        }
        bucketBytes = buckets.stream().mapToLong(Long::longValue).toArray();
        bucketSeconds =
                Arrays.stream(bucketBytes).mapToDouble(this::gradientSeconds).toArray();
    }

    private double gradientSeconds(long bytes) {
        return collectives.seconds(plan.gradients(), bytes * plan.gradientWidth());
    }

    private int exchange(Collective collective, long bytes, double seconds, Dependency after) {
        if (collectives.devices() == 1) {
            return NONE;
        }
        lastExchange = add(
                Stream.COMMUNICATION,
                new Task.Exchange(collective, bytes, seconds),
                after.task() == NONE ? List.of() : List.of(after));
        return lastExchange;
    }

    /** Lets the next kernels wait for a task. */
    private void await(int task) {
        if (task != NONE) {
            due.add(Dependency.end(task));
        }
    }

    private void awaitLastExchange() {
        await(lastExchange);
    }

    private Dependency afterKernels() {
        return Dependency.end(lastKernels);
    }

    private List<Dependency> withKernels(List<Dependency> others) {
        List<Dependency> all = new ArrayList<>(others);
        all.add(0, afterKernels());
        return all;
    }

    private int add(Stream stream, Task.Work work) {
        return add(stream, work, due(stream));
    }

    private List<Dependency> due(Stream stream) {
        return stream == Stream.COMPUTE ? due : List.of();
    }

    private int add(Stream stream, Task.Work work, List<Dependency> after) {
        List<Dependency> known =
                after.stream().filter(each -> each.task() != NONE).toList();
        tasks.add(new Task(tasks.size(), stream, work, known));
        return tasks.size() - 1;
    }
}
