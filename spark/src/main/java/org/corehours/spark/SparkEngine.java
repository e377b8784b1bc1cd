package org.corehours.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.corehours.cli.sweep.SweepEngine;
import org.corehours.cli.sweep.SweepRun;
import org.corehours.cli.sweep.SweepTask;
import org.jspecify.annotations.Nullable;

/**
 * Does the blocks of a sweep on an Apache Spark cluster. Blocks go out in waves, the next while one comes back, and rows
 * are written by the driver in the order of their points: memory does not grow with the sweep, and an interrupt loses no
 * more than the waves under way.
 */
public final class SparkEngine implements SweepEngine {

    /** Waves that are out at a time: executors work on the second while the first is written. */
    private static final int WAVES = 2;

    /** Tasks of a wave per core: enough that the slowest hardly matters. */
    private static final int TASKS_PER_CORE = 4;

    /** Points of a task: fewer cost more to send than to estimate, more would keep a wave's rows in memory for long. */
    private static final long FEWEST_POINTS = 128;

    private static final long MOST_POINTS = 4096;

    /** Points of a wave, whose rows of some 300 bytes the driver holds. */
    private static final long WAVE_POINTS = 400_000;

    /** Found as a service. */
    public SparkEngine() {}

    @Override
    public String id() {
        return "spark";
    }

    @Override
    public void run(SweepTask task, SweepRun run, @Nullable String master) {
        SparkConf conf = new SparkConf().setAppName("corehours sweep");
        if (master != null) {
            conf.setMaster(master);
        }
        conf.setIfMissing("spark.master", "local[*]");
        conf.setIfMissing("spark.ui.enabled", "false");
        try (JavaSparkContext context = open(conf)) {
            waves(context, task, run);
        } finally {
            BlockWorker.close(task);
        }
    }

    private static JavaSparkContext open(SparkConf conf) {
        try {
            return new JavaSparkContext(conf);
        } catch (RuntimeException e) {
            throw refused(conf, e);
        } catch (Exception e) {
            // Scala declares no checked exceptions, and throws this one for a master that it cannot read.
            if (e instanceof SparkException) {
                throw refused(conf, e);
            }
            throw new IllegalStateException("Spark does not start.", e);
        }
    }

    private static IllegalArgumentException refused(SparkConf conf, Exception e) {
        return new IllegalArgumentException(
                "Spark does not start with the master " + conf.get("spark.master") + ": " + e.getMessage(), e);
    }

    private static void waves(JavaSparkContext context, SweepTask task, SweepRun run) {
        BlockWorker worker = new BlockWorker(task);
        int tasks = Math.max(1, context.defaultParallelism()) * TASKS_PER_CORE;
        long size = run.blocks().size();
        long next = run.done();
        Deque<JavaFutureAction<List<DoneBlock>>> out = new ArrayDeque<>();
        while (run.done() < size && !run.isStopped()) {
            while (next < size && out.size() < WAVES) {
                List<BlockOfPoints> wave = wave(next, size, tasks);
                next = wave.get(wave.size() - 1).to();
                out.add(context.parallelize(wave, wave.size()).map(worker).collectAsync());
            }
            for (DoneBlock block : get(out.remove(), run)) {
                if (run.isStopped()) {
                    break;
                }
                run.take(block.to(), block.rows(), block.selected());
            }
        }
        out.forEach(each -> each.cancel(true));
    }

    /** The blocks of the next wave. */
    private static List<BlockOfPoints> wave(long from, long size, int tasks) {
        long left = Math.min(WAVE_POINTS, size - from);
        long points = Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, (left + tasks - 1) / tasks));
        List<BlockOfPoints> wave = new ArrayList<>();
        long first = from;
        while (wave.size() < tasks && first < size) {
            long to = Math.min(size, first + points);
            wave.add(new BlockOfPoints(first, to));
            first = to;
        }
        return wave;
    }

    /** What came of a wave; nothing where an interrupt has stopped Spark as well. */
    private static List<DoneBlock> get(JavaFutureAction<List<DoneBlock>> wave, SweepRun run) {
        try {
            return wave.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The sweep was interrupted.", e);
        } catch (ExecutionException | CancellationException e) {
            if (run.isStopped()) {
                return List.of();
            }
            throw new IllegalStateException("A task of Spark failed: " + (e.getCause() == null ? e : e.getCause()), e);
        }
    }
}
