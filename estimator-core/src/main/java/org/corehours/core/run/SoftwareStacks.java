package org.corehours.core.run;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.eager.EagerLowering;
import org.corehours.core.lowering.eager.TorchRelease;
import org.corehours.core.lowering.xla.XlaLowering;
import org.corehours.core.simulate.FrameworkRuntime;

/** The software stacks that have a name. */
public enum SoftwareStacks {
    /** PyTorch 2, eager, attention as the model writes it. */
    PYTORCH_EAGER("pytorch-eager", "PyTorch 2, eager, attention unfused"),
    /** PyTorch 2, eager, attention in one kernel. */
    PYTORCH_FUSED_ATTENTION("pytorch-eager-sdpa", "PyTorch 2, eager, attention fused"),
    /** PyTorch 1.12 and 1.13, eager. */
    PYTORCH_1_12_EAGER("pytorch-1.12-eager", "PyTorch 1.12 or 1.13, eager"),
    /** PyTorch 1 up to 1.10, eager. */
    PYTORCH_1_EAGER("pytorch-1-eager", "PyTorch 1 up to 1.10, eager"),
    /** A compiled program, activations in the format of the products. */
    XLA("xla", "XLA, activations in bf16"),
    /** A compiled program, activations in fp32 where products are in bf16: JAX's default precision on TPUs. */
    XLA_FP32("xla-fp32", "XLA, activations in fp32, products in bf16");

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
            case XLA -> xla(precision, DataType.BF16);
            case XLA_FP32 -> xla(precision, DataType.FP32);
        };
    }

    private SoftwareStack eager(Precision precision, boolean fusedAttention, TorchRelease release) {
        boolean scales = precision == Precision.FP16;
        EagerLowering lowering = switch (precision) {
            case FP32 -> new EagerLowering(null, fusedAttention, false, release);
            case FP16 -> new EagerLowering(DataType.FP16, fusedAttention, true, release);
            case BF16 -> new EagerLowering(DataType.BF16, fusedAttention, false, release);
            case TF32, FP8, INT8 -> throw unsupported(precision, "fp32, fp16 or bf16");
        };
        FrameworkRuntime runtime = release.equals(TorchRelease.V2)
                ? FrameworkRuntime.pytorch(scales)
                : FrameworkRuntime.pytorchBeforeLazyLoading(scales);
        return new SoftwareStack(id, lowering, runtime);
    }

    private SoftwareStack xla(Precision precision, DataType activations) {
        if (precision != Precision.BF16) {
            throw unsupported(precision, "bf16");
        }
        return new SoftwareStack(id, new XlaLowering(activations), FrameworkRuntime.xla());
    }

    private IllegalArgumentException unsupported(Precision precision, String supported) {
        return new IllegalArgumentException(
                "The software stack " + id + " does not run in " + precision.id() + ". Choose " + supported + ".");
    }
}
