package org.corehours.benchmarks;

import java.util.concurrent.TimeUnit;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Graph;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
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

/** Counting the FLOPs of a model: the loop over its table, and everything from its description on. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // set by JMH
public class CountBenchmark {

    /** The model. */
    @Param({"vit_base_patch16_224", "vit_large_patch16_224"})
    public String name;

    private Model model;
    private FlopTable table;

    /** Looks the model up. */
    @Setup
    public void prepare() {
        model = ModelCatalog.get(name);
        table = model.graph(64).flops();
    }

    /** {@return forward and backward FLOPs from a table: the counting kernel} */
    @Benchmark
    public long count() {
        return table.trainingFlops();
    }

    /** {@return the graph of a batch, its shapes inferred and its table made} */
    @Benchmark
    public Graph buildGraph() {
        return model.graph(64);
    }

    /** {@return forward and backward FLOPs from the model's description} */
    @Benchmark
    public long buildAndCount() {
        return model.graph(64).flops().trainingFlops();
    }
}
