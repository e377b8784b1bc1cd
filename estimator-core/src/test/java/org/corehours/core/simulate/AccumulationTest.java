package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.corehours.core.simulate.Steps.of;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.step.DeviceReduction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of many micro-batches: those left out of a simulation change nothing. */
class AccumulationTest {

    private static StepSimulator random(SplittableRandom random, int accumulation) {
        int layers = 1 + random.nextInt(90);
        int length = 1 + random.nextInt(12);
        boolean small = random.nextBoolean();
        KernelProgram program = Steps.program(
                block("forward", layers, 0, length, small, random),
                block(KernelProgram.BACKWARD, layers, 1 + random.nextInt(40_000), length, small, random),
                Steps.segment(KernelProgram.OPTIMIZER, 1 + random.nextInt(3), 0, Steps.memory(90)));
        List<GradientExchange> exchanges = List.of(
                Steps.buckets(50_000, 300_000),
                new GradientExchange.Combined(of(200_000L), false),
                new GradientExchange.Combined(of(200_000L), true));
        boolean issues = random.nextInt(4) > 0;
        FrameworkRuntime runtime = new FrameworkRuntime(
                "test",
                issues,
                issues && random.nextBoolean(),
                random.nextBoolean(),
                exchanges.get(random.nextInt(3)),
                of(0L),
                of(0L),
                of(0L),
                false,
                of(0.0),
                of(0.0));
        List<Parallelism> all = Parallelisms.all();
        ExchangePlan plan = all.get(random.nextInt(all.size())).exchange(runtime.exchange(), random.nextBoolean());
        List<DeviceReduction> reductions = random.nextBoolean() ? List.of() : List.of(DeviceReduction.sum("c", 90_000));
        double issue = random.nextDouble(10e-6);
        boolean alone = random.nextInt(4) == 0;
        Cluster cluster = alone
                ? Cluster.single(Steps.gpu())
                : Steps.cluster(1, 2 + 2 * random.nextInt(4), 5e-6, 1e9 + random.nextDouble(20e9), 1e9);
        return new StepSimulator(
                program,
                Steps.TIMER,
                kernel -> issue,
                runtime,
                new Collectives(cluster),
                plan,
                reductions,
                1,
                InputPipeline.of(
                        alone ? InputDemand.NONE : new InputDemand("test", random.nextDouble(0.1), 1, "test"), cluster),
                accumulation,
                1,
                random.nextDouble(1e-3));
    }

    private static Segment block(
            String phase, int times, long gradientBytes, int length, boolean small, SplittableRandom random) {
        List<Kernel> kernels = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            kernels.add(new Kernel(
                    "addmm",
                    KernelKind.MATRIX_PRODUCT,
                    "blocks.*.fc1",
                    List.of(),
                    List.of(),
                    List.of(),
                    DataType.FP32,
                    1 + random.nextInt(small ? 9 : 40),
                    random.nextInt(5),
                    0,
                    1));
        }
        return new Segment(phase, times, kernels, gradientBytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64})
    void whatIsLeftOutRepeats(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        int shortened = 0;
        for (int i = 0; i < 100; i++) {
            StepSimulator simulator = random(seeds.split(), 1 + seeds.nextInt(40));
            Timeline brief = simulator.simulate(StepFactors.NOMINAL);
            Timeline whole = simulator.simulateAll(StepFactors.NOMINAL);
            String which = "seed " + seed + ", step " + i;
            shortened += brief.leftOut().microBatches() > 0 ? 1 : 0;
            same(brief, whole, which);
            assertThat(whole.leftOut()).isEqualTo(Timeline.LeftOut.NONE);
        }
        assertThat(shortened).isGreaterThan(20);
    }

    private static void same(Timeline brief, Timeline whole, String which) {
        close(brief.stepSeconds(), whole.stepSeconds(), whole, which);
        close(brief.hostSeconds(), whole.hostSeconds(), whole, which);
        close(brief.communicationSeconds(), whole.communicationSeconds(), whole, which);
        close(brief.inputCopySeconds(), whole.inputCopySeconds(), whole, which);
        close(brief.inputStallSeconds(), whole.inputStallSeconds(), whole, which);
        close(brief.hostStallSeconds(), whole.hostStallSeconds(), whole, which);
        close(brief.barrierSeconds(), whole.barrierSeconds(), whole, which);
        close(brief.exposedCommunicationSeconds(), whole.exposedCommunicationSeconds(), whole, which);
        assertThat(brief.secondsByKind()).as(which).isEqualTo(whole.secondsByKind());
        assertThat(brief.secondsByPhase()).as(which).isEqualTo(whole.secondsByPhase());
        assertThat(brief.boundBy()).as(which).isEqualTo(whole.boundBy());
        tasks(brief, whole, which);
        path(brief, which);
    }

    private static void close(double brief, double whole, Timeline step, String which) {
        assertThat(brief).as(which).isCloseTo(whole, within(1e-9 * step.stepSeconds()));
    }

    /** What is shown stands where it stands in the whole step: the first tasks, and the last. */
    private static void tasks(Timeline brief, Timeline whole, String which) {
        int more = whole.tasks().size() - brief.tasks().size();
        int next = brief.leftOut().nextTask();
        for (int i = 0; i < brief.tasks().size(); i++) {
            TaskTime one = brief.tasks().get(i);
            TaskTime other = whole.tasks().get(i < next || more == 0 ? i : i + more);
            assertThat(one.task().work()).as(which).isEqualTo(other.task().work());
            close(one.startSeconds(), other.startSeconds(), whole, which);
            close(one.endSeconds(), other.endSeconds(), whole, which);
        }
    }

    private static void path(Timeline timeline, String which) {
        double at = 0;
        for (CriticalPath.Piece piece : timeline.criticalPath()) {
            assertThat(piece.startSeconds()).as(which).isCloseTo(at, within(1e-9));
            at = piece.endSeconds();
        }
        assertThat(at).as(which).isCloseTo(timeline.stepSeconds(), within(1e-9));
    }

    /** Ten kernels of 10 µs, a thousand times over, and an update of 90 µs: nothing waits. */
    @Test
    void aThousandMicroBatchesTakeAThousandTimesOne() {
        Timeline timeline = Steps.simulator(
                        Steps.program(
                                Steps.segment("forward", 10, 0, Steps.memory(10)),
                                Steps.segment(KernelProgram.OPTIMIZER, 1, 0, Steps.memory(90))),
                        0,
                        Steps.runtime(false, false, new GradientExchange.AfterBackward()),
                        Cluster.single(Steps.gpu()),
                        1000)
                .simulate(StepFactors.NOMINAL);

        assertThat(timeline.stepSeconds()).isCloseTo(0.1 + 90e-6, within(1e-9));
        assertThat(timeline.leftOut().microBatches()).isEqualTo(992);
        assertThat(timeline.leftOut().seconds()).isCloseTo(0.0992, within(1e-9));
        assertThat(timeline.spans()).hasSize(9);
        assertThat(timeline.criticalPath())
                .extracting(CriticalPath.Piece::name)
                .contains("992 micro-batches like the one before");
    }
}
