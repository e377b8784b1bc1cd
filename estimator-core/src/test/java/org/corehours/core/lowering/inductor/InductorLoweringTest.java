package org.corehours.core.lowering.inductor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.junit.jupiter.api.Test;

/** Kernels of small networks, listed by hand. */
class InductorLoweringTest {
    private static final long ROWS = 32;
    private static final InductorLowering FP32 = new InductorLowering(EagerLowering.fp32(TorchRelease.V2));

    /** Two layers with a GELU between them and a residual addition. */
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

    private static StepProgram training(Graph graph) {
        return new StepProgram(graph, Update.of(Optimizer.ADAMW));
    }

    @Test
    void theForwardPassOfAPerceptron() {
        List<Kernel> kernels = kernels(FP32.lower(training(perceptron())), "forward");
        assertThat(kernels)
                .extracting(Kernel::operator)
                .containsExactly("addmm", "triton_poi_fused_gelu", "addmm", "triton_per_fused_add_sum");
        Kernel gelu = kernels.get(1);
        assertThat(gelu.readBytes()).isEqualTo(4 * ROWS * 16);
        assertThat(gelu.writtenBytes()).isEqualTo(4 * ROWS * 16);
        Kernel loss = kernels.get(3);
        assertThat(loss.readBytes())
                .as("fc2's result and x; their sum is not stored")
                .isEqualTo(2 * 4 * ROWS * 8);
        assertThat(loss.writtenBytes()).isEqualTo(4);
    }

    @Test
    void theBackwardPassOfAPerceptron() {
        List<Kernel> kernels = kernels(FP32.lower(training(perceptron())), KernelProgram.BACKWARD);
        assertThat(kernels.stream().map(Kernel::operator).filter(name -> name.equals("mm")))
                .as("the gradients of both weights and of the hidden layer")
                .hasSize(3);
        Kernel gelu = kernels.stream()
                .filter(kernel -> kernel.operator().equals("triton_poi_fused_gelu_backward"))
                .findFirst()
                .orElseThrow();
        assertThat(gelu.readBytes()).isEqualTo(2 * 4 * ROWS * 16);
        assertThat(gelu.writtenBytes()).isEqualTo(4 * ROWS * 16);
        assertThat(kernels.stream().map(Kernel::operator).filter(name -> name.equals("triton_red_fused_sum")))
                .as("the gradients of both biases")
                .hasSize(2);
    }

    @Test
    void whatProductsReadAgainIsKeptAndCheapResultsAreNot() {
        GraphBuilder b = new GraphBuilder("chain", ROWS);
        Tensor x = b.linear("fc1", b.input("x", ROWS, 8), 16);
        Graph graph = b.build(b.reduce(Reduction.SUM, b.gelu(b.gelu(b.gelu(x))), false, 0, 1));
        KernelProgram eager = FP32.eager().lower(training(graph));
        KernelProgram compiled = FP32.lower(training(graph));
        assertThat(eager.memory().savedActivations()).isEqualTo(3 * 4 * ROWS * 16);
        assertThat(compiled.memory().savedActivations())
                .as("fc1's result alone")
                .isEqualTo(4 * ROWS * 16);
        assertThat(kernels(compiled, "forward"))
                .extracting(Kernel::operator)
                .containsExactly("addmm", "triton_per_fused_gelu_sum");
    }

    @Test
    void castsDisappearIntoTheirNeighbours() {
        InductorLowering amp = new InductorLowering(new EagerLowering(DataType.BF16, true, false, TorchRelease.V2));
        GraphBuilder b = new GraphBuilder("norm", ROWS);
        Tensor x = b.input("x", ROWS, 8);
        Graph graph = b.build(b.linear("fc", b.layerNorm("norm", x), 16));
        List<Kernel> kernels = kernels(amp.lower(StepProgram.inference(graph)), "forward");
        Kernel norm = kernels.get(0);
        assertThat(norm.operator()).isEqualTo("triton_per_fused__to_copy_native_layer_norm");
        assertThat(norm.readBytes()).isEqualTo(4 * (ROWS * 8 + 2 * 8));
        assertThat(norm.writtenBytes()).as("in bf16, without statistics").isEqualTo(2 * ROWS * 8);
    }

    @Test
    void theSeamsOfARepeatedBlockFuseLikeItsInside() {
        Graph graph = residualBlocks(5);
        KernelProgram compiled = FP32.lower(training(graph));
        long norms = 0;
        for (Segment segment : compiled.segments()) {
            for (Kernel kernel : segment.kernels()) {
                if (segment.phase().equals("forward") && kernel.operator().contains("native_layer_norm")) {
                    norms += segment.times();
                    assertThat(kernel.operator().contains("add") || segment.times() == 1)
                            .as(kernel.operator())
                            .isTrue();
                }
            }
        }
        assertThat(norms).isEqualTo(5);
    }

    private static Graph residualBlocks(int depth) {
        GraphBuilder b = new GraphBuilder("blocks", ROWS);
        Tensor x = b.linear("stem", b.input("x", ROWS, 8), 16);
        Tensor y = b.repeat("blocks.*", depth, x, in -> b.add(in, b.linear("fc", b.layerNorm("norm", in), 16)));
        return b.build(b.reduce(Reduction.SUM, y, false, 0, 1));
    }
}
