package org.corehours.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.Segment;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.timing.KernelTime;
import org.corehours.core.timing.KernelTimer;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.method.SupervisedTraining;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time of one kernel of a ViT-B/16 training step on an A100, by kind, going through all of that kind in turn. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // set by JMH
public class TimingBenchmark {

    /** The kind of kernel. */
    @Param({"MATRIX_PRODUCT", "ELEMENTWISE", "COPY", "SOFTMAX", "NORMALIZATION", "OPTIMIZER"})
    public KernelKind kind;

    private final KernelTimer timer =
            KernelTimer.of(HardwareCatalog.builtIn().find("a100-sxm4-80gb").accelerator());
    private Kernel[] kernels = {};
    private int next;

    /** Collects the kernels. */
    @Setup
    public void prepare() {
        List<Segment> segments = SoftwareStacks.of("pytorch-eager", Precision.FP16)
                .lowering()
                .lower(SupervisedTraining.of(ModelCatalog.get("vit_base_patch16_224"))
                        .plan(64))
                .segments();
        kernels = segments.stream()
                .flatMap(segment -> segment.kernels().stream())
                .filter(kernel -> kernel.kind() == kind)
                .toArray(Kernel[]::new);
    }

    /** {@return the time of the next kernel} */
    @Benchmark
    public KernelTime time() {
        next = next + 1 < kernels.length ? next + 1 : 0;
        return timer.time(kernels[next]);
    }
}
