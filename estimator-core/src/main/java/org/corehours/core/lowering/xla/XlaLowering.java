package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Parameter;
import org.corehours.core.graph.Section;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;

/**
 * XLA, as JAX programs on TPUs use it: elementwise work, normalizations and reductions between matrix
 * products become one pass over memory, transposes are absorbed by layouts, the update is one fusion.
 *
 * <p>Products always run in bfloat16, the device's native format. Weights are kept in fp32 and converted
 * once per forward pass that uses them.
 *
 * @param activations the format activations are stored in: bfloat16, or fp32 where the model is written
 *     in fp32 and only its products are rounded
 */
public record XlaLowering(DataType activations) implements Lowering {
    /** Activations in bfloat16. */
    public static final XlaLowering BF16 = new XlaLowering(DataType.BF16);

    @Override
    public KernelProgram lower(StepProgram step) {
        Graph graph = step.graph();
        Values values = new Values(graph, activations);
        Kernels kernels = new Kernels(activations);
        ForwardPass forward = new ForwardPass(graph, values, kernels, step.trains());
        List<List<Part>> passes = new ArrayList<>();
        for (Section section : graph.sections()) {
            List<Part> parts = FusionPlan.parts(section.elements());
            passes.add(parts);
            forward.run(parts, section.name(), 1);
        }
        if (step.trains()) {
            BackwardPass backward = new BackwardPass(graph, values, kernels);
            for (int i = passes.size() - 1; i >= 0; i--) {
                if (graph.sections().get(i).gradient()) {
                    backward.run(passes.get(i), 1);
                }
            }
            update(step.update(), graph.trainableParameterCount(), kernels);
        }
        return new KernelProgram(kernels.segments(), memory(step, values, forward, kernels));
    }

    private static void update(Update update, long trained, Kernels kernels) {
        TensorLayout weights = TensorLayout.contiguous(DataType.FP32, Math.max(1, trained));
        if (update.clipping() || update.perParameterClipping()) {
            kernels.update("global norm fusion", List.of(weights), List.of());
        }
        // Weights, optimizer state and moving average are read and written, gradients read.
        int kept = 1 + update.optimizer().stateTensors() + (update.averages() ? 1 : 0);
        kernels.update("update fusion", Collections.nCopies(kept + 1, weights), Collections.nCopies(kept, weights));
        kernels.segment(KernelProgram.OPTIMIZER, 1, 0);
    }

    private StepMemory memory(StepProgram step, Values values, ForwardPass forward, Kernels kernels) {
        Graph graph = step.graph();
        long word = DataType.FP32.bytes();
        long trained = step.trains() ? Math.multiplyExact(graph.trainableParameterCount(), word) : 0;
        long elements = 0;
        for (Parameter parameter : graph.parameters()) {
            elements = Math.addExact(elements, parameter.elements());
        }
        return new StepMemory(
                Math.multiplyExact(graph.parameterCount(), word),
                trained,
                Math.multiplyExact(trained, step.update().optimizer().stateTensors()),
                values.inputBytes(),
                forward.keptBytes(),
                activations == DataType.FP32 ? 0 : Math.multiplyExact(elements, activations.bytes()),
                kernels.largestResult(),
                step.trains() ? KernelProgram.BACKWARD : "forward");
    }

    @Override
    public String toString() {
        return "xla " + (activations == DataType.BF16 ? "bf16" : "fp32 activations, bf16 products");
    }
}
