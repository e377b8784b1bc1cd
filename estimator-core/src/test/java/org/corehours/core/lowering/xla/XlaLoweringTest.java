package org.corehours.core.lowering.xla;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.junit.jupiter.api.Test;

/** Bytes counted by hand; bfloat16 takes 2, gradients of weights 4. */
class XlaLoweringTest {
    private static final long ROWS = 32;

    private static Graph perceptron() {
        GraphBuilder b = new GraphBuilder("perceptron", ROWS);
        Tensor x = b.input("x", ROWS, 8);
        Tensor hidden = b.gelu(b.linear("fc1", x, 16));
        return b.build(b.reduce(Reduction.SUM, b.add(b.linear("fc2", hidden, 8), x), false, 0, 1));
    }

    private static List<Kernel> kernels(KernelProgram program, String phase) {
        return program.segments().stream()
                .filter(segment -> segment.phase().equals(phase))
                .map(Segment::kernels)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void anActivationIsWrittenWithTheProductItFollows() {
        List<Kernel> kernels = kernels(XlaLowering.BF16.lower(StepProgram.inference(perceptron())), "forward");
        Kernel first = kernels.get(0);
        assertThat(first.readBytes()).isEqualTo(2 * (ROWS * 8 + 16 * 8 + 16));
        assertThat(first.writtenBytes()).isEqualTo(2 * ROWS * 16);
        assertThat(first.flops()).isEqualTo(2 * ROWS * 8 * 16);
    }

    @Test
    void trainingKeepsWhatAFunctionNeedsAgainAndNoSum() {
        KernelProgram program = XlaLowering.BF16.lower(new StepProgram(perceptron(), Update.of(Optimizer.ADAMW)));
        Kernel first = kernels(program, "forward").get(0);
        assertThat(first.writtenBytes()).as("operand and result of GELU").isEqualTo(2 * 2 * ROWS * 16);
        // A TPU keeps them as 16 rows of 128 columns.
        assertThat(program.memory().savedActivations()).isEqualTo(2 * 2 * 128 * 16);
    }

    @Test
    void everyWeightGetsOneGradientInSinglePrecision() {
        KernelProgram program = XlaLowering.BF16.lower(new StepProgram(perceptron(), Update.of(Optimizer.ADAMW)));
        List<Kernel> products = kernels(program, KernelProgram.BACKWARD).stream()
                .filter(kernel -> !kernel.products().isEmpty())
                .toList();
        // The gradient of the input is not needed: fc2's two products, then fc1's weight.
        assertThat(products).extracting(Kernel::writtenBytes).containsExactly(2 * ROWS * 16, 4L * 8 * 16, 4L * 16 * 8);
    }

    @Test
    void anExpandedTokenIsReadOnce() {
        GraphBuilder b = new GraphBuilder("tokens", ROWS);
        Tensor token = b.expand(b.parameter("token", 1, 1, 8), ROWS, 1, 8);
        Tensor patches = b.input("patches", ROWS, 4, 8);
        Graph graph = b.build(b.gelu(b.concatenate(1, token, patches)));
        Kernel fusion = kernels(XlaLowering.BF16.lower(StepProgram.inference(graph)), "forward")
                .get(0);
        assertThat(fusion.readBytes()).isEqualTo(2 * (8 + ROWS * 4 * 8));
        assertThat(fusion.writtenBytes()).isEqualTo(2 * ROWS * 5 * 8);
    }

    @Test
    void theUpdateReadsGradientsAndKeepsWeightsAndMoments() {
        KernelProgram program = XlaLowering.BF16.lower(new StepProgram(perceptron(), Update.of(Optimizer.ADAMW)));
        long weights = 4 * perceptron().parameterCount();
        Kernel update = kernels(program, KernelProgram.OPTIMIZER).get(0);
        assertThat(update.readBytes()).isEqualTo(4 * weights);
        assertThat(update.writtenBytes()).isEqualTo(3 * weights);
    }
}
