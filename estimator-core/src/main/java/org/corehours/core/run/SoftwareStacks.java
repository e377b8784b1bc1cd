package org.corehours.core.run;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TensorFloat32;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.lowering.inductor.InductorLowering;
import org.corehours.core.lowering.xla.XlaLowering;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.timing.MatrixLibrary;

/** The software stacks that have a name. */
public enum SoftwareStacks {
    /** PyTorch 2, eager, attention as the model writes it. */
    PYTORCH_EAGER("pytorch-eager", "PyTorch 2, eager, attention unfused"),
    /** PyTorch 2, eager, attention in one kernel. */
    PYTORCH_FUSED_ATTENTION("pytorch-eager-sdpa", "PyTorch 2, eager, attention fused"),
    /** PyTorch 1.12 and 1.13, eager. */
    PYTORCH_1_12_EAGER("pytorch-1.12-eager", "PyTorch 1.12 or 1.13, eager"),
    /** PyTorch 1 up to 1.9, eager. */
    PYTORCH_1_EAGER("pytorch-1-eager", "PyTorch 1 up to 1.9, eager"),
    /** The same with CUDA 10.2, as packages of PyTorch 1.5 to 1.9 were built unless another was asked for. */
    PYTORCH_1_CUDA_10_EAGER("pytorch-1-cuda-10-eager", "PyTorch 1 on CUDA 10, eager"),
    /** PyTorch 2, eager, attention in one kernel, the step captured once and replayed. */
    PYTORCH_EAGER_CUDAGRAPHS("pytorch-eager-cudagraphs", "PyTorch 2, eager, attention fused, replayed as a CUDA graph"),
    /** {@code torch.compile} in its default mode. */
    TORCH_COMPILE("torch-compile", "PyTorch 2 compiled, attention fused"),
    /** {@code torch.compile} with {@code mode="reduce-overhead"}. */
    TORCH_COMPILE_CUDAGRAPHS(
            "torch-compile-cudagraphs", "PyTorch 2 compiled, attention fused, replayed as a CUDA graph"),
    /** A compiled program, activations in the format of the products. */
    XLA("xla", "XLA, activations in bf16"),
    /** A compiled program, activations in fp32 where products are in bf16: JAX's default precision on TPUs. */
    XLA_FP32("xla-fp32", "XLA, activations in fp32, products in bf16"),
    /** A compiled program whose all-reduces run beside the backward computation, as flags of libtpu let them. */
    XLA_LATENCY_HIDING("xla-latency-hiding", "XLA, activations in bf16, all-reduces beside the backward computation");

    private final String id;
    private final String label;

    SoftwareStacks(String id, String label) {
        this.id = id;
        this.label = label;
    }

    /** {@return the id on the command line and in specifications} */
    public String id() {
        return id;
    }

    /** {@return what it is, for readers} */
    public String label() {
        return label;
    }

    /**
     * A stack by its id.
     *
     * @param id the id
     * @param precision the format of matrix products; below fp32 PyTorch runs automatic mixed precision
     * @return the stack
     * @throws IllegalArgumentException if there is no such stack or it does not run in that precision
     */
    public static SoftwareStack of(String id, Precision precision) {
        for (SoftwareStacks stack : values()) {
            if (stack.id.equals(id)) {
                return stack.in(precision);
            }
        }
        throw new IllegalArgumentException("There is no software stack " + id + "; there are "
                + Arrays.stream(values()).map(SoftwareStacks::id).collect(Collectors.joining(", ")) + ".");
    }

    /**
     * Refuses a stack on devices that it does not exist for.
     *
     * @param stack the stack
     * @param accelerator the device
     * @throws IllegalArgumentException if it launches CUDA kernels and the device is a TPU
     */
    public static void check(SoftwareStack stack, Accelerator accelerator) {
        if (accelerator.kind() == Accelerator.Kind.TPU && stack.runtime().cachesMemory()) {
            throw new IllegalArgumentException("The software stack " + stack.id() + " launches CUDA kernels, and "
                    + accelerator.id() + " runs programs that XLA compiles. Choose xla, xla-fp32 or"
                    + " xla-latency-hiding.");
        }
    }

