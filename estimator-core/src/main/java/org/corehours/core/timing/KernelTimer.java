package org.corehours.core.timing;

import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;

/**
 * The laws of one accelerator: how long a kernel takes on it.
 *
 * <p>Every time is finite and above zero, and never grows when the device's rate or bandwidth does.
 */
public sealed interface KernelTimer permits GpuTimer, TpuTimer {

    /**
     * The timer of an accelerator with the latest libraries, from its datasheet and the constants in its file.
     *
     * @param accelerator the device
     * @return its timer
     * @throws IllegalArgumentException if a constant is missing
     */
    static KernelTimer of(Accelerator accelerator) {
        return of(accelerator, MatrixLibrary.CUBLAS_11);
    }

    /**
     * The timer of an accelerator.
     *
     * @param accelerator the device
     * @param library the matrix-product library, which matters on GPUs
     * @return its timer
     * @throws IllegalArgumentException if a constant is missing
     */
    static KernelTimer of(Accelerator accelerator, MatrixLibrary library) {
        return switch (accelerator.kind()) {
            case GPU -> new GpuTimer(accelerator, library);
            case TPU -> new TpuTimer(accelerator);
        };
    }

    /**
     * The time of one kernel on the device, by itself.
     *
     * @param kernel the kernel
     * @return its time and what it is made of
     * @throws org.corehours.core.hardware.UnsupportedPrecisionException if it multiplies in a precision that the
     *     device has no path for
     */
    KernelTime time(Kernel kernel);

    /**
     * How long the host takes to issue a kernel when every operator is launched by itself. Issue and execution
     * overlap: a sequence of kernels takes the larger of the two sums.
     *
     * @param kernel the kernel
     * @return seconds of the issuing thread
     */
    double issueSeconds(Kernel kernel);
}
