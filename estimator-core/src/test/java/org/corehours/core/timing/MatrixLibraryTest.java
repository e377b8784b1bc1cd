package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.junit.jupiter.api.Test;

class MatrixLibraryTest {

    /** Announced before CUDA 11. */
    private static final Accelerator DEVICE = Devices.gpu(Devices.HALF_RATE, Devices.BANDWIDTH);

    private static double seconds(MatrixLibrary library, Kernel kernel) {
        return KernelTimer.of(DEVICE, library).time(kernel).computeSeconds();
    }

    @Test
    void unalignedProductsRunAsThoseOfSinglePrecisionInCublas10() {
        Kernel half = Kernels.product(DataType.FP16, 96, 577, 577, 64);
        Kernel single = Kernels.product(DataType.FP32, 96, 577, 577, 64);
        assertThat(seconds(MatrixLibrary.CUBLAS_10, half)).isEqualTo(seconds(MatrixLibrary.CUBLAS_11, single));
        assertThat(seconds(MatrixLibrary.CUBLAS_11, half)).isLessThan(seconds(MatrixLibrary.CUBLAS_10, half));
    }

    @Test
    void alignedProductsAndLaterDevicesAreTheSameInBoth() {
        Kernel aligned = Kernels.product(DataType.FP16, 96, 576, 576, 64);
        assertThat(seconds(MatrixLibrary.CUBLAS_10, aligned)).isEqualTo(seconds(MatrixLibrary.CUBLAS_11, aligned));
        assertThat(MatrixLibrary.CUBLAS_10.needsAlignment(LocalDate.of(2017, 5, 10)))
                .isTrue();
        assertThat(MatrixLibrary.CUBLAS_10.needsAlignment(LocalDate.of(2020, 5, 14)))
                .isFalse();
    }
}
