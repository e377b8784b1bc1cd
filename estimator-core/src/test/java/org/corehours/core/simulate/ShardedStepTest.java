package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.corehours.core.simulate.Steps.buckets;
import static org.corehours.core.simulate.Steps.cluster;
import static org.corehours.core.simulate.Steps.memory;
import static org.corehours.core.simulate.Steps.program;
import static org.corehours.core.simulate.Steps.runtime;

import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.StepMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedStepTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    /** Three blocks of 1000 µs forward and 2000 µs backward, with 2 MB of gradients each; nothing else. */
    private static KernelProgram blocks() {
        return program(
                new Segment("forward", 3, List.of(block(1000)), 0),
                new Segment(KernelProgram.BACKWARD, 3, List.of(block(2000)), 2_000_000),
                new Segment(KernelProgram.OPTIMIZER, 1, List.of(memory(100)), 0));
    }

    private static Kernel block(long microseconds) {
        return new Kernel(
                "addmm",
                KernelKind.MATRIX_PRODUCT,
                "blocks.*.fc1",
                List.of(),
                List.of(),
                List.of(),
                DataType.FP32,
                microseconds,
                0,
                0,
                1);
    }

    private static Timeline simulate(Parallelism parallelism, KernelProgram program, double bus, int accumulation) {
        GradientExchange buckets = buckets(1_000_000, 3_000_000);
        return Steps.simulator(
                        program,
                        0,
                        runtime(true, false, buckets),
                        cluster(1, 2, 0, bus, 1e9),
                        parallelism.exchange(buckets, false),
                        accumulation)
                .simulate(StepFactors.NOMINAL);
    }

    /**
     * Two devices at 1 GB/s: a block's parameters come in 1000 µs, its gradients leave in as much. Forward: the first
     * gather is exposed, the others hide: compute 1000-2000-3000-4000. Backward: its first gather starts with the last
     * forward block at 3000 and is there at 4000; 4000-6000 runs beside the next gather; then a block's compute of
     * 2000 hides one reduce-scatter and one gather. The last reduce-scatter is exposed: 10000-11000.
     */
    @Test
    void fullyShardedBlocksGatherOneAhead() {
        Timeline timeline = simulate(ShardedDataParallel.FSDP, blocks(), 1e9, 1);

        assertThat(timeline.stepSeconds()).isCloseTo(11_100e-6, EXACTLY);
        assertThat(timeline.exposedCommunicationSeconds()).isCloseTo(2000e-6, EXACTLY);
        assertThat(timeline.communicationSeconds()).isCloseTo(9000e-6, EXACTLY);
        assertThat(timeline.hiddenCommunicationSeconds()).isCloseTo(7000e-6, EXACTLY);
        assertThat(timeline.idleSeconds()).containsOnlyKeys(IdleCause.COMMUNICATION);
        assertThat(timeline.exchanges())
                .extracting(Timeline.Exchange::collective)
                .containsExactly(
                        Collective.ALL_GATHER,
                        Collective.ALL_GATHER,
                        Collective.ALL_GATHER,
                        Collective.ALL_GATHER,
                        Collective.ALL_GATHER,
                        Collective.REDUCE_SCATTER,
                        Collective.ALL_GATHER,
                        Collective.REDUCE_SCATTER,
                        Collective.REDUCE_SCATTER);
        assertThat(timeline.criticalPath())
                .extracting(CriticalPath.Piece::name)
                .containsExactly(
                        "all-gather",
                        "forward",
                        "forward",
                        "forward",
                        "backward",
                        "backward",
                        "backward",
                        "reduce-scatter",
                        "optimizer");
    }

    /** Gradients of 6 MB leave in buckets; then 6 MB of parameters come back in 3000 µs, which nothing hides. */
    @Test
    void aShardedUpdateIsFollowedByAGatherOfAllParameters() {
        Timeline whole = simulate(DataParallel.INSTANCE, blocks(), 4e9, 1);
        Timeline sharded = simulate(ShardedDataParallel.ZERO1, blocks(), 4e9, 1);

        assertThat(sharded.stepSeconds() - whole.stepSeconds()).isCloseTo(750e-6, EXACTLY);
    }

    /** Sharded gradients leave after every micro-batch, whole ones after the last. */
    @Test
    void onlyWholeGradientsWaitForTheLastMicroBatch() {
        assertThat(simulate(DataParallel.INSTANCE, blocks(), 1e9, 3).communicationSeconds())
                .isCloseTo(6000e-6, EXACTLY);
        assertThat(simulate(ShardedDataParallel.FSDP, blocks(), 1e9, 3).communicationSeconds())
                .isCloseTo(27_000e-6, EXACTLY);
    }

    @Test
    void stagesDivideMoreAndMore() {
        StepMemory whole = new StepMemory(80, 80, 160, 5, 7, 3, 2, KernelProgram.BACKWARD);

        assertThat(DataParallel.INSTANCE.share(whole, 8)).isEqualTo(whole);
        assertThat(ShardedDataParallel.ZERO1.share(whole, 8).persistent()).isEqualTo(80 + 80 + 20);
        assertThat(ShardedDataParallel.ZERO2.share(whole, 8).persistent()).isEqualTo(80 + 10 + 20);
        assertThat(ShardedDataParallel.ZERO3.share(whole, 8).persistent()).isEqualTo(10 + 10 + 20);
        assertThat(ShardedDataParallel.FSDP.share(whole, 8).savedActivations()).isEqualTo(7);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        FrameworkRuntime pytorch = FrameworkRuntime.pytorch(false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardedDataParallel.FSDP.check(pytorch, 1, true))
                .withMessage("With fsdp devices divide the training state, and there is only 1. Choose ddp, or more"
                        + " devices.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardedDataParallel.ZERO3.check(pytorch, 8, false))
                .withMessageStartingWith("Inference has no training state");
        assertThatCode(() -> ShardedDataParallel.FSDP.check(FrameworkRuntime.xla(), 8, true))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardedDataParallel.ZERO1.check(FrameworkRuntime.xla(), 8, true))
                .withMessageContaining("Choose ddp, or a PyTorch stack.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parallelisms.of("zero4"))
                .withMessage("There is no parallelism zero4; there are ddp, zero1, zero2, zero3, fsdp.");
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void anyShardedStepAddsUpAndIsNeverFasterWithLessBandwidth(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 30; i++) {
            int layers = 1 + random.nextInt(6);
            KernelProgram program = program(
                    new Segment("forward", layers, List.of(block(1 + random.nextInt(900))), 0),
                    new Segment(
                            KernelProgram.BACKWARD,
                            layers,
                            List.of(block(1 + random.nextInt(900))),
                            random.nextLong(5_000_000)),
                    new Segment(KernelProgram.OPTIMIZER, 1, List.of(memory(1 + random.nextInt(90))), 0));
            double bus = 1e9 + random.nextDouble(20e9);
            int accumulation = 1 + random.nextInt(3);
            for (Parallelism parallelism : Parallelisms.all()) {
                Timeline timeline = simulate(parallelism, program, bus, accumulation);
                assertThat(timeline.stepSeconds())
                        .as("seed %d, step %d, %s", seed, i, parallelism.id())
                        .isCloseTo(timeline.busySeconds() + sum(timeline), EXACTLY)
                        .isGreaterThanOrEqualTo(timeline.communicationSeconds() - 1e-12)
                        .isGreaterThanOrEqualTo(simulate(parallelism, program, 2 * bus, accumulation)
                                        .stepSeconds()
                                - 1e-12);
                assertThat(simulate(parallelism, program, bus, accumulation)).isEqualTo(timeline);
                assertNoOverlap(timeline);
                assertPathIsWhole(timeline);
            }
        }
    }

    private static double sum(Timeline timeline) {
        return timeline.idleSeconds().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private static void assertNoOverlap(Timeline timeline) {
        for (int i = 1; i < timeline.exchanges().size(); i++) {
            assertThat(timeline.exchanges().get(i).startSeconds())
                    .isGreaterThanOrEqualTo(timeline.exchanges().get(i - 1).endSeconds() - 1e-12);
        }
        for (int i = 1; i < timeline.spans().size(); i++) {
            assertThat(timeline.spans().get(i).startSeconds())
                    .isGreaterThanOrEqualTo(timeline.spans().get(i - 1).endSeconds() - 1e-12);
        }
    }

    private static void assertPathIsWhole(Timeline timeline) {
        double end = 0;
        for (CriticalPath.Piece piece : timeline.criticalPath()) {
            assertThat(piece.startSeconds()).isCloseTo(end, EXACTLY);
            end = piece.endSeconds();
        }
        assertThat(end).isCloseTo(timeline.stepSeconds(), EXACTLY);
    }
}
