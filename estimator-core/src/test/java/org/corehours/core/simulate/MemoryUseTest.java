package org.corehours.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.corehours.core.simulate.Steps.of;

import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.simulate.MemoryUse.Part;
import org.corehours.core.simulate.MemoryUse.WayOut;
import org.junit.jupiter.api.Test;

class MemoryUseTest {

    private static final long GB = 1_000_000_000L;

    /** 100 MB of weights, 100 of gradients, 200 of moments, 60 of input, 6 GB saved, 50 of casts, 40 of temporaries. */
    private static final StepMemory STEP = new StepMemory(
            100_000_000, 100_000_000, 200_000_000, 60_000_000, 6 * GB, 50_000_000, 40_000_000, KernelProgram.BACKWARD);

    /** Segments of 2862, 24 and 20 times 2 MiB for saved activations, casts and temporaries. */
    private static final long SLACK = (2862 + 24 + 20) * (2L << 20) - 6_090_000_000L;

    private static FrameworkRuntime runtime(GradientExchange exchange) {
        return new FrameworkRuntime(
                "test", true, false, true, exchange, of(GB), of(8_000_000L), of(300_000_000L), true, of(0.0), of(0.0));
    }

    @Test
    void aDeviceAloneHasNoBucketsAndNoCommunicationLibrary() {
        MemoryUse use = MemoryUse.of(STEP, runtime(Steps.buckets(1, 1)), Cluster.single(Steps.gpu()), 64, 1);

        assertThat(use.allocatorPeakBytes()).isEqualTo(6_558_000_000L);
        assertThat(use.bytes(Part.ALLOCATOR_SLACK)).isEqualTo(SLACK);
        assertThat(use.deviceBytes()).isEqualTo(6_558_000_000L + SLACK + use.bytes(Part.CONTEXT));
        assertThat(use.bytesByPart()).doesNotContainKeys(Part.GRADIENT_BUCKETS, Part.COMMUNICATION_BUFFERS);
        assertThat(use.fits()).isTrue();
        assertThat(use.waysOut()).isEmpty();
    }

    @Test
    void bucketsCopyTheGradientsOfEveryDevice() {
        Cluster two = Steps.cluster(1, 2, 0, 1e9, 1e9);
        MemoryUse bucketed = MemoryUse.of(STEP, runtime(Steps.buckets(1, 1)), two, 64, 1);
        MemoryUse combined = MemoryUse.of(STEP, runtime(new GradientExchange.AfterBackward()), two, 64, 1);

        assertThat(bucketed.allocatorPeakBytes() - combined.allocatorPeakBytes())
                .isEqualTo(100_000_000);
        assertThat(combined.bytes(Part.COMMUNICATION_BUFFERS)).isEqualTo(300_000_000);
    }

    /** 30 GB saved on 16 GB: 96 samples fit in three parts of 32, not in two. */
    @Test
    void aStepThatDoesNotFitSaysWhatWould() {
        StepMemory large =
                new StepMemory(100_000_000, 100_000_000, 200_000_000, 0, 30 * GB, 0, 0, KernelProgram.BACKWARD);
        MemoryUse use = MemoryUse.of(large, runtime(Steps.buckets(1, 1)), Cluster.single(Steps.gpu()), 96, 2);

        assertThat(use.fits()).isFalse();
        assertThat(use.freeBytes()).isEqualTo(16 * GB - use.deviceBytes()).isNegative();
        assertThat(use.waysOut())
                .containsExactly(
                        new WayOut(WayOut.Kind.ACCUMULATION_STEPS, 6),
                        new WayOut(WayOut.Kind.MICRO_BATCH, 32),
                        new WayOut(WayOut.Kind.ACTIVATION_CHECKPOINTING, use.deviceBytes() - 14_306 * (2L << 20)),
                        new WayOut(WayOut.Kind.DEVICE_BYTES, use.deviceBytes()));
    }

    /** Weights alone are too large: neither a smaller batch nor checkpointing helps. */
    @Test
    void onlyALargerDeviceHoldsAModelThatIsTooLarge() {
        StepMemory model = new StepMemory(10 * GB, 10 * GB, 20 * GB, 0, GB, 0, 0, KernelProgram.BACKWARD);
        MemoryUse use = MemoryUse.of(model, runtime(Steps.buckets(1, 1)), Cluster.single(Steps.gpu()), 8, 1);

        assertThat(use.waysOut()).extracting(WayOut::kind).containsExactly(WayOut.Kind.DEVICE_BYTES);
    }

    @Test
    void aNegativePartIsRefused() {
        assertThatThrownBy(() -> new MemoryUse(Map.of(Part.INPUTS, -1L), GB, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input batch");
    }

    /** Measured: 319 MiB with 80 multiprocessors. */
    @Test
    void everyMultiprocessorHasStacksInTheContext() {
        FrameworkRuntime pytorch = FrameworkRuntime.pytorch(false);
        Accelerator gpu = Steps.gpu();
        int multiprocessors =
                ((ComputeUnits.Multiprocessors) gpu.units()).count().value();
        assertThat(pytorch.contextBytes(gpu))
                .isEqualTo(170_000_000L + 2_000_000L * multiprocessors)
                .isBetween(314L << 20, 324L << 20);
        assertThat(FrameworkRuntime.pytorchBeforeLazyLoading(false).contextBytes(gpu))
                .isGreaterThan(FrameworkRuntime.pytorchOnCuda10(false).contextBytes(gpu));
    }
}
