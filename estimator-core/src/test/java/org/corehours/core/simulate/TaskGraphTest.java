package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.corehours.core.simulate.Steps.cluster;
import static org.corehours.core.simulate.Steps.memory;
import static org.corehours.core.simulate.Steps.of;
import static org.corehours.core.simulate.Steps.product;
import static org.corehours.core.simulate.Steps.program;
import static org.corehours.core.simulate.Steps.runtime;
import static org.corehours.core.simulate.Steps.segment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.simulate.Task.Dependency;
import org.corehours.core.step.DeviceReduction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tasks of a step, what each waits for, and when they run. */
class TaskGraphTest {

    private static final Offset<Double> EXACTLY = within(1e-12);
    private static final Cluster TWO = cluster(1, 2, 0, 1e9, 1e9);

    private static GradientExchange combined(long bytes, boolean asynchronous) {
        return new GradientExchange.Combined(of(bytes), asynchronous);
    }

    private static KernelProgram backward() {
        return program(
                segment("forward", 1, 0, product(1000)),
                segment(KernelProgram.BACKWARD, 4, 1_000_000, product(500)),
                segment(KernelProgram.OPTIMIZER, 1, 0, memory(100)));
    }

    /**
     * Four blocks of 500 µs with 1 MB of gradients each, two of which are combined and take 2 ms at 1 GB/s: the program
     * stands still from 2000 to 4000 and from 5000 to 7000.
     */
    @Test
    void aSynchronousAllReduceHoldsUpTheKernelsBehindIt() {
        Timeline timeline = Steps.simulator(backward(), 0, runtime(false, false, combined(2_000_000, false)), TWO, 1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.exchanges())
                .extracting(Timeline.Exchange::startSeconds)
                .hasSize(2);
        assertThat(timeline.exchanges().get(0).startSeconds()).isCloseTo(2000e-6, EXACTLY);
        assertThat(timeline.exchanges().get(1).startSeconds()).isCloseTo(5000e-6, EXACTLY);
        assertThat(timeline.stepSeconds()).isCloseTo(7100e-6, EXACTLY);
        assertThat(timeline.communicationOverlap()).isZero();
    }

    /** The same beside the kernels: the first from 2000 to 4000, the second, ready at 3000, from 4000 to 6000. */
    @Test
    void aLatencyHidingSchedulerLetsKernelsRunBesideIt() {
        Timeline timeline = Steps.simulator(backward(), 0, runtime(false, false, combined(2_000_000, true)), TWO, 1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo(6100e-6, EXACTLY);
        assertThat(timeline.communicationOverlap()).isCloseTo(0.25, EXACTLY);
        assertThat(timeline.criticalPath())
                .extracting(CriticalPath.Piece::name)
                .containsExactly(
                        "forward", KernelProgram.BACKWARD, "all-reduce", "all-reduce", KernelProgram.OPTIMIZER);
    }

    /** Two blocks of 1000 µs with a normalization each; their statistics take 250 µs for two devices, twice. */
    @Test
    void statisticsOfLayersAreCombinedWhereTheLayersAre() {
        Kernel normalization = new Kernel(
                "batch_norm",
                KernelKind.NORMALIZATION,
                "",
                List.of(),
                List.of(),
                List.of(),
                DataType.FP32,
                1000,
                0,
                0,
                1);
        Timeline timeline = new StepSimulator(
                        program(
                                segment("forward", 2, 0, normalization),
                                segment(KernelProgram.BACKWARD, 1, 0, product(500))),
                        Steps.TIMER,
                        kernel -> 0,
                        runtime(true, false, new GradientExchange.AfterBackward()),
                        new Collectives(TWO),
                        DataParallel.INSTANCE.exchange(new GradientExchange.AfterBackward(), false),
                        List.of(new DeviceReduction(
                                "statistics",
                                DeviceReduction.When.FORWARD_LAYERS,
                                DeviceReduction.Operation.SUM,
                                250_000,
                                2)),
                        1,
                        new InputPipeline(InputDemand.NONE, 1, 1, 1),
                        1,
                        1,
                        0)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.exchanges().get(0).startSeconds()).isCloseTo(1000e-6, EXACTLY);
        assertThat(timeline.exchanges().get(1).startSeconds()).isCloseTo(2250e-6, EXACTLY);
        assertThat(timeline.stepSeconds()).isCloseTo(3000e-6, EXACTLY);
        assertThat(timeline.idleSeconds()).containsOnlyKeys(IdleCause.COMMUNICATION);
    }

