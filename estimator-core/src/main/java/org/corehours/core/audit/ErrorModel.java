package org.corehours.core.audit;

import java.util.List;
import java.util.stream.Stream;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.run.Law;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.FrameworkRuntime;

/**
 * How wrong the laws may be, and how far a figure that somebody measures once may be from the next measurement. Widths
 * are standard deviations of a logarithm; 0.1 is about 10 %.
 *
 * <p>One standard normal deviate per law is shared by all runs of a sample; its width depends on the device, because the
 * laws of GPUs are checked against far more measurements than those of TPUs.
 */
public final class ErrorModel {

    /** How far published times of the same job differ. */
    public static final double TIME_REPEATABILITY = 0.05;

    /** How far published peak memory of the same job differs. */
    public static final double MEMORY_REPEATABILITY = 0.02;

    /** Where {@link #TIME_REPEATABILITY} comes from. */
    public static final String TIME_REPEATABILITY_SOURCE =
            "iBOT (arXiv:2111.07832) Table 19: the rate of DINO's rows between 100 and 800 epochs differs by 7 to 8 %";

    /** How far published counts of the same model differ from what is counted. */
    public static final double COUNT_REPEATABILITY = 0.02;

    /** Where {@link #COUNT_REPEATABILITY} comes from. */
    public static final String COUNT_REPEATABILITY_SOURCE =
            "iBOT (arXiv:2111.07832) Table 1 prints 21M, 85M and 307M for models of 21.7, 85.8 and 303.3 million";

    /**
     * The constant of a device's file that tells how far times of mixed-precision steps are off on it, where that is
     * known to be more than elsewhere.
     */
    public static final String MIXED_PRECISION_ERROR = "error.mixed_precision";

    private static final String STEPS =
            "errors on 202 measured training steps of image models (timm on RTX 3090): median 4.3 %, 90 % within 11.3 %";
    private static final String TPU = "few public measurements of image models on TPUs; wider than the width on GPUs";
    private static final String LAUNCHES =
            "training steps of 12 images on a DGX A100 (ryujaehun/pytorch-gpu-benchmark) take 1.9 times as long as predicted";
    private static final String PUBLISHED = "errors on published runs of ";
    private static final String REMAINDER = "remainder";
    private static final String REMAINDER_LABEL = "what the laws leave out";
    private static final String JUDGEMENT =
            "no published distribution; a width that covers the recipes and hosts in use";

    private final List<ErrorSource> gpu;
    private final List<ErrorSource> tpu;
    private final ErrorSource memoryFootprint;

    /** On GPUs, eager PyTorch. */
    private static final ErrorSource EAGER = remainder(
            0.10,
            Provenance.DERIVED,
            PUBLISHED + "NVIDIA's PyTorch examples, MLPerf's ResNet-50 on GPUs and llm-foundry");

    /** On GPUs, compiled PyTorch. */
    private static final ErrorSource COMPILED = remainder(
            0.15, Provenance.ASSUMED, "checked against published speed-ups alone; wider than the width of eager steps");

    /** On GPUs, XLA. */
    private static final ErrorSource XLA_ON_GPU = remainder(
            0.35, Provenance.DERIVED, PUBLISHED + "JAX-Toolbox's ViT, which take 1.4 to 2 times as long as predicted");

    /** On TPUs. */
    private static final ErrorSource ON_TPU =
            remainder(0.15, Provenance.DERIVED, PUBLISHED + "MAE and of MLPerf's ResNet-50 on TPUs");

    private static ErrorSource remainder(double sigma, Provenance provenance, String source) {
        return new ErrorSource(REMAINDER, REMAINDER_LABEL, sigma, provenance, source);
    }

    /** What the laws leave out of a run: how far a published run is from this program of it. */
    static ErrorSource remainder(RunPlan plan) {
        if (plan.cluster().accelerator().kind() == Accelerator.Kind.TPU) {
            return ON_TPU;
        }
        FrameworkRuntime runtime = plan.stack().runtime();
        if (runtime.id().startsWith(FrameworkRuntime.xla().id())) {
            return XLA_ON_GPU;
        }
        return runtime.compileSecondsPerKernel().value() > 0 ? COMPILED : EAGER;
    }

    /** Lists are in the order of {@link Law}. */
    private ErrorModel(List<ErrorSource> gpu, List<ErrorSource> tpu, ErrorSource memoryFootprint) {
        this.gpu = gpu;
        this.tpu = tpu;
        this.memoryFootprint = memoryFootprint;
    }

