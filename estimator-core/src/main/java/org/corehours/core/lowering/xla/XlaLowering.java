package org.corehours.core.lowering.xla;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Parameter;
import org.corehours.core.graph.Section;
import org.corehours.core.graph.Tensor;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelNames;
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
        Map<Tensor, Long> copies = new HashMap<>();
        graph.parameters().forEach(parameter -> copies.put(parameter.tensor(), parameter.copies()));
        Lives lives = new Lives(values, copies);
        ForwardPass forward = new ForwardPass(graph, values, kernels, lives, step.trains());
        List<List<Part>> passes = new ArrayList<>();
        for (Section section : graph.sections()) {
            List<Part> parts = FusionPlan.parts(section.elements());
            passes.add(parts);
            lives.phase(section.name());
            forward.run(parts, section.name(), 1);
        }
        if (step.trains()) {
            lives.backward();
            BackwardPass backward = new BackwardPass(graph, values, kernels, lives);
            for (int i = passes.size() - 1; i >= 0; i--) {
                if (graph.sections().get(i).gradient()) {
                    backward.run(passes.get(i), 1);
                }
            }
            lives.phase(KernelProgram.OPTIMIZER);
            update(step.update(), graph.trainableParameterCount(), kernels, lives);
        }
        return new KernelProgram(kernels.segments(), memory(step, values, lives, kernels));
    }

    private static void update(Update update, long trained, Kernels kernels, Lives lives) {
        TensorLayout weights = TensorLayout.contiguous(DataType.FP32, Math.max(1, trained));
        if (update.clipping() || update.perParameterClipping()) {
            kernels.update("global norm fusion", List.of(weights), List.of());
            lives.update();
        }
        // Weights, optimizer state and moving average are read and written, gradients read.
        int kept = 1 + update.optimizer().stateTensors() + (update.averages() ? 1 : 0);
        kernels.update("update fusion", Collections.nCopies(kept + 1, weights), Collections.nCopies(kept, weights));
        lives.update();
        kernels.segment(KernelProgram.OPTIMIZER, 1, 0);
    }

    /** Weights and their state are donated to the step, which writes over them; gradients exist only within it. */
    private StepMemory memory(StepProgram step, Values values, Lives lives, Kernels kernels) {
        Graph graph = step.graph();
        long word = DataType.FP32.bytes();
        long trained = step.trains() ? Math.multiplyExact(graph.trainableParameterCount(), word) : 0;
        long elements = 0;
        for (Parameter parameter : graph.parameters()) {
            elements = Math.addExact(elements, parameter.elements());
        }
        long casts = activations == DataType.FP32 ? 0 : Math.multiplyExact(elements, activations.bytes());
        Lives.Allocations allocations = lives.trace(new KernelNames(kernels.segments()), casts);
        return new StepMemory(
                Math.multiplyExact(graph.parameterCount(), word),
                trained,
                Math.multiplyExact(trained, step.update().optimizer().stateTensors()),
                values.inputBytes(),
                allocations.savedBytes(),
                false,
                allocations.trace());
    }

    @Override
    public String toString() {
        return "xla " + (activations == DataType.BF16 ? "bf16" : "fp32 activations, bf16 products");
    }
}