    /** 10 µs to issue kernels of 3: the path is the host's, and the last kernel. */
    @Test
    void whereKernelsComeLateThePathIsTheHosts() {
        Timeline timeline = Steps.simulator(
                        program(segment("forward", 4, 0, memory(3))),
                        10e-6,
                        runtime(true, false, new GradientExchange.AfterBackward()),
                        Cluster.single(Steps.gpu()),
                        1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.criticalPath())
                .extracting(CriticalPath.Piece::stream)
                .containsExactly(Stream.HOST, Stream.COMPUTE);
        assertThat(timeline.criticalPath().get(1).startSeconds()).isCloseTo(40e-6, EXACTLY);
        assertThat(timeline.idleSeconds()).containsOnlyKeys(IdleCause.HOST);
    }

    /** A step with all that can wait for anything. */
    private static StepSimulator random(SplittableRandom random, double bandwidth) {
        int layers = 1 + random.nextInt(6);
        KernelProgram program = program(
                block("forward", layers, 0, random),
                block(KernelProgram.BACKWARD, layers, 1 + random.nextInt(4_000_000), random),
                segment(KernelProgram.OPTIMIZER, 1 + random.nextInt(3), 0, memory(1 + random.nextInt(90))));
        List<GradientExchange> exchanges =
                List.of(Steps.buckets(500_000, 3_000_000), combined(2_000_000, false), combined(2_000_000, true));
        boolean issues = random.nextBoolean();
        FrameworkRuntime runtime = runtime(issues, issues && random.nextBoolean(), exchanges.get(random.nextInt(3)));
        List<Parallelism> all = Parallelisms.all();
        ExchangePlan plan = all.get(random.nextInt(all.size())).exchange(runtime.exchange(), random.nextBoolean());
        List<DeviceReduction> reductions =
                random.nextBoolean() ? List.of() : List.of(DeviceReduction.sum("centre", 1 + random.nextInt(100_000)));
        double issue = random.nextDouble(40e-6);
        Cluster cluster = cluster(1, 2 + 2 * random.nextInt(4), 5e-6, bandwidth, 1e9);
        return new StepSimulator(
                program,
                Steps.TIMER,
                kernel -> issue,
                runtime,
                new Collectives(cluster),
                plan,
                reductions,
                1,
                InputPipeline.of(new InputDemand("test", random.nextDouble(0.01), 1, "test"), cluster),
                1 + random.nextInt(3),
                1,
                random.nextDouble(1e-4));
    }

