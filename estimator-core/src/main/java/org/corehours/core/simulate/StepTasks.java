package org.corehours.core.simulate;

import java.util.List;

/**
 * The tasks of a step, without those of micro-batches that repeat others: the first ones and the last. What is left out
 * stands before the last.
 *
 * @param tasks the tasks in the order of issue
 * @param starts the number of the first task of each micro-batch that is there
 * @param leftOut how many micro-batches are not
 */
record StepTasks(List<Task> tasks, List<Integer> starts, int leftOut) {

    StepTasks {
        tasks = List.copyOf(tasks);
        starts = List.copyOf(starts);
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
