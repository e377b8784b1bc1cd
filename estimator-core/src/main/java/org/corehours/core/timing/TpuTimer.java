package org.corehours.core.timing;

import java.util.List;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.MatrixShape;

/**
 * The laws of a TPU: products are cut into blocks of the systolic arrays' size, and every block costs a full pass of
 * the rows through an array, however much of it is padding.
 *
 * <p>A product of {@code m × k} by {@code k × n} holds {@code ⌈k / d⌉ · ⌈n / d⌉} blocks of weights on arrays of
 * {@code d × d}, each of which takes {@code m} cycles, {@code m} padded to the sublanes of a register; fp32 factors are
 * multiplied as bf16, JAX's default. Arithmetic and
 * memory traffic of one fusion are added up: that agrees with measured kernels better than their maximum
 * (AI-Hypercomputer/accelerator-microbenchmarks on TPU7x).
 */
final class TpuTimer implements KernelTimer {

    /** Rows of a vector register that every operand's rows are padded to (jax-ml/scaling-book, "How to Think About TPUs"). */
    private static final double SUBLANES = 8;

    private final double arrayDimension;
    private final double secondsPerRowOfBlock;
    private final double bytesPerSecond;
    private final double launchSeconds;

    TpuTimer(Accelerator accelerator) {
        if (!(accelerator.units() instanceof ComputeUnits.SystolicArrays arrays)) {
            throw new IllegalArgumentException("The TPU " + accelerator.id() + " has no systolic arrays.");
        }
        double dimension = arrays.dimension().value();
        double rate = accelerator.peakFlopsPerSecond(Precision.BF16) * accelerator.law("product.rate_fraction");
        this.arrayDimension = dimension;
        this.secondsPerRowOfBlock = 2 * dimension * dimension / rate;
        this.bytesPerSecond = accelerator.memory().bytesPerSecond().value() * accelerator.law("memory.stream_fraction");
        this.launchSeconds = accelerator.law("launch.device_seconds");
    }

    @Override
    public KernelTime time(Kernel kernel) {
        List<MatrixShape> products = kernel.products();
        double seconds = 0;
        for (int i = 0; i < products.size(); i++) {
            seconds += productSeconds(products.get(i));
        }
        return KernelTime.serial(seconds, kernel.bytes() / bytesPerSecond, kernel.launches() * launchSeconds);
    }

    private double productSeconds(MatrixShape product) {
        double blocks = product.batch() * Math.ceil(product.k() / arrayDimension) * secondsPerRowOfBlock;
        return blocks * Math.min(passes(product.m(), product.n()), passes(product.n(), product.m()));
    }

    /** Rows that pass through the arrays, all column blocks together; either factor can be the one that stays. */
    private double passes(double rows, double columns) {
        return Math.ceil(columns / arrayDimension) * Math.ceil(rows / SUBLANES) * SUBLANES;
    }

    /** The compiled program runs on the device by itself. */
    @Override
    public double issueSeconds(Kernel kernel) {
        return 0;
    }
}