    private static Segment block(String phase, int times, long gradientBytes, SplittableRandom random) {
        List<Kernel> kernels = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            kernels.add(new Kernel(
                    "addmm",
                    KernelKind.MATRIX_PRODUCT,
                    "blocks.*.fc1",
                    List.of(),
                    List.of(),
                    List.of(),
                    DataType.FP32,
                    1 + random.nextInt(400),
                    random.nextInt(5),
                    0,
                    1));
        }
        return new Segment(phase, times, kernels, gradientBytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53, 54})
    void anyStepKeepsTheRulesOfItsStreams(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < 60; i++) {
            SplittableRandom random = seeds.split();
            SplittableRandom same = seeds.split();
            double bandwidth = 1e9 + random.nextDouble(20e9);
            StepSimulator simulator = random(random, bandwidth);
            Timeline timeline = simulator.simulate(StepFactors.NOMINAL);
            String which = "seed " + seed + ", step " + i + ", " + same.nextInt();
            assertOneAtATime(timeline, which);
            assertWaits(timeline, which);
            assertThat(timeline.idleSeconds().values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum())
                    .as(which)
                    .isCloseTo(timeline.totalIdleSeconds(), EXACTLY);
            double at = 0;
            for (CriticalPath.Piece piece : timeline.criticalPath()) {
                assertThat(piece.startSeconds()).as(which).isCloseTo(at, EXACTLY);
                at = piece.endSeconds();
            }
            assertThat(at).as(which).isCloseTo(timeline.stepSeconds(), EXACTLY);
            Map<Stream, Double> work = new EnumMap<>(Stream.class);
            timeline.tasks().stream()
                    .filter(each -> each.task().stream() != Stream.COMPUTE)
                    .forEach(each -> work.merge(each.task().stream(), each.seconds(), Double::sum));
            assertThat(work.values()).as(which).allMatch(seconds -> seconds <= timeline.stepSeconds() + 1e-12);
            assertThat(timeline.busySeconds()).as(which).isLessThanOrEqualTo(timeline.stepSeconds() + 1e-12);
        }
    }

    private static void assertOneAtATime(Timeline timeline, String which) {
        Map<Stream, Double> free = new EnumMap<>(Stream.class);
        for (TaskTime each : timeline.tasks()) {
            assertThat(each.startSeconds())
                    .as("%s, task %d", which, each.task().number())
                    .isGreaterThanOrEqualTo(free.getOrDefault(each.task().stream(), 0.0) - 1e-12)
                    .isLessThanOrEqualTo(each.endSeconds() + 1e-12);
            free.put(each.task().stream(), each.endSeconds());
        }
    }

    private static void assertWaits(Timeline timeline, String which) {
        for (TaskTime each : timeline.tasks()) {
            for (Dependency after : each.task().after()) {
                assertThat(after.task()).as(which).isLessThan(each.task().number());
                if (after.runs() == Dependency.END) {
                    assertThat(each.startSeconds())
                            .as(which)
                            .isGreaterThanOrEqualTo(
                                    timeline.tasks().get(after.task()).endSeconds() - 1e-12);
                }
            }
        }
    }

    /** Tasks of known lengths, so that any simulator can run them: no kernels, which have times within. */
    private static List<Task> plainTasks(SplittableRandom random) {
        List<Task> tasks = new ArrayList<>();
        Stream[] streams = {Stream.COMMUNICATION, Stream.COPY};
        int count = 2 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            List<Dependency> after = new ArrayList<>();
            for (int j = 0; j < random.nextInt(4) && i > 0; j++) {
                int before = random.nextInt(i);
                after.add(random.nextBoolean() ? Dependency.end(before) : Dependency.start(before));
            }
            tasks.add(new Task(i, streams[random.nextInt(2)], new Task.Copy(0, random.nextInt(1000) * 1e-6), after));
        }
        return tasks;
    }

    private static TaskTime[] simulate(List<Task> tasks) {
        StepTasks step = new StepTasks(tasks, List.of(0), 0);
        return new Simulation(step, new SteadyState(List.of(), true), List.of(), StepFactors.NOMINAL, 0, 0).times();
    }

    /** Going through tasks as they are issued, against a queue of events in the order of their times. */
    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void issueOrderFindsTheTimesThatAQueueOfEventsFinds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            List<Task> tasks = plainTasks(random);
            TaskTime[] times = simulate(tasks);
            double[] ends = byEvents(tasks);
            for (Task task : tasks) {
                assertThat(times[task.number()].endSeconds())
                        .as("seed %d, graph %d, task %d", seed, i, task.number())
                        .isCloseTo(ends[task.number()], EXACTLY);
            }
        }
    }

    private record Event(double seconds, int task, boolean ends) {}

    private static double[] byEvents(List<Task> tasks) {
        PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingDouble(Event::seconds).thenComparing(Event::task));
        boolean[] started = new boolean[tasks.size()];
        boolean[] ended = new boolean[tasks.size()];
        double[] ends = new double[tasks.size()];
        double now = 0;
        while (true) {
            boolean any = true;
            while (any) {
                any = false;
                for (Task task : tasks) {
                    if (!started[task.number()] && mayStart(task, tasks, started, ended)) {
                        started[task.number()] = true;
                        events.add(new Event(now + ((Task.Copy) task.work()).seconds(), task.number(), true));
                        any = true;
                    }
                }
            }
            Event next = events.poll();
            if (next == null) {
                return ends;
            }
            now = next.seconds();
            ended[next.task()] = true;
            ends[next.task()] = now;
        }
    }

    private static boolean mayStart(Task task, List<Task> tasks, boolean[] started, boolean[] ended) {
        for (Task before : tasks.subList(0, task.number())) {
            if (before.stream() == task.stream() && !ended[before.number()]) {
                return false;
            }
        }
        return task.after().stream()
                .allMatch(each -> each.runs() == Dependency.END ? ended[each.task()] : started[each.task()]);
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73, 74})
    void aTaskThatWaitsForLessNeverMakesAStepLonger(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 100; i++) {
            List<Task> tasks = plainTasks(random);
            int chosen = random.nextInt(tasks.size());
            List<Task> freed = new ArrayList<>(tasks);
            Task task = tasks.get(chosen);
            freed.set(chosen, new Task(chosen, task.stream(), task.work(), List.of()));

            assertThat(last(simulate(freed)))
                    .as("seed %d, graph %d", seed, i)
                    .isLessThanOrEqualTo(last(simulate(tasks)));
        }
    }

    private static double last(TaskTime[] times) {
        double last = 0;
        for (TaskTime each : times) {
            last = Math.max(last, each.endSeconds());
        }
        return last;
    }
}
