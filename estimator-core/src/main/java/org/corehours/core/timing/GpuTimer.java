package org.corehours.core.timing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.Precision;
import org.corehours.core.hardware.UnsupportedPrecisionException;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.jspecify.annotations.Nullable;

/** The laws of a GPU, chosen by the kind of kernel. */
final class GpuTimer implements KernelTimer {

    /**
     * What a driver needs to launch one more kernel of the same operator (te42kyfo/gpu-benches: 1.95 to 2.6 µs back to
     * back on A40, A100, H200).
     */
    private static final double FURTHER_LAUNCH_SECONDS = 2.5e-6;

    private final Accelerator accelerator;
    private final MemoryLaw memory;
    private final RowLaw rows;
    private final RowBlockLaw rowBlocks;
    private final ConvolutionLaw convolutions;
    private final PoolingLaw pools;
    private final Map<DataType, ProductLaw> dense = new EnumMap<>(DataType.class);
    private final Map<DataType, ProductLaw> batched = new EnumMap<>(DataType.class);
    private final double launchSeconds;
    private final double operatorSeconds;
    private final double attentionFraction;
    private final boolean needsAlignment;

    GpuTimer(Accelerator accelerator, MatrixLibrary library) {
        if (!(accelerator.units() instanceof ComputeUnits.Multiprocessors units)) {
            throw new IllegalArgumentException("The GPU " + accelerator.id() + " has no multiprocessors.");
        }
        this.accelerator = accelerator;
        this.needsAlignment = library.needsAlignment(accelerator.announced().value());
        this.memory = new MemoryLaw(accelerator);
        int multiprocessors = units.count().value();
        this.rows = new RowLaw(accelerator, multiprocessors, memory);
        this.rowBlocks = new RowBlockLaw(accelerator, multiprocessors, memory);
        this.convolutions = new ConvolutionLaw(accelerator, units.matrixCores().value() > 0, memory);
        this.pools = new PoolingLaw(accelerator, multiprocessors, memory);
        this.launchSeconds = accelerator.law("launch.device_seconds");
        this.operatorSeconds = accelerator.law("launch.host_seconds");
        this.attentionFraction = accelerator.law("attention.rate_fraction");
        for (DataType type : DataType.values()) {
            Precision precision = precision(type);
            if (precision != null && accelerator.supports(precision)) {
                String family = precision == Precision.FP32 ? "product.fp32" : "product.half";
                double peak = accelerator.peakFlopsPerSecond(precision);
                double vector = accelerator.peakFlopsPerSecond(Precision.FP32);
                double bandwidth = memory.bytesPerSecond();
                dense.put(
                        type,
                        new ProductLaw(
                                accelerator, family, false, type.bytes(), multiprocessors, peak, vector, bandwidth));
                batched.put(
                        type,
                        new ProductLaw(
                                accelerator, family, true, type.bytes(), multiprocessors, peak, vector, bandwidth));
            }
        }
    }

    private @Nullable Precision precision(DataType type) {
        return switch (type) {
            case FP32 -> Precision.FP32;
            case TF32 -> accelerator.runsIn(Precision.TF32);
            case FP16 -> Precision.FP16;
            case BF16 -> Precision.BF16;
            case INT64, BOOL -> null;
        };
    }

    @Override
    public KernelTime time(Kernel kernel) {
        double compute = computeSeconds(kernel);
        double traffic = memorySeconds(kernel);
        double launch = kernel.launches() * launchSeconds;
        double conversion = kernel.kind() == KernelKind.CONVOLUTION ? convolutions.conversionSeconds(kernel) : 0;
        return new KernelTime(compute, traffic + conversion, launch, launch + Math.max(compute, traffic) + conversion);
    }

    @Override
    public double issueSeconds(Kernel kernel) {
        int further = kernel.launches() - kernel.calls();
        return kernel.calls() * operatorSeconds + further * FURTHER_LAUNCH_SECONDS;
    }

    private double memorySeconds(Kernel kernel) {
        if (RowBlockLaw.times(kernel)) {
            return rowBlocks.seconds(kernel);
        }
        return switch (kernel.kind()) {
            case ELEMENTWISE, COPY, CONCATENATION -> memory.elementwiseSeconds(kernel);
            case INDEX -> memory.rowSeconds(kernel.bytes());
            case POOLING -> pools.seconds(kernel);
            case SOFTMAX -> rows.softmaxSeconds(kernel);
            case NORMALIZATION -> rows.normalizationSeconds(kernel);
            case MATRIX_PRODUCT, CONVOLUTION, FUSED_ATTENTION, REDUCTION, OPTIMIZER, FILL ->
                memory.streamSeconds(kernel.bytes());
        };
    }

    private double computeSeconds(Kernel kernel) {
        List<MatrixShape> products = kernel.products();
        if (kernel.kind() == KernelKind.CONVOLUTION && !products.isEmpty()) {
            return convolutions.seconds(kernel, law(dense, kernel.type()));
        }
        double seconds = 0;
        for (int i = 0; i < products.size(); i++) {
            MatrixShape product = products.get(i);
            seconds += switch (kernel.kind()) {
                case FUSED_ATTENTION -> product.flops() / (peak(kernel.type()) * attentionFraction);
                default -> productSeconds(product, kernel.type());
            };
        }
        return seconds;
    }

    private double productSeconds(MatrixShape product, DataType type) {
        boolean aligned = ProductLaw.aligned(
                product.m(), product.n(), product.k(), type.bytes(), product.transposedA(), product.transposedB());
        DataType arithmetic = needsAlignment && !aligned ? DataType.FP32 : type;
        return law(product.batch() == 1 ? dense : batched, arithmetic)
                .seconds(
                        product.batch(),
                        product.m(),
                        product.n(),
                        product.k(),
                        aligned || arithmetic != type,
                        !product.transposedA() || product.transposedB());
    }

    private double peak(DataType type) {
        Precision precision = precision(type);
        if (precision == null) {
            throw new IllegalArgumentException("There are no matrix products in " + type.label() + ".");
        }
        return accelerator.peakFlopsPerSecond(precision);
    }

    private ProductLaw law(Map<DataType, ProductLaw> laws, DataType type) {
        ProductLaw law = laws.get(type);
        if (law == null) {
            Precision precision = precision(type);
            throw precision == null
                    ? new IllegalArgumentException("There are no matrix products in " + type.label() + ".")
                    : new UnsupportedPrecisionException(
                            accelerator.id(),
                            precision,
                            accelerator.matrixFlopsPerSecond().keySet());
        }
        return law;
    }
}
