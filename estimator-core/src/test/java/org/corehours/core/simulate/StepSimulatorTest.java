package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.corehours.core.simulate.Steps.buckets;
import static org.corehours.core.simulate.Steps.cluster;
import static org.corehours.core.simulate.Steps.launched;
import static org.corehours.core.simulate.Steps.memory;
import static org.corehours.core.simulate.Steps.product;
import static org.corehours.core.simulate.Steps.program;
import static org.corehours.core.simulate.Steps.runtime;
import static org.corehours.core.simulate.Steps.segment;
import static org.corehours.core.simulate.Steps.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.step.DeviceReduction;
import org.corehours.core.timing.KernelTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepSimulatorTest {

    private static final Offset<Double> EXACTLY = within(1e-12);
    private static final GradientExchange AFTER = new GradientExchange.AfterBackward();
    private static final Cluster ALONE = Cluster.single(Steps.gpu());

    @Test
    void aCompiledProgramRunsItsKernelsBackToBack() {
        Timeline timeline = simulator(
                        program(segment("forward", 3, 0, product(40), memory(20), launched(5, 2))),
                        1,
                        runtime(false, false, AFTER),
                        ALONE,
                        1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo(3 * 67e-6, EXACTLY);
        assertThat(timeline.matrixSeconds()).isCloseTo(120e-6, EXACTLY);
        assertThat(timeline.memorySeconds()).isCloseTo(75e-6, EXACTLY);
        assertThat(timeline.launchSeconds()).isCloseTo(6e-6, EXACTLY);
        assertThat(timeline.hostStallSeconds()).isZero();
        assertThat(timeline.boundBy()).isEqualTo(Bottleneck.COMPUTE);
        assertThat(timeline.secondsByKind().get(KernelKind.MATRIX_PRODUCT)).isCloseTo(120e-6, EXACTLY);
        assertThat(timeline.secondsByPhase().get("forward")).isCloseTo(201e-6, EXACTLY);
    }

    /**
     * Issue 10 µs each. Kernels of 5, 5 and 100 µs: the device starts them at 10, 20 and 30 µs and ends at 130. The
     * host has then long issued the second repetition, which runs back to back: 110 µs more.
     */
    @Test
    void theDeviceWaitsForTheHostUntilTheHostIsAhead() {
        Timeline timeline = simulator(
                        program(segment("forward", 2, 0, memory(5), memory(5), memory(100))),
                        10e-6,
                        runtime(true, false, AFTER),
                        ALONE,
                        1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo(240e-6, EXACTLY);
        assertThat(timeline.hostStallSeconds()).isCloseTo(20e-6, EXACTLY);
        assertThat(timeline.hostSeconds()).isCloseTo(60e-6, EXACTLY);
    }

    /** With kernels shorter than their issue, the host sets the pace: 4 × 10 µs to issue, then the last kernel. */
    @Test
    void aStepOfSmallKernelsTakesTheTimeToIssueThem() {
        Timeline timeline = simulator(
                        program(segment("forward", 4, 0, memory(3))), 10e-6, runtime(true, false, AFTER), ALONE, 1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo(43e-6, EXACTLY);
        assertThat(timeline.boundBy()).isEqualTo(Bottleneck.LAUNCH);
    }

    /**
     * Two devices that all-reduce 1 MB in 1 ms. Backward has 4 blocks of 500 µs that complete 2 MB each: the first
     * bucket of 1 MB and one of 3 MB are there after 500 and 1000 µs, the next of 3 MB after 2000 µs with 1 MB to go.
     */
    @Test
    void bucketsLeaveAsTheBackwardComputationFillsThem() {
        Cluster two = cluster(1, 2, 0, 1e9, 1e9);
        Timeline timeline = simulator(
                        program(
                                segment("forward", 1, 0, product(1000)),
                                segment(KernelProgram.BACKWARD, 4, 2_000_000, product(500)),
                                segment(KernelProgram.OPTIMIZER, 1, 0, memory(100))),
                        0,
                        runtime(false, false, buckets(1_000_000, 3_000_000)),
                        two,
                        1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.exchanges())
                .extracting(Timeline.Exchange::bytes)
                .containsExactly(1_000_000L, 3_000_000L, 3_000_000L, 1_000_000L);
        assertExchange(timeline.exchanges().get(0), 1500, 1500, 2500);
        assertExchange(timeline.exchanges().get(1), 2000, 2500, 5500);
        assertExchange(timeline.exchanges().get(2), 3000, 5500, 8500);
        assertExchange(timeline.exchanges().get(3), 3000, 8500, 9500);
        assertThat(timeline.stepSeconds()).isCloseTo(9600e-6, EXACTLY);
        assertThat(timeline.exposedCommunicationSeconds()).isCloseTo(6500e-6, EXACTLY);
        assertThat(timeline.communicationSeconds()).isCloseTo(8000e-6, EXACTLY);
        assertThat(timeline.boundBy()).isEqualTo(Bottleneck.COMMUNICATION);
    }

    private static void assertExchange(Timeline.Exchange exchange, double ready, double start, double end) {
        assertThat(exchange.readySeconds()).isCloseTo(ready * 1e-6, EXACTLY);
        assertThat(exchange.startSeconds()).isCloseTo(start * 1e-6, EXACTLY);
        assertThat(exchange.endSeconds()).isCloseTo(end * 1e-6, EXACTLY);
    }

    @Test
    void aCompiledStepExchangesGradientsAfterItsBackwardComputation() {
        Timeline timeline = simulator(
                        program(
                                segment(KernelProgram.BACKWARD, 4, 2_000_000, product(500)),
                                segment(KernelProgram.OPTIMIZER, 1, 0, memory(100))),
                        0,
                        runtime(false, false, AFTER),
                        cluster(1, 2, 0, 1e9, 1e9),
                        1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.exchanges()).hasSize(1);
        assertExchange(timeline.exchanges().get(0), 2000, 2000, 10000);
        assertThat(timeline.stepSeconds()).isCloseTo(10100e-6, EXACTLY);
        assertThat(timeline.communicationOverlap()).isZero();
    }

    /** A host that waits for the device issues the update only then: 20 µs of stall for its first kernel. */
    @Test
    void aLossScalerLetsTheHostFallBehind() {
        KernelProgram program = program(
                segment(KernelProgram.BACKWARD, 1, 0, product(500)),
                segment(KernelProgram.OPTIMIZER, 1, 0, memory(100), memory(100)));

        Timeline free =
                simulator(program, 20e-6, runtime(true, false, AFTER), ALONE, 1).simulate(StepFactors.NOMINAL);
        Timeline scaled =
                simulator(program, 20e-6, runtime(true, true, AFTER), ALONE, 1).simulate(StepFactors.NOMINAL);

        assertThat(free.stepSeconds()).isCloseTo(720e-6, EXACTLY);
        assertThat(scaled.stepSeconds()).isCloseTo(740e-6, EXACTLY);
        assertThat(scaled.hostStallSeconds()).isCloseTo(40e-6, EXACTLY);
    }

    /** Three runs of two kernels of 5 us, issued in 10 us each, one of whose results the host reads in 20 us. */
    @Test
    void aHostThatReadsResultsBackAddsItsTimeToTheDevices() {
        Segment clipping = new Segment(KernelProgram.OPTIMIZER, 3, List.of(memory(5), memory(5)), 0, 1);

        Timeline timeline = simulator(
                        program(segment("forward", 1, 0, product(500)), clipping),
                        10e-6,
                        runtime(true, false, AFTER),
                        ALONE,
                        1)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo((510 + 3 * (10 + 20 + 20)) * 1e-6, EXACTLY);
        assertThat(timeline.hostStallSeconds()).isCloseTo((10 + 3 * 40) * 1e-6, EXACTLY);
        assertThat(timeline.busySeconds()).isCloseTo(530e-6, EXACTLY);
    }

    /** Two devices at 1 GB/s: 1 MB is summed in 1 ms after the forward passes, 2 x 1 MB gathered in 0.5 ms each. */
    @Test
    void kernelsWaitForWhatDevicesCombineInTheMiddleOfAStep() {
        Timeline timeline = new StepSimulator(
                        program(
                                segment("teacher", 1, 0, product(1000)),
                                segment("student", 1, 0, product(1000)),
                                segment(KernelProgram.BACKWARD, 1, 0, product(2000)),
                                segment(KernelProgram.OPTIMIZER, 1, 0, memory(100))),
                        Steps.TIMER,
                        kernel -> 0,
                        runtime(false, false, AFTER),
                        new Collectives(cluster(1, 2, 0, 1e9, 1e9)),
                        DataParallel.INSTANCE.exchange(AFTER, false),
                        List.of(
                                DeviceReduction.sum("centre", 1_000_000),
                                new DeviceReduction(
                                        "statistics",
                                        DeviceReduction.When.BACKWARD,
                                        DeviceReduction.Operation.GATHER,
                                        500_000,
                                        2)),
                        1,
                        new InputPipeline(InputDemand.NONE, 1, 1, 1, false),
                        1,
                        1,
                        0)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.exchanges())
                .extracting(Timeline.Exchange::collective)
                .containsExactly(Collective.ALL_REDUCE, Collective.ALL_GATHER);
        assertExchange(timeline.exchanges().get(0), 2000, 2000, 3000);
        assertExchange(timeline.exchanges().get(1), 5000, 5000, 6000);
        assertThat(timeline.stepSeconds()).isCloseTo(6100e-6, EXACTLY);
        assertThat(timeline.exposedCommunicationSeconds()).isCloseTo(2000e-6, EXACTLY);
    }

    @Test
    void accumulationRepeatsAllButTheUpdateAndExchangesOnce() {
        KernelProgram program = program(
                segment("forward", 1, 0, product(100)),
                segment(KernelProgram.BACKWARD, 1, 1_000_000, product(200)),
                segment(KernelProgram.OPTIMIZER, 1, 0, memory(50)));

        Timeline timeline = simulator(
                        program, 0, runtime(false, false, buckets(1_000_000, 1_000_000)), cluster(1, 2, 0, 1e9, 1e9), 3)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo((3 * 300 + 1000 + 50) * 1e-6, EXACTLY);
        assertThat(timeline.exchanges()).hasSize(1);
        assertThat(timeline.spans()).extracting(Timeline.Span::microBatch).containsExactly(0, 0, 1, 1, 2, 2, 2);
    }

    /** 8 samples at 10 ms of a core of half speed, on (5 − 0.5) × 1.25 cores: 28.4 ms against 1 ms of kernels. */
    @Test
    void aSlowInputBoundsTheStep() {
        Cluster cluster = cluster(1, 2, 0, 1e9, 1e9);
        Timeline timeline = new StepSimulator(
                        program(segment("forward", 1, 0, product(1000))),
                        Steps.TIMER,
                        kernel -> 0,
                        runtime(true, false, AFTER),
                        new Collectives(cluster),
                        DataParallel.INSTANCE.exchange(AFTER, false),
                        List.of(),
                        1,
                        InputPipeline.of(new InputDemand("test", 0.01, 1000, "test"), cluster),
                        1,
                        8,
                        0.0005)
                .simulate(StepFactors.NOMINAL);

        double input = 8 * 0.01 / (4.5 * 1.25 * 0.5);
        assertThat(timeline.inputSeconds()).isCloseTo(input, EXACTLY);
        assertThat(timeline.stepSeconds()).isCloseTo(input, EXACTLY);
        assertThat(timeline.inputCopySeconds()).isCloseTo(0.0005, EXACTLY);
        assertThat(timeline.inputStallSeconds()).isCloseTo(input - 0.0015, EXACTLY);
        assertThat(timeline.boundBy()).isEqualTo(Bottleneck.INPUT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theExplanationAddsUpAndNoStreamIsFasterThanItsWork(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            KernelProgram program = randomProgram(random);
            StepSimulator simulator = simulator(
                    program,
                    random.nextDouble(30e-6),
                    runtime(random.nextBoolean(), random.nextBoolean(), buckets(500_000, 3_000_000)),
                    cluster(1 + random.nextInt(3), 8, 50e-6, 50e9, 5e9),
                    1 + random.nextInt(3));
            Timeline timeline = simulator.simulate(factors(random));

            assertThat(timeline.stepSeconds())
                    .as("seed %d, step %d", seed, i)
                    .isCloseTo(
                            timeline.busySeconds()
                                    + timeline.inputCopySeconds()
                                    + timeline.hostStallSeconds()
                                    + timeline.exposedCommunicationSeconds()
                                    + timeline.inputStallSeconds(),
                            EXACTLY)
                    .isGreaterThanOrEqualTo(timeline.busySeconds() - 1e-12)
                    .isGreaterThanOrEqualTo(timeline.hostSeconds() - 1e-12)
                    .isGreaterThanOrEqualTo(timeline.communicationSeconds() - 1e-12);
            assertThat(sum(timeline.secondsByKind().values())).isCloseTo(timeline.busySeconds(), EXACTLY);
            assertThat(sum(timeline.secondsByPhase().values())).isCloseTo(timeline.busySeconds(), EXACTLY);
            assertOneAtATime(timeline);
        }
    }

    private static void assertOneAtATime(Timeline timeline) {
        for (int i = 1; i < timeline.spans().size(); i++) {
            assertThat(timeline.spans().get(i).startSeconds())
                    .isGreaterThanOrEqualTo(timeline.spans().get(i - 1).endSeconds() - 1e-12);
        }
        for (int i = 1; i < timeline.exchanges().size(); i++) {
            assertThat(timeline.exchanges().get(i).startSeconds())
                    .isGreaterThanOrEqualTo(timeline.exchanges().get(i - 1).endSeconds() - 1e-12);
        }
    }

    private static double sum(Iterable<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void nothingSlowerMakesAStepFaster(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            KernelProgram program = randomProgram(random);
            double issue = random.nextDouble(30e-6);
            FrameworkRuntime runtime = runtime(true, random.nextBoolean(), buckets(500_000, 3_000_000));
            StepFactors factors = factors(random);
            double more = 1 + random.nextDouble();
            StepSimulator simulator = simulator(program, issue, runtime, cluster(2, 8, 50e-6, 50e9, 5e9), 1);
            double seconds = simulator.simulate(factors).stepSeconds();

            List<StepFactors> slower = List.of(
                    new StepFactors(
                            factors.matrix() * more, factors.memory(), factors.host(), factors.communication(), 1, 1),
                    new StepFactors(
                            factors.matrix(), factors.memory() * more, factors.host(), factors.communication(), 1, 1),
                    new StepFactors(
                            factors.matrix(), factors.memory(), factors.host() * more, factors.communication(), 1, 1),
                    new StepFactors(
                            factors.matrix(), factors.memory(), factors.host(), factors.communication() * more, 1, 1));
            assertThat(slower)
                    .as("seed %d, step %d", seed, i)
                    .allMatch(each -> simulator.simulate(each).stepSeconds() >= seconds - 1e-12);
            assertThat(simulator(program, issue, runtime, cluster(2, 8, 50e-6, 60e9, 6e9), 1)
                            .simulate(factors)
                            .stepSeconds())
                    .isLessThanOrEqualTo(seconds + 1e-12);
        }
    }

    /** The closed form over repetitions, and the few kernels it looks at, against a walk of every single kernel. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void repetitionsCostWhatTheirKernelsDoOneByOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            KernelProgram program = randomProgram(random);
            double issue = random.nextDouble(30e-6);
            StepSimulator simulator = simulator(program, issue, runtime(true, false, AFTER), ALONE, 1);
            StepFactors factors = factors(random);

            assertThat(simulator.simulate(StepFactors.NOMINAL).stepSeconds())
                    .as("seed %d, step %d", seed, i)
                    .isCloseTo(kernelByKernel(program, issue, StepFactors.NOMINAL), EXACTLY);
            assertThat(simulator.simulate(factors).stepSeconds())
                    .as("seed %d, step %d, %s", seed, i, factors)
                    .isCloseTo(kernelByKernel(program, issue, factors), withinPercentage(1));
        }
    }

    private static double kernelByKernel(KernelProgram program, double issue, StepFactors factors) {
        double device = 0;
        double host = 0;
        for (Segment segment : program.segments()) {
            for (int repetition = 0; repetition < segment.times(); repetition++) {
                for (Kernel kernel : segment.kernels()) {
                    KernelTime time = Steps.TIMER.apply(kernel);
                    host += factors.host() * issue;
                    device = Math.max(device, host)
                            + factors.matrix() * time.computeSeconds()
                            + factors.memory() * time.memorySeconds()
                            + factors.host() * time.launchSeconds();
                }
            }
        }
        return device;
    }

    private static StepFactors factors(SplittableRandom random) {
        return new StepFactors(
                0.5 + random.nextDouble(),
                0.5 + random.nextDouble(),
                0.5 + random.nextDouble(),
                0.5 + random.nextDouble(),
                1,
                1);
    }

    private static KernelProgram randomProgram(SplittableRandom random) {
        List<Segment> segments = new ArrayList<>();
        String[] phases = {"teacher", "student", KernelProgram.BACKWARD, KernelProgram.BACKWARD, KernelProgram.OPTIMIZER
        };
        for (String phase : phases) {
            Kernel[] kernels = new Kernel[1 + random.nextInt(20)];
            for (int i = 0; i < kernels.length; i++) {
                long microseconds = 1 + random.nextInt(40);
                kernels[i] = switch (random.nextInt(3)) {
                    case 0 -> product(microseconds);
                    case 1 -> memory(microseconds);
                    default -> launched(microseconds, random.nextInt(4));
                };
            }
            long gradients = phase.equals(KernelProgram.BACKWARD) ? random.nextLong(4_000_000) : 0;
            segments.add(segment(phase, 1 + random.nextInt(12), gradients, kernels));
        }
        return new KernelProgram(segments, Steps.NO_MEMORY);
    }
}
