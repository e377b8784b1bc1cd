package org.corehours.core.lowering.eager;

import java.util.Collections;
import java.util.List;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Parameter;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.Update;

/**
 * The kernels between the backward computation and the next step: unscaling, clipping, parameter update,
 * moving average (torch.optim, torch.cuda.amp, torch.nn.utils.clip_grad; DINO's utils.clip_gradients and
 * its teacher update).
 */
final class OptimizerKernels {
    /** Elements of a chunk and chunks of a launch in PyTorch's multi-tensor apply (MultiTensorApply.cuh). */
    private static final long CHUNK_ELEMENTS = 65_536;

    private static final long LAUNCH_CHUNKS = 320;
    private static final int[] LAUNCH_TENSORS = {110, 64, 48, 36, 30};

    private final KernelLog log;
    private final TorchRelease release;
    private final long elements;
    private final long tensors;
    private final long chunks;
    private final long largestBytes;

    OptimizerKernels(Graph graph, KernelLog log, TorchRelease release) {
        this.log = log;
        this.release = release;
        long elementCount = 0;
        long tensorCount = 0;
        long chunkCount = 0;
        long largest = 0;
        for (Parameter parameter : graph.parameters()) {
            if (parameter.trainable()) {
                elementCount = Math.addExact(elementCount, parameter.elements());
                tensorCount += parameter.copies();
                largest = Math.max(largest, parameter.tensor().elements());
                chunkCount += parameter.copies() * ((parameter.tensor().elements() - 1) / CHUNK_ELEMENTS + 1);
            }
        }
        largestBytes = Math.multiplyExact(largest, DataType.FP32.bytes());
        elements = elementCount;
        tensors = tensorCount;
        chunks = chunkCount;
    }

    void emit(Update update, boolean unscales, long averagedElements, long averagedTensors) {
        if (!release.clearsGradients()) {
            // One launch after the other by the backward computation itself, not by the loop over the parameters.
            emit("add_", elements, 2, 1, tensors, 1);
        }
        if (unscales) {
            foreach("_amp_foreach_non_finite_check_and_unscale_", 1, 1);
        }
        if (update.perParameterClipping()) {
            clipEachTensor();
        } else if (update.clipping()) {
            grouped("_foreach_norm", 1, 0);
            grouped("_foreach_mul_", 1, 1);
        }
        int start = log.position();
        switch (update.optimizer()) {
            case NONE -> {}
            case SGD -> grouped("_foreach_add_", 2, 1);
            case SGD_MOMENTUM -> {
                // Decay, momentum, gradient, Nesterov look-ahead, step (torch.optim.SGD).
                grouped("_foreach_add", 2, 1);
                grouped("_foreach_mul_", 1, 1);
                grouped("_foreach_add_", 2, 1);
                grouped("_foreach_add", 2, 1);
                grouped("_foreach_add_", 2, 1);
            }
            case ADAM, ADAMW -> {
                grouped("_foreach_mul_", 1, 1);
                if (release.foreachOptimizer()) {
                    grouped("_foreach_lerp_", 2, 1);
                } else {
                    grouped("_foreach_mul_", 1, 1);
                    grouped("_foreach_add_", 2, 1);
                }
                grouped("_foreach_mul_", 1, 1);
                grouped("_foreach_addcmul_", 2, 1);
                grouped("_foreach_sqrt", 1, 1);
                grouped("_foreach_div_", 1, 1);
                grouped("_foreach_add_", 1, 1);
                grouped("_foreach_addcdiv_", 3, 1);
            }
        }
        if (log.position() > start) {
            temporaries(update.optimizer(), start);
        }
        if (!release.clearsGradients()) {
            perTensor("zero_", 0, 1);
        }
        if (averagedTensors > 0) {
            emit("mul_", averagedElements, 1, 1, averagedTensors, averagedTensors);
            emit("mul", averagedElements, 1, 1, averagedTensors, averagedTensors);
            log.temporary(largestBytes, log.position() - 1, log.position());
            emit("add_", averagedElements, 2, 1, averagedTensors, averagedTensors);
        }
    }

    /**
     * Of every tensor the norm, which the host reads to note it, the factor {@code clip / (norm + 1e-6)}, which it
     * compares with 1 to know whether to scale, and the scaling (facebookresearch/dino and bytedance/ibot,
     * utils.clip_gradients).
     */
    private void clipEachTensor() {
        int first = log.cut();
        perTensor("linalg_vector_norm", 1, 0);
        for (String operator : new String[] {"add", "reciprocal", "mul", "lt"}) {
            emit(operator, tensors, 1, 1, tensors, tensors);
        }
        perTensor("mul_", 1, 1);
        log.hostReads(first, Math.toIntExact(2 * tensors));
    }

    /**
     * What the update makes besides its state: the root of the second moment, or gradients with decay and look-ahead; of
     * all tensors at once in foreach kernels, else of one tensor at a time.
     */
    private void temporaries(Optimizer optimizer, int start) {
        long bytes = release.foreachOptimizer() ? Math.multiplyExact(elements, DataType.FP32.bytes()) : largestBytes;
        switch (optimizer) {
            case SGD_MOMENTUM -> {
                log.temporary(bytes, start, log.position() - 1);
                log.temporary(bytes, log.position() - 2, log.position() - 1);
            }
            case ADAM, ADAMW -> {
                log.temporary(bytes, log.position() - 4, log.position() - 1);
                if (!release.foreachOptimizer()) {
                    // Divided by the bias correction out of place.
                    log.temporary(bytes, log.position() - 3, log.position() - 3);
                }
            }
            default -> {}
        }
    }

    private void grouped(String operator, int reads, int writes) {
        if (release.foreachOptimizer()) {
            foreach(operator, reads, writes);
        } else {
            perTensor(operator.substring("_foreach_".length()), reads, writes);
        }
    }

    private void perTensor(String operator, int reads, int writes) {
        emit(operator, elements, reads, writes, tensors, tensors);
    }

    private void foreach(String operator, int reads, int writes) {
        int lists = Math.min(Math.max(reads, 1), LAUNCH_TENSORS.length);
        long launches = Math.max((chunks - 1) / LAUNCH_CHUNKS + 1, (tensors - 1) / LAUNCH_TENSORS[lists - 1] + 1);
        emit(operator, elements, reads, writes, launches, 1);
    }

    private void emit(String operator, long size, int reads, int writes, long launches, long calls) {
        if (size == 0) {
            return;
        }
        TensorLayout all = TensorLayout.contiguous(DataType.FP32, size);
        log.emit(new Kernel(
                operator,
                KernelKind.OPTIMIZER,
                "",
                Collections.nCopies(reads, all),
                Collections.nCopies(writes, all),
                List.of(),
                DataType.FP32,
                Math.multiplyExact(all.bytes(), reads),
                Math.multiplyExact(all.bytes(), writes),
                size,
                Math.toIntExact(launches),
                Math.toIntExact(calls)));
    }
}
