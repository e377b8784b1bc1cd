package org.corehours.core.simulate;

import java.util.Arrays;

/** The launches that wait on the device: a host that is ahead by its depth waits until the device has caught up. */
final class LaunchQueue {

    private final int depth;

    /** Of each run of kernels, which the device spreads evenly over its time: when it starts and ends, which it is of. */
    private double[] startSeconds;

    private double[] endSeconds;
    private long[] firstKernel;
    private int head;
    private int tail;
    private long launched;

    /**
     * @param depth launches that wait at most
     * @param runs how many runs of kernels to expect
     */
    LaunchQueue(int depth, int runs) {
        this.depth = depth;
        int capacity = Math.max(1, runs);
        startSeconds = new double[capacity];
        endSeconds = new double[capacity];
        firstKernel = new long[capacity];
    }

    /** Forgets all of them. */
    void clear() {
        head = 0;
        tail = 0;
        launched = 0;
    }

    /** Notes kernels that run from one time to another. */
    void add(int kernels, double start, double end) {
        if (kernels == 0) {
            return;
        }
        if (tail == firstKernel.length) {
            startSeconds = Arrays.copyOf(startSeconds, 2 * tail);
            endSeconds = Arrays.copyOf(endSeconds, 2 * tail);
            firstKernel = Arrays.copyOf(firstKernel, 2 * tail);
        }
        startSeconds[tail] = start;
        endSeconds[tail] = end;
        firstKernel[tail] = launched;
        tail++;
        launched += kernels;
    }

    /** When the device has started the kernel that makes room for one more. */
    double roomAt() {
        long started = launched - depth;
        if (started < 0) {
            return 0;
        }
        while (head < tail && after(head) <= started) {
            head++;
        }
        if (head == tail) {
            return 0;
        }
        double done = (double) (started - firstKernel[head]) / (after(head) - firstKernel[head]);
        return startSeconds[head] + done * (endSeconds[head] - startSeconds[head]);
    }

    /** Lets everything noted have happened later. */
    void delay(double seconds) {
        for (int i = head; i < tail; i++) {
            startSeconds[i] += seconds;
            endSeconds[i] += seconds;
        }
    }

    /** The first kernel after a run. */
    private long after(int run) {
        return run + 1 < tail ? firstKernel[run + 1] : launched;
    }
}
