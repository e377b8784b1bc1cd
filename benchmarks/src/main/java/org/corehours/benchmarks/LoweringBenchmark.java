package org.corehours.benchmarks;

import java.util.concurrent.TimeUnit;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Lowering;
import org.corehours.core.lowering.Segment;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.step.StepProgram;
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

/**
 * The kernels of a training step and their times, by depth of the model: 12, 24 and 32 blocks must cost, and allocate,
 * the same, since a repeated block is lowered once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // set by JMH
public class LoweringBenchmark {

    /** The model, of 12, 24 and 32 blocks. */
    @Param({"vit_base_patch16_224", "vit_large_patch16_224", "vit_huge_patch14_224"})
    public String name;

    /** The software. */
    @Param({"pytorch-eager", "torch-compile"})
    public String stack;

    private final KernelTimer timer =
            KernelTimer.of(HardwareCatalog.builtIn().find("a100-sxm4-80gb").accelerator());
    private StepProgram step;
    private Lowering lowering;
    private KernelProgram program;

    /** Plans the step. */
    @Setup
    public void prepare() {
        step = SupervisedTraining.of(ModelCatalog.get(name)).plan(64);
        lowering = SoftwareStacks.of(stack, Precision.FP16).lowering();
        program = lowering.lower(step);
    }

    /** {@return the kernels of the step} */
    @Benchmark
    public KernelProgram lower() {
        return lowering.lower(step);
    }

    /** {@return the seconds of the step's kernels} */
    @Benchmark
    public double time() {
        return seconds(program);
    }

    /** {@return the seconds of the step's kernels, from its graph on} */
    @Benchmark
    public double lowerAndTime() {
        return seconds(lowering.lower(step));
    }

    private double seconds(KernelProgram kernels) {
        double seconds = 0;
        for (Segment segment : kernels.segments()) {
            double once = 0;
            for (Kernel kernel : segment.kernels()) {
                once += timer.time(kernel).seconds();
            }
            seconds += segment.times() * once;
        }
        return seconds;
    }
}
