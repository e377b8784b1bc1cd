package org.corehours.core.lowering.xla;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.junit.jupiter.api.Test;

/** Buffers of whole tiles, counted by hand. Activations and weights are in fp32, so that nothing is cast. */
class XlaMemoryTest {
    private static final XlaLowering XLA = new XlaLowering(DataType.FP32);
    private static final long ROWS = 128;
    /** An activation of 128 by 256. */
    private static final long A = 4 * ROWS * 256;
    /** A weight of 256 by 256. */
    private static final long W = 4 * 256 * 256;

    private static StepProgram training(Graph graph) {
        return new StepProgram(graph, Update.of(Optimizer.SGD));
    }

    private static Tensor linear(GraphBuilder b, String name, Tensor x) {
        return b.linear(name, x, 256, false);
    }

    private static Graph twoLayers() {
        GraphBuilder b = new GraphBuilder("two layers", ROWS);
        Tensor x = b.input("x", ROWS, 256);
        return b.build(linear(b, "second", linear(b, "first", x)));
    }

    private static Graph blocks(int times) {
        GraphBuilder b = new GraphBuilder("blocks", ROWS);
        Tensor x = linear(b, "embed", b.input("x", ROWS, 256));
        Tensor y = b.repeat("blocks", times, x, each -> linear(b, "fc", each));
        return b.build(linear(b, "head", y));
    }

    /** While the second runs, the result of the first and its own exist; after it only its own would. */
    @Test
    void inferenceHoldsWhatTheNextKernelReads() {
        StepMemory memory = XLA.lower(StepProgram.inference(twoLayers())).memory();
        assertThat(memory.curve(false).points()).containsExactly(A, 2 * A);
        assertThat(memory.savedActivations()).isZero();
    }

    /**
     * Forward: the first result, kept; the second's. Backward: the gradient of the last result, which comes from
     * nowhere, is there from the first kernel that reads it; then the gradients of the second's input and weight, of
     * the first's weight.
     */
    @Test
    void trainingHoldsWhatTheBackwardComputationReadsAgain() {
        StepMemory memory = XLA.lower(training(twoLayers())).memory();
        assertThat(memory.savedActivations()).isEqualTo(A);
        assertThat(memory.curve(false).points())
                .containsExactly(
                        A, // first
                        2 * A, // second
                        3 * A, // the gradient of first, by that of second
                        3 * A + W, // the gradient of second's weight
                        A + 2 * W, // of first's weight
                        2 * W); // update
        assertThat(memory.curve(false).bytesAtEnd()).isZero();
    }

    @Test
    void aRepeatedBlockKeepsOneInputPerRun() {
        StepMemory three = XLA.lower(training(blocks(3))).memory();
        StepMemory five = XLA.lower(training(blocks(5))).memory();
        assertThat(three.savedActivations()).isEqualTo(4 * A);
        assertThat(five.savedActivations()).isEqualTo(6 * A);
        MemoryCurve curve = three.curve(false);
        assertThat(curve.bytesAtEnd()).isZero();
        assertThat(curve.points())
                .containsExactly(
                        // embed, three blocks, head
                        A,
                        2 * A,
                        3 * A,
                        4 * A,
                        5 * A,
                        // head: two gradients of activations, then one and that of its weight
                        6 * A,
                        6 * A + W,
                        // each run frees what it kept, and adds a weight's gradient
                        5 * A + W,
                        5 * A + 2 * W,
                        4 * A + 2 * W,
                        4 * A + 3 * W,
                        3 * A + 3 * W,
                        3 * A + 4 * W,
                        A + 5 * W,
                        5 * W);
        assertThat(five.curve(false).bytesAtEnd()).isZero();
    }

    /** Without training a repeated block holds what it reads and what it writes. */
    @Test
    void aRepeatedBlockReusesMemory() {
        StepMemory memory = XLA.lower(StepProgram.inference(blocks(7))).memory();
        assertThat(memory.curve(false).points())
                .containsExactly(A, 2 * A, 2 * A, 2 * A, 2 * A, 2 * A, 2 * A, 2 * A, 2 * A);
        assertThat(memory.curve(false).bytesAtEnd()).isZero();
    }

    /** The values of a captured tensor are read by every run, and freed after the last. */
    @Test
    void whatEveryRunReadsStaysUntilTheLast() {
        GraphBuilder b = new GraphBuilder("captured", ROWS);
        Tensor x = b.input("x", ROWS, 256);
        Tensor captured = linear(b, "captured", x);
        Tensor start = linear(b, "start", x);
        Tensor y = b.repeat("blocks", 3, start, each -> b.add(linear(b, "fc", each), captured));
        Graph graph = b.build(linear(b, "head", y));
        MemoryCurve curve = XLA.lower(StepProgram.inference(graph)).memory().curve(false);
        assertThat(curve.points()).containsExactly(A, 2 * A, 3 * A, 3 * A, 3 * A, 2 * A);
        assertThat(curve.bytesAtEnd()).isZero();
    }

    @Test
    void anElementwiseKernelWritesOverAnOperandThatNobodyReadsAgain() {
        GraphBuilder b = new GraphBuilder("in place", ROWS);
        Tensor x = linear(b, "fc", b.input("x", ROWS, 256));
        Tensor y = linear(b, "other", b.input("y", ROWS, 256));
        Tensor sum = b.gelu(b.add(x, y));
        Graph graph = b.build(b.reduce(Reduction.SUM, b.gelu(sum), false, 0, 1));
        MemoryCurve curve = XLA.lower(StepProgram.inference(graph)).memory().curve(false);
        assertThat(curve.peak().bytes()).isLessThanOrEqualTo(2 * A + 4);
    }

    @Test
    void moreSamplesNeverNeedLess() {
        long before = 0;
        for (long rows = 1; rows < 300; rows++) {
            GraphBuilder b = new GraphBuilder("rows", rows);
            Tensor x = b.gelu(linear(b, "first", b.input("x", rows, 30)));
            StepMemory memory =
                    XLA.lower(training(b.build(linear(b, "second", x)))).memory();
            assertThat(memory.peakBytes(false)).as("%d rows", rows).isGreaterThanOrEqualTo(before);
            before = memory.peakBytes(false);
        }
    }
}
