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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Counting the FLOPs of ViT-L/16: the loop over its table, and everything from its description on. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CountBenchmark {

    private final Model model = ModelCatalog.get("vit_large_patch16_224");
    private final FlopTable table = model.graph(64).flops();

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
}
