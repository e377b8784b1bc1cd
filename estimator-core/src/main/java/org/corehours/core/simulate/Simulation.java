package org.corehours.core.simulate;

import java.util.Arrays;
import java.util.List;
import org.corehours.core.simulate.Task.Dependency;

/**
 * When the tasks of a step run under given factors: the events of the simulation.
 *
 * <p>Every stream works on its tasks in the order in which they are issued, and a task comes after tasks that are issued
 * before it. So its times follow from those of earlier tasks, and going through the tasks in the order of issue finds
 * the same times as taking events from a queue by their time.
 *
 * <p>The kernels of one task run in the stream's order, so that their times have a closed form, see
 * {@link StreamSegment}; events may happen within it, where a run of a repeated segment ends.
 */
final class Simulation {

    /**
     * From the launch of a kernel on an idle device to the host's next operator, if the host reads the kernel's result:
     * see {@link StepSimulator#HOST_READ_SECONDS}.
     */
    private final double hostReadSeconds;

    private static final int COMPUTE = Stream.COMPUTE.ordinal();
    private static final int HOST = IdleCause.HOST.ordinal();
    private static final int BARRIER = IdleCause.BARRIER.ordinal();

    private final StepTasks step;
    private final List<StreamSegment> segments;
    private final StepFactors factors;
    private final double loadSeconds;
    private final SimulationArrays arrays;
    private final LaunchQueue queue;
    private final double[] busy;
    private final double[] issue;
    private final double[] lag;
    private final double[] ready;
    private final double[] start;
    private final double[] end;
    private final int[] cause;
    private final int[] issuedBy;

    /** When each stream is free, and the last task on it. */
    private final double[] free = new double[Stream.values().length];

    private final int[] last = new int[Stream.values().length];

    private final double[] idle = new double[IdleCause.values().length];
    private double hostSeconds;
    private double communicationSeconds;

    /** What the micro-batches left out take; NaN if they cannot be left out. */
    private double leftOutSeconds;

    /**
     * @param step the tasks
     * @param steady when micro-batches repeat
     * @param segments the kernels
     * @param factors factors on times
     * @param loadSeconds the time to load the batch of a later step
     * @param hostReadSeconds the time that a host takes besides to read a result
     */
    Simulation(
            StepTasks step,
            SteadyState steady,
            List<StreamSegment> segments,
            StepFactors factors,
            double loadSeconds,
            double hostReadSeconds) {
        this.step = step;
        this.segments = segments;
        this.factors = factors;
        this.loadSeconds = loadSeconds;
        this.hostReadSeconds = hostReadSeconds;
        arrays = step.takeArrays(segments.size());
        queue = arrays.queue;
        queue.clear();
        busy = arrays.busy;
        issue = arrays.issue;
        lag = arrays.lag;
        ready = arrays.ready;
        start = arrays.start;
        end = arrays.end;
        cause = arrays.cause;
        issuedBy = arrays.issuedBy;
        for (int i = 0; i < busy.length; i++) {
            StreamSegment segment = segments.get(i);
            busy[i] = segment.deviceSeconds(factors);
            issue[i] = factors.host() * segment.hostSeconds;
            lag[i] = segment.lagSeconds(factors);
        }
        Arrays.fill(last, TaskTime.NOTHING);
        if (step.leftOut() > 0) {
            int last = step.lastStart();
            int before = step.starts().get(step.starts().size() - 2);
            run(0, before);
            double[] sums = sums();
            run(before, last);
            leftOutSeconds = step.leftOut() * steady.periodSeconds(step, end, start, ready);
            if (Double.isNaN(leftOutSeconds)) {
                return;
            }
            leaveOut(sums);
            run(last, ready.length);
        } else {
            run(0, ready.length);
        }
    }

    /** Whether the micro-batches left out repeat the one before them, so that the times are those of the whole step. */
    boolean complete() {
        return !Double.isNaN(leftOutSeconds);
    }

    /** What the micro-batches left out take. */
    double leftOutSeconds() {
        return leftOutSeconds;
    }

    private void run(int from, int to) {
        for (int i = from; i < to; i++) {
            run(i);
        }
    }

    private double[] sums() {
        double[] sums = Arrays.copyOf(idle, idle.length + 2);
        sums[idle.length] = hostSeconds;
        sums[idle.length + 1] = communicationSeconds;
        return sums;
    }

    /**
     * Lets the micro-batches left out pass: streams, launches and sums go on as in the micro-batch before them.
     *
     * @param before the sums when that one started
     */
    private void leaveOut(double[] before) {
        double[] sums = sums();
        for (int i = 0; i < idle.length; i++) {
            idle[i] += step.leftOut() * (sums[i] - before[i]);
        }
        hostSeconds += step.leftOut() * (sums[idle.length] - before[idle.length]);
        communicationSeconds += step.leftOut() * (sums[idle.length + 1] - before[idle.length + 1]);
        for (int i = 0; i < free.length; i++) {
            if (last[i] >= step.starts().get(0)) {
                free[i] += leftOutSeconds;
            }
        }
        queue.delay(leftOutSeconds);
    }

