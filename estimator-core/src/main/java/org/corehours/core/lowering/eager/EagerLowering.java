package org.corehours.core.lowering.eager;

import java.util.Map;
import java.util.SortedMap;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Parameter;
import org.corehours.core.graph.Section;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch in eager mode: one kernel per operation, in fp32 or under autocast.
 *
 * @param autocast the type autocast runs products in, or null for fp32 throughout
 * @param fusedAttention whether attention is one kernel; needs a release that has it
 * @param lossScaling whether gradients are unscaled before the update, as a GradScaler does
 * @param release the PyTorch release's habits
 * @param channelsLast whether images are fed, and so maps kept, with the channels of a pixel together
 *     ({@code torch.channels_last})
 * @param tensorFloat32 which products of fp32 factors may run in TF32, on devices that have it
 * @param rowMajorMaps whether convolutions and other kernels of maps leave row-major maps, as on meta tensors, unless
 *     images are fed channels-last; on a GPU a map lies as its operand does
 */
public record EagerLowering(
        @Nullable DataType autocast,
        boolean fusedAttention,
        boolean lossScaling,
        TorchRelease release,
        boolean channelsLast,
        TensorFloat32 tensorFloat32,
        boolean rowMajorMaps)
        implements Lowering {
    public EagerLowering {
        if (fusedAttention && !release.fusedAttention()) {
            throw new IllegalArgumentException(
                    "This PyTorch release has no fused attention. Choose unfused attention or release 2.");
        }
    }

    /** On images that lie channel by channel. */
    public EagerLowering(
            @Nullable DataType autocast, boolean fusedAttention, boolean lossScaling, TorchRelease release) {
        this(autocast, fusedAttention, lossScaling, release, false, TensorFloat32.of(release), false);
    }

    /** The same, on images with the channels of a pixel together. */
    public EagerLowering withChannelsLast() {
        return new EagerLowering(autocast, fusedAttention, lossScaling, release, true, tensorFloat32, rowMajorMaps);
    }

    /** The same as it is recorded without a device, where kernels of maps leave them row-major. */
    public EagerLowering onMetaTensors() {
        return new EagerLowering(autocast, fusedAttention, lossScaling, release, channelsLast, tensorFloat32, true);
    }

    /** In fp32, attention unfused. */
    public static EagerLowering fp32(TorchRelease release) {
        return new EagerLowering(null, false, false, release);
    }

    /** Automatic mixed precision in fp16 with loss scaling, attention unfused. */
    public static EagerLowering ampFp16(TorchRelease release) {
        return new EagerLowering(DataType.FP16, false, true, release);
    }

    @Override
    public KernelProgram lower(StepProgram step) {
        return lower(step, null);
    }

    /** The same kernels with the values that flow between them, as a compiler that traces the step sees them. */
    public TracedStep trace(StepProgram step) {
        StepTracer tracer = new StepTracer();
        return tracer.traced(lower(step, tracer));
    }

    /**
     * What the forward passes keep for the backward computation, by the operator that needs it first.
     *
     * @param step the step
     * @return bytes by operator; together as many as {@link StepMemory#savedActivations}
     */
    public SortedMap<String, Long> savedActivations(StepProgram step) {
        return replay(step, null).log().savedBytesByOperator();
    }

    private record Replay(EagerTracer tracer, KernelLog log) {}

    private KernelProgram lower(StepProgram step, @Nullable StepTracer operands) {
        Replay replay = replay(step, operands);
        return new KernelProgram(replay.log().segments(), memory(step, replay.tracer(), replay.log()));
    }

    private Replay replay(StepProgram step, @Nullable StepTracer operands) {
        Graph graph = step.graph();
        KernelLog log = new KernelLog(tensorFloat32, operands);
        Tape tape = new Tape();
        EagerTracer tracer = new EagerTracer(graph, log, tape, this);
        for (Section section : graph.sections()) {
            tracer.section(section, step.trains());
        }
        if (step.trains()) {
            log.phase(KernelProgram.BACKWARD);
            BackwardPass backward = new BackwardPass(log, tracer.aten(), tracer.leaves());
            EagerTensor[] results = new EagerTensor[graph.results().size()];
            for (int i = 0; i < results.length; i++) {
                results[i] = tracer.value(graph.results().get(i));
            }
            backward.run(tape.entries(), results);
            for (Map.Entry<EagerTensor, Integer> leaf : backward.completed().entrySet()) {
                log.bookGradient(leaf.getValue(), leaf.getKey().storage);
            }
        }
        if (step.trains()) {
            log.phase(KernelProgram.OPTIMIZER);
            log.module("");
            update(graph, step.update(), log);
        }
        return new Replay(tracer, log);
    }

    private void update(Graph graph, Update update, KernelLog log) {
        long elements = 0;
        long tensors = 0;
        if (update.averages()) {
            for (Parameter parameter : graph.parameters()) {
                if (parameter.name().startsWith(update.averagedPrefix())) {
                    elements = Math.addExact(elements, parameter.elements());
                    tensors += parameter.copies();
                }
            }
        }
        new OptimizerKernels(graph, log, release)
                .emit(update, lossScaling && autocast == DataType.FP16, elements, tensors);
    }

    private StepMemory memory(StepProgram step, EagerTracer tracer, KernelLog log) {
        Graph graph = step.graph();
        long word = DataType.FP32.bytes();
        long trained = step.trains() ? Math.multiplyExact(graph.trainableParameterCount(), word) : 0;
        return new StepMemory(
                Math.multiplyExact(graph.parameterCount(), word),
                trained,
                Math.multiplyExact(trained, step.update().optimizer().stateTensors()),
                tracer.inputBytes(),
                log.savedBytes(),
                !release.clearsGradients(),
                log.allocations());
    }

    /** The stack's name in reports. */
    @Override
    public String toString() {
        return "pytorch-eager"
                + (autocast == null ? " fp32" : " amp-" + (autocast == DataType.FP16 ? "fp16" : "bf16"))
                + (fusedAttention ? ", fused attention" : "");
    }
}
