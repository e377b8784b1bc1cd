package org.corehours.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.corehours.cli.BuiltInEnvironment;
import org.corehours.papers.Paper;
import org.corehours.sweep.Axis;
import org.corehours.sweep.PointEvaluator;
import org.corehours.sweep.PointResult;
import org.corehours.sweep.Sweep;
import org.corehours.sweep.SweepReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Points of a sweep over training in mixed precision, by what they share with points before. More of them are cycled
 * through than an evaluator keeps, so that what is called new is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // set by JMH
public class SweepBenchmark {

    private static final int DEVICES_PER_MACHINE = 8;
    private static final int MACHINES = 1024;
    private static final int ACCUMULATIONS = 4;
    private static final int BATCHES = 4096;
    private static final int LENGTHS = 1024;
    private static final List<String> HARDWARE = List.of("v100-sxm2-32gb", "a100-sxm4-80gb", "h100-sxm5-80gb", "t4");

    // The places of the axes.
    private static final int ON = 1;
    private static final int DEVICES = 2;
    private static final int ACCUMULATION = 3;
    private static final int BATCH = 4;
    private static final int EPOCHS = 5;

    /** The model: vit_base has 12 blocks, vit_large 24, vit_huge_patch14_224 32, vit_gigantic_patch14_224 48. */
    @Param("vit_base_patch16_224")
    public String model;

    /** Devices of a run, but for {@link #sharedStep}. */
    @Param("64")
    public int devices;

    private PointEvaluator evaluator;
    private final int[] choice = new int[EPOCHS + 1];
    private int next;

    /** Reads the sweep. */
    @Setup
    public void read() {
        Stream<String> machines = numbers(MACHINES, i -> i * DEVICES_PER_MACHINE);
        Sweep sweep = new SweepReader(new BuiltInEnvironment(), SweepBenchmark::noPaper)
                .read(
                        null,
                        List.of(
                                new Axis("model", List.of(model)),
                                new Axis("hardware", HARDWARE),
                                new Axis(
                                        "devices",
                                        Stream.concat(Stream.of(Integer.toString(devices)), machines)
                                                .toList()),
                                new Axis(
                                        "accumulation",
                                        numbers(ACCUMULATIONS, i -> i).toList()),
                                new Axis("batch", numbers(BATCHES, i -> i).toList()),
                                new Axis("epochs", numbers(LENGTHS, i -> i).toList())),
                        0,
                        List.of());
        evaluator = new PointEvaluator(sweep);
    }

    private static Stream<String> numbers(int count, LongUnaryOperator number) {
        return LongStream.rangeClosed(1, count).map(number).mapToObj(Long::toString);
    }

    private static Paper noPaper(String name) {
        throw new IllegalArgumentException("The sweep names no paper, yet asks for " + name + ".");
    }

    private PointResult at(int axis, int value) {
        choice[axis] = value;
        return evaluator.evaluate(0, choice);
    }

    /** {@return a run met before, of another length} */
    @Benchmark
    public PointResult sharedRun() {
        return at(EPOCHS, next++ % LENGTHS);
    }

    /** {@return a new run, of a step met before: on other devices, with other accumulation} */
    @Benchmark
    public PointResult sharedStep() {
        int run = next++ % (MACHINES * ACCUMULATIONS);
        choice[ACCUMULATION] = run % ACCUMULATIONS;
        return at(DEVICES, 1 + run / ACCUMULATIONS);
    }

    /** {@return a new step: another batch} */
    @Benchmark
    public PointResult newBatch() {
        return at(BATCH, next++ % BATCHES);
    }

    /** A new batch on four kinds of devices one after the other. */
    @Benchmark
    @OperationsPerInvocation(4)
    public void newBatchOnFour(Blackhole results) {
        choice[BATCH] = next++ % BATCHES;
        for (int device = 0; device < HARDWARE.size(); device++) {
            results.consume(at(ON, device));
        }
    }
}
