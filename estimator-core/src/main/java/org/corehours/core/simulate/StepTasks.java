package org.corehours.core.simulate;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.corehours.core.simulate.Task.Dependency;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a step, without those of micro-batches that repeat others: the first ones and the last. What is left out
 * stands before the last. For simulations, which go through them again and again, their fields are in arrays besides.
 * Safe for use by several threads.
 */
final class StepTasks {

    /** What a task does, in {@link #kind}. */
    static final byte KERNELS = 0;

    static final byte ISSUE = 1;
    static final byte EXCHANGE = 2;
    static final byte LOAD = 3;
    static final byte OTHER = 4;

    private final List<Task> tasks;
    private final List<Integer> starts;
    private final int leftOut;

    final int count;
    final byte[] kind;
    /** The stream's ordinal. */
    final byte[] stream;
    /** Of kernels and their issue: the segment and how often it runs. */
    final int[] segment;

    final int[] runs;
    /** Of exchanges and copies: what they take. */
    final double[] seconds;
    /** The ordinal of the cause of a wait for the task. */
    final byte[] idleCause;
    /** Whether the kernels are issued right after the host read whether a gradient overflowed. */
    final boolean[] released;
    /** Where the dependencies of a task start; those of the next one are behind them. */
    final int[] firstDependency;

    final int[] dependencyTask;
    final int[] dependencyRuns;
    /** How many tasks of kernels wait in the launch queue; none if the host issues nothing. */
    final int queued;

    private final AtomicReference<@Nullable SimulationArrays> spare = new AtomicReference<>();

    /**
     * @param tasks the tasks in the order of issue
     * @param starts the number of the first task of each micro-batch that is there
     * @param leftOut how many micro-batches are not
     */
    StepTasks(List<Task> tasks, List<Integer> starts, int leftOut) {
        this.tasks = List.copyOf(tasks);
        this.starts = List.copyOf(starts);
        this.leftOut = leftOut;
        count = tasks.size();
        kind = new byte[count];
        stream = new byte[count];
        segment = new int[count];
        runs = new int[count];
        seconds = new double[count];
        idleCause = new byte[count];
        released = new boolean[count];
        firstDependency = new int[count + 1];
        for (int i = 0; i < count; i++) {
            firstDependency[i + 1] =
                    firstDependency[i] + this.tasks.get(i).after().size();
        }
        dependencyTask = new int[firstDependency[count]];
        dependencyRuns = new int[firstDependency[count]];
        int kernels = 0;
        boolean issues = false;
        for (int i = 0; i < count; i++) {
            Task task = this.tasks.get(i);
            stream[i] = (byte) task.stream().ordinal();
            idleCause[i] = (byte) idleCause(task).ordinal();
            int next = firstDependency[i];
            for (Dependency dependency : task.after()) {
                dependencyTask[next] = dependency.task();
                dependencyRuns[next] = dependency.runs();
                next++;
            }
            kind[i] = read(i, task.work());
            kernels += kind[i] == KERNELS ? 1 : 0;
            issues |= kind[i] == ISSUE;
        }
        queued = issues ? kernels : 0;
    }

    private byte read(int task, Task.Work work) {
        if (work instanceof Task.Kernels kernels) {
            segment[task] = kernels.segment();
            runs[task] = kernels.runs();
            released[task] =
                    task > 1 && tasks.get(task - 2).work() instanceof Task.HostWait wait && wait.beforeUpdate();
            return KERNELS;
        }
        if (work instanceof Task.Issue issue) {
            segment[task] = issue.segment();
            runs[task] = issue.runs();
            return ISSUE;
        }
        if (work instanceof Task.Exchange exchange) {
            seconds[task] = exchange.seconds();
            return EXCHANGE;
        }
        if (work instanceof Task.Copy copy) {
            seconds[task] = copy.seconds();
        }
        return work instanceof Task.Load ? LOAD : OTHER;
    }

    private static IdleCause idleCause(Task awaited) {
        return switch (awaited.stream()) {
            case COMMUNICATION -> IdleCause.COMMUNICATION;
            case COPY ->
                awaited.work() instanceof Task.Copy copy && copy.microBatch() == Task.Copy.NEXT
                        ? IdleCause.INPUT
                        : IdleCause.COPY;
            case INPUT -> IdleCause.INPUT;
            case HOST, COMPUTE -> IdleCause.HOST;
        };
    }

    /** Arrays for a simulation, which hands them back when its times have been read. */
    SimulationArrays takeArrays(int segments) {
        SimulationArrays arrays = spare.getAndSet(null);
        return arrays == null ? new SimulationArrays(segments, this) : arrays;
    }

    void handBack(SimulationArrays arrays) {
        spare.set(arrays);
    }

    List<Task> tasks() {
        return tasks;
    }

    List<Integer> starts() {
        return starts;
    }

    int leftOut() {
        return leftOut;
    }

    /** The first task of the last micro-batch, before which others are left out. */
    int lastStart() {
        return starts.get(starts.size() - 1);
    }

    /** Whether a task waits across the micro-batches left out for one within a micro-batch before them. */
    boolean acrossGap(int task, int awaited) {
        return leftOut > 0 && task >= lastStart() && awaited < lastStart() && awaited >= starts.get(0);
    }
}
