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

    private final StepTasks step;
    private final List<Task> tasks;
    private final List<StreamSegment> segments;
    private final StepFactors factors;
    private final double loadSeconds;
    private final LaunchQueue queue;

    /** Of each segment, one run of it: kernels, issue, lag behind the host, issue of its first kernel. */
    private final double[] busy;

    private final double[] issue;
    private final double[] lag;

    private final double[] ready;
    private final double[] start;
    private final double[] end;
    private final int[] cause;
    /** Of the tasks on the compute stream that kernels were issued for, the task that issued them. */
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
        this.tasks = step.tasks();
        this.segments = segments;
        this.factors = factors;
        this.loadSeconds = loadSeconds;
        this.hostReadSeconds = hostReadSeconds;
        queue = new LaunchQueue(StepSimulator.QUEUE_DEPTH, tasks.size());
        busy = new double[segments.size()];
        issue = new double[segments.size()];
        lag = new double[segments.size()];
        for (int i = 0; i < busy.length; i++) {
            StreamSegment segment = segments.get(i);
            busy[i] = segment.deviceSeconds(factors);
            issue[i] = factors.host() * segment.hostSeconds;
            lag[i] = segment.lagSeconds(factors);
        }
        ready = new double[tasks.size()];
        start = new double[tasks.size()];
        end = new double[tasks.size()];
        cause = new int[tasks.size()];
        issuedBy = new int[tasks.size()];
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
            run(tasks.get(i));
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

    private void run(Task task) {
        int number = task.number();
        int stream = task.stream().ordinal();
        issuedBy[number] = TaskTime.NOTHING;
        cause[number] = last[stream];
        double turn = free[stream];
        double happened = 0;
        List<Dependency> after = task.after();
        for (int i = 0; i < after.size(); i++) {
            Dependency dependency = after.get(i);
            double time = time(dependency) + (step.acrossGap(number, dependency.task()) ? leftOutSeconds : 0);
            happened = Math.max(happened, time);
            if (time > turn) {
                if (task.stream() == Stream.COMPUTE) {
                    idle[idleCause(tasks.get(dependency.task())).ordinal()] += time - turn;
                }
                turn = time;
                cause[number] = dependency.task();
            }
        }
        ready[number] = happened;
        start[number] = turn;
        Task.Work work = task.work();
        if (work instanceof Task.Kernels kernels) {
            ready[number] = turn;
            runKernels(number, kernels);
        } else if (work instanceof Task.Issue issued) {
            runIssue(number, issued);
        } else {
            end[number] = turn + seconds(work);
        }
        free[stream] = end[number];
        last[stream] = number;
    }

    private double seconds(Task.Work work) {
        if (work instanceof Task.Exchange exchange) {
            double seconds = factors.communication() * exchange.seconds();
            communicationSeconds += seconds;
            return seconds;
        }
        if (work instanceof Task.Copy copy) {
            return copy.seconds();
        }
        return work instanceof Task.Load ? loadSeconds : 0;
    }

    /** Issues kernels as soon as the launch queue has room for the first of them. */
    private void runIssue(int number, Task.Issue issued) {
        double seconds = issued.runs() * issue[issued.segment()];
        if (seconds > 0) {
            double room = queue.roomAt();
            if (room > start[number]) {
                start[number] = room;
                cause[number] = last[Stream.COMPUTE.ordinal()];
            }
        }
        end[number] = start[number] + seconds;
        hostSeconds += seconds;
    }

    private void runKernels(int number, Task.Kernels kernels) {
        int index = kernels.segment();
        StreamSegment segment = segments.get(index);
        double turn = ready[number];
        int host = number - 1;
        boolean issued = host >= 0 && tasks.get(host).work() instanceof Task.Issue;
        double work = kernels.runs() * busy[index];
        if (!issued) {
            end[number] = turn + work;
        } else {
            issuedBy[number] = host;
            start[number] = Math.max(turn, start[host] + factors.host() * segment.firstIssueSeconds);
            int reads = segment.segment.hostReads();
            end[number] = reads == 0
                    ? ended(number, kernels.runs())
                    : Math.max(turn, start[host])
                            + work
                            + kernels.runs() * (issue[index] + factors.host() * reads * hostReadSeconds);
            boolean released =
                    host > 0 && tasks.get(host - 1).work() instanceof Task.HostWait wait && wait.beforeUpdate();
            idle[(released ? IdleCause.BARRIER : IdleCause.HOST).ordinal()] += end[number] - (turn + work);
        }
        queue.add(kernels.runs() * segment.segment.kernels().size(), turn, end[number]);
    }

    /** When some runs of a task's kernels have ended. */
    private double ended(int number, int runs) {
        Task.Kernels kernels = (Task.Kernels) tasks.get(number).work();
        int index = kernels.segment();
        double alone = ready[number] + runs * busy[index];
        int host = issuedBy[number];
        return host == TaskTime.NOTHING
                ? alone
                : Math.max(alone, start[host] + (runs - 1) * Math.max(busy[index], issue[index]) + lag[index]);
    }

    private double time(Dependency dependency) {
        int task = dependency.task();
        return switch (dependency.runs()) {
            case Dependency.END -> end[task];
            case Dependency.START -> tasks.get(task).work() instanceof Task.Kernels ? ready[task] : start[task];
            default -> ended(task, dependency.runs());
        };
    }

    private static IdleCause idleCause(Task awaited) {
        return switch (awaited.stream()) {
            case COMMUNICATION -> IdleCause.COMMUNICATION;
            case COPY -> ((Task.Copy) awaited.work()).microBatch() == Task.Copy.NEXT ? IdleCause.INPUT : IdleCause.COPY;
            case INPUT -> IdleCause.INPUT;
            case HOST, COMPUTE -> IdleCause.HOST;
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

    /** What all collectives take. */
    double communicationSeconds() {
        return communicationSeconds;
    }

    /** The tasks with their times. */
    TaskTime[] times() {
        TaskTime[] times = new TaskTime[ready.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = new TaskTime(tasks.get(i), ready[i], start[i], end[i], cause[i], issueEnd(i));
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
        Task.Kernels kernels = (Task.Kernels) tasks.get(number).work();
        int index = kernels.segment();
        boolean waits = end[number] > (ready[number] + kernels.runs() * busy[index]) * (1 + 1e-12);
        return waits ? end[number] - segments.get(index).tailSeconds(factors) : 0;
    }
}
