package org.corehours.core.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.junit.jupiter.api.Test;

class SynchronizedBatchNormTest {

    private static StepProgram step(Update update) {
        GraphBuilder b = new GraphBuilder("test", 2);
        Tensor x = b.input("images", 2, 8, 4, 4);
        x = b.repeat("blocks", 3, x, each -> b.batchNorm("norm", each));
        x = b.batchNorm("last", x);
        return new StepProgram(b.build(b.batchNorm("head", b.reshape(x, 2, 128))), update);
    }

    /** Four layers of 8 channels gather 17 numbers each and add up 16, one of 128 channels 257 and 256. */
    @Test
    void everyLayerGathersItsStatisticsAndAddsUpTheirGradients() {
        StepProgram step = SynchronizedBatchNorm.of(step(Update.of(Optimizer.SGD)));

        assertThat(step.reductions())
                .extracting(DeviceReduction::when, DeviceReduction::bytes, DeviceReduction::times)
                .containsExactly(
                        tuple(DeviceReduction.When.FORWARD_LAYERS, 17L * 4, 4L),
                        tuple(DeviceReduction.When.FORWARD_LAYERS, 257L * 4, 1L),
                        tuple(DeviceReduction.When.BACKWARD_LAYERS, 16L * 4, 4L),
                        tuple(DeviceReduction.When.BACKWARD_LAYERS, 256L * 4, 1L));
    }

    @Test
    void inferenceAddsUpNoGradients() {
        assertThat(SynchronizedBatchNorm.of(step(Update.NONE)).reductions())
                .extracting(DeviceReduction::when)
                .containsOnly(DeviceReduction.When.FORWARD_LAYERS);
    }
}