    /** {@return the widths that validation of the laws supports} */
    public static ErrorModel standard() {
        ErrorSource host = error(Law.HOST, "time of the host to issue kernels", 0.50, Provenance.DERIVED, LAUNCHES);
        ErrorSource input = error(Law.INPUT, "time to load and augment a sample", 0.20, Provenance.ASSUMED, JUDGEMENT);
        ErrorSource cores = error(Law.INPUT_CORES, "cores that feed a device", 0.25, Provenance.ASSUMED, JUDGEMENT);
        ErrorSource overhead = error(Law.OVERHEAD, "time besides training steps", 0.40, Provenance.ASSUMED, JUDGEMENT);
        List<ErrorSource> gpu = List.of(
                error(Law.MATRIX, "time of matrix products", 0.07, Provenance.DERIVED, STEPS),
                error(Law.MEMORY, "time of memory-bound kernels", 0.08, Provenance.DERIVED, STEPS),
                host,
                error(Law.COMMUNICATION, "time of collectives", 0.20, Provenance.ASSUMED, JUDGEMENT),
                input,
                cores,
                overhead);
        List<ErrorSource> tpu = List.of(
                error(Law.MATRIX, "time of matrix products", 0.15, Provenance.ASSUMED, TPU),
                error(Law.MEMORY, "time of memory-bound kernels", 0.20, Provenance.ASSUMED, TPU),
                host,
                error(Law.COMMUNICATION, "time of collectives", 0.30, Provenance.ASSUMED, TPU),
                input,
                cores,
                overhead);
        return new ErrorModel(
                gpu,
                tpu,
                new ErrorSource(
                        "memory_footprint",
                        "bytes that a framework keeps",
                        0.06,
                        Provenance.ASSUMED,
                        "published peak memory counts buffers, workspaces and rounding in different ways"));
    }

    private static ErrorSource error(Law law, String label, double sigma, Provenance provenance, String source) {
        return new ErrorSource(law.id(), label, sigma, provenance, source);
    }

    /**
     * The errors on one kind of device.
     *
     * @param kind the kind
     * @return one per law, in the order of {@link Law}, then those of no law
     */
    public List<ErrorSource> errors(Accelerator.Kind kind) {
        return Stream.concat(
                        of(kind).stream(), Stream.of(kind == Accelerator.Kind.TPU ? ON_TPU : EAGER, memoryFootprint))
                .toList();
    }

    private List<ErrorSource> of(Accelerator.Kind kind) {
        return kind == Accelerator.Kind.TPU ? tpu : gpu;
    }

    /** The errors of the laws on one device and precision, in the order of {@link Law}. */
    List<ErrorSource> errors(Accelerator accelerator, Precision precision) {
        List<ErrorSource> usual = of(accelerator.kind());
        Sourced<Double> known = accelerator.laws().get(MIXED_PRECISION_ERROR);
        if (known == null || precision == Precision.FP32) {
            return usual;
        }
        return usual.stream()
                .map(error -> error.id().equals(Law.MATRIX.id()) || error.id().equals(Law.MEMORY.id())
                        ? new ErrorSource(error.id(), error.label(), known.value(), known.provenance(), known.source())
                        : error)
                .toList();
    }

    /** {@return how many independent deviates one sample takes; the last is the meaning of memory} */
    int dimensions() {
        return Law.values().length + 3;
    }

    /** Whether a dimension is an error of times: of a law, or of what the laws leave out. */
    boolean movesTimes(int dimension) {
        return dimension <= Law.values().length;
    }

    /** The id of the error that a dimension stands for. */
    String id(int dimension) {
        int laws = Law.values().length;
        if (dimension < laws) {
            return Law.values()[dimension].id();
        }
        if (dimension == memoryMeaning()) {
            return "memory_meaning";
        }
        return dimension == laws ? REMAINDER : memoryFootprint.id();
    }

    /**
     * The dimension of what a paper means by memory, which it does not say: what its framework allocates, what the
     * driver shows, or something between, such as what the framework has reserved.
     */
    int memoryMeaning() {
        return Law.values().length + 2;
    }

    /** The law errors of one sample, from those on its device. */
    static Variation variation(List<ErrorSource> errors, double[][] normals, int sample) {
        double[] factors = new double[errors.size()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = errors.get(i).factor(normals[i][sample]);
        }
        return new Variation(
                factors[Law.MATRIX.ordinal()],
                factors[Law.MEMORY.ordinal()],
                factors[Law.HOST.ordinal()],
                factors[Law.COMMUNICATION.ordinal()],
                factors[Law.INPUT.ordinal()],
                factors[Law.INPUT_CORES.ordinal()],
                factors[Law.OVERHEAD.ordinal()]);
    }

    /** The factor on times that no law carries. */
    static double timeFactor(RunPlan plan, double[][] normals, int sample) {
        return remainder(plan).factor(normals[Law.values().length][sample]);
    }

    /** The factor on memory. */
    double memoryFactor(double[][] normals, int sample) {
        return memoryFootprint.factor(normals[Law.values().length + 1][sample]);
    }

    /**
     * How far two measurements of a quantity differ, as a standard deviation of a logarithm.
     *
     * @param quantity the quantity
     * @return the width; counts repeat exactly, but authors count, cut and round in different ways
     */
    public double repeatability(Quantity quantity) {
        return switch (quantity) {
            case DEVICE_HOURS, CORE_HOURS, HOURS, STEP_SECONDS, SAMPLES_PER_SECOND, MFU -> TIME_REPEATABILITY;
            case PEAK_MEMORY_BYTES, ALLOCATED_MEMORY_BYTES -> MEMORY_REPEATABILITY;
            case PARAMETERS, TRAINING_FLOPS_PER_SAMPLE, STEP_BYTES -> COUNT_REPEATABILITY;
        };
    }
}
