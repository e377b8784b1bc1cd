package org.corehours.models.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.catalog.ModelCatalog;
import org.junit.jupiter.api.Test;

/** The kernels around the products of eager language models, block by block, counted by hand in transformers' modules. */
class LanguageKernelsTest {

    private static final int BLOCKS = 36;

    private static long count(KernelProgram program, String phase, String operator) {
        return program.segments().stream()
                .filter(segment -> segment.phase().equals(phase))
                .mapToLong(segment -> segment.times()
                        * segment.kernels().stream()
                                .map(Kernel::operator)
                                .filter(operator::equals)
                                .count())
                .sum();
    }

    private static KernelProgram gpt(boolean training) {
        GraphBuilder b = new GraphBuilder("gpt2_large", 2);
        LanguageModel network = (LanguageModel) ModelCatalog.get("gpt2_large").network();
        b.section("forward", training);
        var logits = network.forward(b, network.input(b));
        StepProgram step = training
                ? new StepProgram(
                        b.build(b.crossEntropy(
                                logits, b.integers("targets", logits.shape().dimension(0)))),
                        Update.of(Optimizer.SGD))
                : StepProgram.inference(b.build(logits));
        return EagerLowering.fp32(TorchRelease.V2).lower(step);
    }

    @Test
    void aTrainingStepMasksAndDropsEveryScoreMatrix() {
        KernelProgram program = gpt(true);
        assertThat(count(program, "forward", "where")).isEqualTo(BLOCKS);
        assertThat(count(program, "backward", "where")).isEqualTo(BLOCKS);
        // The weights and both branches of every block, and the embeddings.
        assertThat(count(program, "forward", "native_dropout")).isEqualTo(3 * BLOCKS + 1);
        assertThat(count(program, "forward", "tanh")).isEqualTo(BLOCKS);
        assertThat(count(program, "forward", "pow")).isEqualTo(BLOCKS);
        // Scores, and four of GELU's steps: x / 2, the cube's factor, the root and the product.
        assertThat(count(program, "forward", "mul")).isEqualTo(5 * BLOCKS);
    }

    @Test
    void nothingDropsOutOfInference() {
        KernelProgram program = gpt(false);
        assertThat(List.of(count(program, "forward", "native_dropout"), count(program, "forward", "where")))
                .containsExactly(0L, (long) BLOCKS);
    }
}
