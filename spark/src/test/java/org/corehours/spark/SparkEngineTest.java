package org.corehours.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of Spark, in its local mode, are those of one machine, byte for byte. */
class SparkEngineTest {

    private static final List<String> SPARK = List.of("--engine", "spark", "--master", "local[2]");

    /** 3,200 points, some of which are not possible: batches that do not divide, memory that does not do, a precision. */
    private static final String SWEEP = """
            run: {dataset: imagenet-1k}
            parameters:
              model: [resnet50, vit_large_patch16_224]
              hardware: [t4, dgx-a100, tpu-v5e]
              devices: 1..8*2
              global_batch: [96, 100, 2048]
              precision: [fp16, bf16]
              epochs: 1..20
            """;

    @TempDir
    private Path folder;

    private record Result(int code, String out, String err) {}

    private static Result run(List<String> line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new Main(new PrintWriter(out), new PrintWriter(err, true), new ByteArrayInputStream(new byte[0]))
                .execute(line.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    private List<String> sweep(List<String> more, String... options) throws IOException {
        Path file = folder.resolve("sweep.yaml");
        Files.writeString(file, SWEEP);
        List<String> line = new ArrayList<>(List.of("sweep", file.toString()));
        line.addAll(List.of(options));
        line.addAll(more);
        return line;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--json",
                "--where fits --where hours<1",
                "--top 7 --by mfu",
                "--pareto hours,cost_usd --json",
                "--sample 300"
            })
    void rowsAreThoseOfTheLocalEngine(String options) throws IOException {
        String[] given = options.isEmpty() ? new String[0] : options.split(" ");
        Result local = run(sweep(List.of(), given));
        Result spark = run(sweep(SPARK, given));
        assertThat(spark.err()).isEqualTo(local.err()).isEmpty();
        assertThat(spark.code()).isEqualTo(local.code()).isZero();
        assertThat(spark.out().lines().toList())
                .isEqualTo(local.out().lines().toList())
                .isNotEmpty();
        assertThat(spark.out()).isEqualTo(local.out());
    }

    @Test
    void aMasterThatIsNoneIsWrongUsage() throws IOException {
        Result result = run(sweep(List.of("--engine", "spark", "--master", "nonsense://here")));
        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains("nonsense://here");
    }
}
