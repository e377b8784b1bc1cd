package org.corehours.cli.sweep;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Works through a range of numbers in blocks on all cores and hands the results over in order. */
final class Blocks {

    /** Blocks that are worked on or wait for an earlier one, per thread. */
    private static final int AHEAD = 4;

    private Blocks() {}

    /** The work on one block. */
    interface Work<R> {
        R on(long from, long to);
    }

    /** Takes the result of a block, one at a time and in order. */
    interface Sink<R> {
        void accept(long to, R result);
    }

    /**
     * Works through a range.
     *
     * @param <R> what comes of a block
     * @param from the first number
     * @param to the number after the last
     * @param size numbers of a block
     * @param threads how many blocks are worked on at a time
     * @param work the work
     * @param sink takes its results
     * @param stopped asked before every block is handed over; what is handed over by then is all
     */
    static <R> void run(
            long from, long to, int size, int threads, Work<R> work, Sink<R> sink, BooleanSupplier stopped) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "sweep");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Deque<Future<R>> ahead = new ArrayDeque<>();
            long next = from;
            long done = from;
            while (done < to && !stopped.getAsBoolean()) {
                while (next < to && ahead.size() < AHEAD * threads) {
                    long first = next;
                    long last = Math.min(to, first + size);
                    Callable<R> block = () -> work.on(first, last);
                    ahead.add(pool.submit(block));
                    next = last;
                }
                R result = get(ahead.remove());
                done = Math.min(to, done + size);
                sink.accept(done, result);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static <R> R get(Future<R> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The sweep was interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("The sweep failed.", e.getCause());
        }
    }
}