    private void run(int number) {
        int stream = step.stream[number];
        issuedBy[number] = TaskTime.NOTHING;
        cause[number] = last[stream];
        double turn = free[stream];
        double happened = 0;
        int dependencies = step.firstDependency[number + 1];
        for (int i = step.firstDependency[number]; i < dependencies; i++) {
            int awaited = step.dependencyTask[i];
            double time =
                    time(awaited, step.dependencyRuns[i]) + (step.acrossGap(number, awaited) ? leftOutSeconds : 0);
            happened = later(happened, time);
            if (time > turn) {
                if (stream == COMPUTE) {
                    idle[step.idleCause[awaited]] += time - turn;
                }
                turn = time;
                cause[number] = awaited;
            }
        }
        ready[number] = happened;
        start[number] = turn;
        switch (step.kind[number]) {
            case StepTasks.KERNELS -> {
                ready[number] = turn;
                runKernels(number);
            }
            case StepTasks.ISSUE -> runIssue(number);
            case StepTasks.EXCHANGE -> {
                double seconds = factors.communication() * step.seconds[number];
                communicationSeconds += seconds;
                end[number] = turn + seconds;
            }
            case StepTasks.LOAD -> end[number] = turn + loadSeconds;
            default -> end[number] = turn + step.seconds[number];
        }
        free[stream] = end[number];
        last[stream] = number;
    }

    /** The larger of two times; none of them is NaN. */
    private static double later(double one, double other) {
        return one > other ? one : other;
    }

    /** Issues kernels as soon as the launch queue has room for the first of them. */
    private void runIssue(int number) {
        double seconds = step.runs[number] * issue[step.segment[number]];
        if (seconds > 0) {
            double room = queue.roomAt();
            if (room > start[number]) {
                start[number] = room;
                cause[number] = last[COMPUTE];
            }
        }
        end[number] = start[number] + seconds;
        hostSeconds += seconds;
    }

    private void runKernels(int number) {
        int index = step.segment[number];
        int runs = step.runs[number];
        StreamSegment segment = segments.get(index);
        double turn = ready[number];
        int host = number - 1;
        double work = runs * busy[index];
        if (host < 0 || step.kind[host] != StepTasks.ISSUE) {
            end[number] = turn + work;
        } else {
            issuedBy[number] = host;
            start[number] = later(turn, start[host] + factors.host() * segment.firstIssueSeconds);
            int reads = segment.segment.hostReads();
            end[number] = reads == 0
                    ? ended(number, runs)
                    : later(turn, start[host])
                            + work
                            + runs * (issue[index] + factors.host() * reads * hostReadSeconds);
            idle[step.released[number] ? BARRIER : HOST] += end[number] - (turn + work);
        }
        if (step.queued > 0) {
            queue.add(runs * segment.segment.kernels().size(), turn, end[number]);
        }
    }

    /** When some runs of a task's kernels have ended. */
    private double ended(int number, int runs) {
        int index = step.segment[number];
        double alone = ready[number] + runs * busy[index];
        int host = issuedBy[number];
        return host == TaskTime.NOTHING
                ? alone
                : later(alone, start[host] + (runs - 1) * later(busy[index], issue[index]) + lag[index]);
    }

    private double time(int task, int runs) {
        return switch (runs) {
            case Dependency.END -> end[task];
            case Dependency.START -> step.kind[task] == StepTasks.KERNELS ? ready[task] : start[task];
            default -> ended(task, runs);
        };
    }

    /** The time for which the compute stream is idle for a reason. */
    double idle(IdleCause why) {
        return idle[why.ordinal()];
    }

    /** What the host takes to issue all kernels. */
    double hostSeconds() {
        return hostSeconds;
    }

    /** When the last task ends. */
    double endSeconds() {
        return end[end.length - 1];
    }

    /** What all collectives take. */
    double communicationSeconds() {
        return communicationSeconds;
    }

    /** Ends the use of this simulation: another one may write over its times. */
    void close() {
        step.handBack(arrays);
    }

    /** The tasks with their times. */
    TaskTime[] times() {
        TaskTime[] times = new TaskTime[ready.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = new TaskTime(step.tasks().get(i), ready[i], start[i], end[i], cause[i], issueEnd(i));
        }
        return times;
    }

    /**
     * Up to when a task of kernels is held up by the host: the issue of the kernel after which the device never waits for
     * it again.
     */
    private double issueEnd(int number) {
        int host = issuedBy[number];
        if (host == TaskTime.NOTHING) {
            return 0;
        }
        int index = step.segment[number];
        boolean waits = end[number] > (ready[number] + step.runs[number] * busy[index]) * (1 + 1e-12);
        return waits ? end[number] - segments.get(index).tailSeconds(factors) : 0;
    }
}
