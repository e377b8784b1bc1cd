package org.corehours.core.simulate;

/** The arrays of one simulation, which the next one of the same step uses again: to make them takes as long as to use them. */
final class SimulationArrays {

    /** Of each segment, one run of it: kernels, issue, lag behind the host. */
    final double[] busy;

    final double[] issue;
    final double[] lag;

    /** Of each task, see {@link TaskTime}. */
    final double[] ready;

    final double[] start;
    final double[] end;
    final int[] cause;
    /** Of the tasks on the compute stream that kernels were issued for, the task that issued them. */
    final int[] issuedBy;

    final LaunchQueue queue;

    SimulationArrays(int segments, StepTasks step) {
        busy = new double[segments];
        issue = new double[segments];
        lag = new double[segments];
        ready = new double[step.count];
        start = new double[step.count];
        end = new double[step.count];
        cause = new int[step.count];
        issuedBy = new int[step.count];
        queue = new LaunchQueue(StepSimulator.QUEUE_DEPTH, step.queued);
    }
}
