package org.corehours.benchmarks;

import java.util.concurrent.TimeUnit;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.Placement;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.run.Variation;
import org.corehours.core.simulate.Collectives;
import org.corehours.core.simulate.DataParallel;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.simulate.StepFactors;
import org.corehours.core.simulate.StepSimulator;
import org.corehours.core.simulate.Timeline;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Estimating the training of ViT-L/16 on two DGX-1, 16 V100, PyTorch in mixed precision, stage by stage. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EstimateBenchmark {

    private static final long GLOBAL_BATCH = 512;

    private final HardwareCatalog hardware = HardwareCatalog.builtIn();
    private final Cluster cluster = hardware.find("dgx-1-v100-32gb").cluster(16);
    private final SupervisedTraining method = SupervisedTraining.of(ModelCatalog.get("vit_large_patch16_224"));
    private final RunPlan plan = plan();
    private final KernelProgram program = plan.stack().lowering().lower(plan.step());
    private final KernelTimer timer = KernelTimer.of(cluster.accelerator());
    private final CompiledRun compiled = new RunEstimator().compile(plan);
    private final StepSimulator simulator = simulator();

    private RunPlan plan() {
        return RunPlan.builder()
                .id("benchmark")
                .model(method.model(), 0)
                .phase(
                        method.plan(RunPlan.microBatch(GLOBAL_BATCH, cluster, 1)),
                        GLOBAL_BATCH,
                        1,
                        InputRecipe.demand("randaugment"),
                        Schedule.ofEpochs(1_281_167, 300))
                .stack(SoftwareStacks.of("pytorch-1-eager", Precision.FP16), Precision.FP16)
                .cluster(cluster)
                .placement(Placement.in(hardware.region("world")))
                .build();
    }

    private StepSimulator simulator() {
        return new StepSimulator(
                program,
                timer::time,
                timer::issueSeconds,
                plan.stack().runtime(),
                new Collectives(cluster),
                DataParallel.INSTANCE.exchange(plan.stack().runtime().exchange(), true),
                plan.step().reductions(),
                1,
                InputPipeline.of(plan.input(), cluster),
                1,
                plan.microBatch(),
                0);
    }

    /** {@return the kernels of the step} */
    @Benchmark
    public KernelProgram lower() {
        return plan.stack().lowering().lower(plan.step());
    }

    /** {@return a simulator whose kernels are timed} */
    @Benchmark
    public StepSimulator time() {
        return simulator();
    }

    /** {@return the step over its streams, kernels already timed} */
    @Benchmark
    public Timeline simulate() {
        return simulator.simulate(StepFactors.NOMINAL);
    }

    /** {@return the run under one variation, step already compiled: what an audit does per sample} */
    @Benchmark
    public RunEstimate vary() {
        return compiled.estimate(Variation.NOMINAL);
    }

    /** {@return the whole estimate, from the model's description to hours and money} */
    @Benchmark
    public RunEstimate estimate() {
        return new RunEstimator().estimate(plan(), Variation.NOMINAL);
    }
}
