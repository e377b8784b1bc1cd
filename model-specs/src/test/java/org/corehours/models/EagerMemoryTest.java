package org.corehours.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.stream.IntStream;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.DinoTraining;
import org.corehours.models.method.IbotTraining;
import org.corehours.models.method.SupervisedTraining;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What an eager step keeps in memory, against recorded steps. */
class EagerMemoryTest {
    /** Recorded and replayed peaks differ where a variable of the code outlives its last use. */
    private static final double PEAK_TOLERANCE_PERCENT = 1.5;

    @ParameterizedTest
    @CsvFileSource(resources = "/memory/saved-activations.csv", numLinesToSkip = 5)
    void savedActivationsAreThoseRecorded(String model, long batch, boolean fused, String autocast, long bytes) {
        GraphBuilder b = new GraphBuilder(model, batch);
        Network network = ModelCatalog.get(model).network();
        Tensor logits = network.forward(b, network.input(b));
        Integer[] axes = IntStream.range(0, logits.shape().rank()).boxed().toArray(Integer[]::new);
        StepProgram step =
                new StepProgram(b.build(b.reduce(Reduction.SUM, logits, false, axes)), Update.of(Optimizer.ADAMW));
        DataType type = autocast.equals("none") ? null : DataType.BF16;
        StepMemory memory = new EagerLowering(type, fused, false, TorchRelease.V2)
                .lower(step)
                .memory();
        assertThat(memory.savedActivations()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/memory/live-bytes.csv", numLinesToSkip = 4)
    void peakOfTheStepIsTheRecordedOne(
            String model, Integer localCrops, String autocast, long staticBytes, long peakBytes, String phase) {
        DataType type = autocast.equals("none") ? null : DataType.FP16;
        StepMemory memory = new EagerLowering(type, false, false, TorchRelease.V2)
                .lower(training(model, localCrops).plan(64))
                .memory();
        assertThat(memory.persistent()).as("static bytes").isCloseTo(staticBytes, withinPercentage(0.5));
        assertThat(memory.total()).as("peak").isCloseTo(peakBytes, withinPercentage(PEAK_TOLERANCE_PERCENT));
        assertThat(memory.peakPhase()).isIn(phase, "backward");
    }

    private static TrainingMethod training(String model, Integer localCrops) {
        if (localCrops == null) {
            return SupervisedTraining.of(ModelCatalog.get(model));
        }
        Backbone backbone = (Backbone) ModelCatalog.get("vit_small_patch16_224").network();
        return model.startsWith("ibot")
                ? IbotTraining.of("vit_small_16", backbone, localCrops)
                : DinoTraining.of("vit_small_16", backbone, localCrops);
    }
}
