package org.corehours.core.timing;

import java.time.LocalDate;

/** Generations of NVIDIA's matrix-product library, by which products reach the tensor cores. */
public enum MatrixLibrary {
    /**
     * cuBLAS 10: products of 16-bit factors run on tensor cores only if every row starts on a boundary of 16 bytes (cuBLAS
     * documentation, "Tensor Core Restrictions", release 10.2), else as products in fp32 of factors that are widened as
     * they are loaded. It knows no device later than Turing; those have cuBLAS 11 whatever the stack.
     */
    CUBLAS_10,
    /** cuBLAS 11 and later: on tensor cores whatever the rows, at a loss (NVIDIA, Matrix Multiplication Background). */
    CUBLAS_11;

    /** NVIDIA A100, which CUDA 11 came with. */
    private static final LocalDate FIRST_DEVICE_OF_11 = LocalDate.of(2020, 5, 14);

    /** Whether rows that start anywhere keep products off the tensor cores of a device announced then. */
    boolean needsAlignment(LocalDate announced) {
        return this == CUBLAS_10 && announced.isBefore(FIRST_DEVICE_OF_11);
    }
}
