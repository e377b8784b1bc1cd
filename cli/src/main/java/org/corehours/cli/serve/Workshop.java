package org.corehours.cli.serve;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where evaluations are made: a few at a time, a few that wait, and none that is waited for too long. */
final class Workshop implements AutoCloseable {

    private final Duration longest;
    private final ThreadPoolExecutor workers;

    /**
     * A workshop.
     *
     * @param atOnce how many evaluations are made at a time
     * @param waiting how many may wait
     * @param longest how long one is waited for
     */
    Workshop(int atOnce, int waiting, Duration longest) {
        this.longest = longest;
        this.workers =
                new ThreadPoolExecutor(atOnce, atOnce, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), work -> {
                    Thread thread = new Thread(work, "corehours-evaluation");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Makes an evaluation.
     *
     * @param evaluation the evaluation
     * @param <T> what it gives
     * @return what it gives
     * @throws RefusedException if too many wait already, or it takes too long; or what it throws
     */
    <T> T make(Callable<T> evaluation) {
        Future<T> future;
        try {
            future = workers.submit(evaluation);
        } catch (RejectedExecutionException e) {
            throw new RefusedException(429, "Too many requests wait already. Ask again in a second.");
        }
        try {
            return future.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new RefusedException(503, "The evaluation took longer than " + longest.toSeconds() + " s.");
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new RefusedException(503, "The server is stopping.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            if (e.getCause() instanceof RuntimeException bug) {
                throw bug;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