    /**
     * This stack in a precision.
     *
     * @param precision the format of matrix products
     * @return the stack
     * @throws IllegalArgumentException if it does not run in that precision
     */
    public SoftwareStack in(Precision precision) {
        return switch (this) {
            case PYTORCH_EAGER -> eager(precision, false, TorchRelease.V2);
            case PYTORCH_FUSED_ATTENTION -> eager(precision, true, TorchRelease.V2);
            case PYTORCH_1_12_EAGER -> eager(precision, false, TorchRelease.V1_12);
            case PYTORCH_1_EAGER -> eager(precision, false, TorchRelease.V1);
            case PYTORCH_1_CUDA_10_EAGER -> {
                SoftwareStack eager = eager(precision, false, TorchRelease.V1);
                FrameworkRuntime runtime =
                        FrameworkRuntime.pytorchOnCuda10(eager.runtime().synchronizesBeforeUpdate());
                yield new SoftwareStack(id, eager.lowering(), runtime, MatrixLibrary.CUBLAS_10);
            }
            case PYTORCH_EAGER_CUDAGRAPHS -> {
                EagerLowering lowering = lowering(precision, true, TorchRelease.V2);
                yield new SoftwareStack(
                        id,
                        lowering,
                        FrameworkRuntime.pytorch(lowering.lossScaling()).withCudaGraphs());
            }
            case TORCH_COMPILE -> compiled(precision, runtime -> runtime);
            case TORCH_COMPILE_CUDAGRAPHS -> compiled(precision, FrameworkRuntime::withCudaGraphs);
            case XLA -> xla(precision, DataType.BF16, FrameworkRuntime.xla());
            case XLA_FP32 -> xla(precision, DataType.FP32, FrameworkRuntime.xla());
            case XLA_LATENCY_HIDING -> xla(precision, DataType.BF16, FrameworkRuntime.xlaWithLatencyHiding());
        };
    }

    private EagerLowering lowering(Precision precision, boolean fusedAttention, TorchRelease release) {
        return switch (precision) {
            case FP32 -> new EagerLowering(null, fusedAttention, false, release);
            case TF32 ->
                new EagerLowering(null, fusedAttention, false, release, false, TensorFloat32.ALL_PRODUCTS, false);
            case FP16 -> new EagerLowering(DataType.FP16, fusedAttention, true, release);
            case BF16 -> new EagerLowering(DataType.BF16, fusedAttention, false, release);
            case FP8, INT8 -> throw unsupported(precision, "fp32, tf32, fp16 or bf16");
        };
    }

    private SoftwareStack eager(Precision precision, boolean fusedAttention, TorchRelease release) {
        EagerLowering lowering = lowering(precision, fusedAttention, release);
        FrameworkRuntime runtime = release.equals(TorchRelease.V2)
                ? FrameworkRuntime.pytorch(lowering.lossScaling())
                : FrameworkRuntime.pytorchBeforeLazyLoading(lowering.lossScaling());
        return new SoftwareStack(id, lowering, runtime);
    }

    private SoftwareStack compiled(Precision precision, UnaryOperator<FrameworkRuntime> mode) {
        EagerLowering eager = lowering(precision, true, TorchRelease.V2);
        return new SoftwareStack(
                id,
                new InductorLowering(eager),
                mode.apply(FrameworkRuntime.pytorch(eager.lossScaling()).compiled()));
    }

    private SoftwareStack xla(Precision precision, DataType activations, FrameworkRuntime runtime) {
        if (precision != Precision.BF16) {
            throw unsupported(precision, "bf16");
        }
        return new SoftwareStack(id, new XlaLowering(activations), runtime);
    }

    private IllegalArgumentException unsupported(Precision precision, String supported) {
        return new IllegalArgumentException(
                "The software stack " + id + " does not run in " + precision.id() + ". Choose " + supported + ".");
    }
}
