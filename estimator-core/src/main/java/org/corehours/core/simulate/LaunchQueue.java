package org.corehours.core.simulate;

import java.util.ArrayDeque;
import java.util.Deque;

/** The launches that wait on the device: a host that is ahead by its depth waits until the device has caught up. */
final class LaunchQueue {

    private final int depth;
    private final Deque<Run> runs = new ArrayDeque<>();
    private long launched;

    /** Kernels that the device runs one after another, evenly spread over the time they take together. */
    private record Run(long firstKernel, int kernels, double startSeconds, double endSeconds) {}

    LaunchQueue(int depth) {
        this.depth = depth;
    }

    /** Notes kernels that run from one time to another. */
    void add(int kernels, double startSeconds, double endSeconds) {
        runs.add(new Run(launched, kernels, startSeconds, endSeconds));
        launched += kernels;
    }

    /** When the device has started the kernel that makes room for one more. */
    double roomAt() {
        long started = launched - depth;
        while (!runs.isEmpty() && runs.peek().firstKernel + runs.peek().kernels <= started) {
            runs.remove();
        }
        Run run = runs.peek();
        if (started < 0 || run == null || started < run.firstKernel) {
            return 0;
        }
        double done = (double) (started - run.firstKernel) / run.kernels;
        return run.startSeconds + done * (run.endSeconds - run.startSeconds);
    }
}
