package org.corehours.models;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;

/** One measured model of a reference table: parameters and FLOPs by pass and operator, batch 1. */
public record ReferenceCounts(
        String name,
        long parameters,
        long forward,
        long forwardMatrix,
        long forwardConvolution,
        long training,
        long trainingMatrix,
        long trainingConvolution,
        long trainingConvolutionBackward) {
    private static final List<Category> MATRIX = List.of(Category.ADDMM, Category.MM, Category.BMM);

    /** The rows of a table among the test resources; lines that start with # tell where it comes from. */
    public static List<ReferenceCounts> of(String table) {
        try (InputStream in = Objects.requireNonNull(ReferenceCounts.class.getResourceAsStream(table), table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .skip(1)
                    .map(ReferenceCounts::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The row with a name. */
    public static ReferenceCounts of(String table, String name) {
        return of(table).stream()
                .filter(row -> row.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The table " + table + " has no row " + name + "."));
    }

    private static ReferenceCounts parse(String line) {
        String[] cells = line.split(",", -1);
        long[] counts = Arrays.stream(cells)
                .skip(1)
                .mapToLong(cell -> cell.isEmpty() ? 0 : Long.parseLong(cell))
                .toArray();
        return new ReferenceCounts(
                cells[0], counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7]);
    }

    /** Compares a graph of batch {@code n} with {@code n} times the row. */
    public void verify(Graph graph) {
        long n = graph.batch();
        Map<Category, Long> forwards = graph.flops().forwardByCategory();
        Map<Category, Long> trainings = graph.flops().trainingByCategory();
        assertSoftly(softly -> {
            softly.assertThat(graph.parameterCount()).as("%s: parameters", name).isEqualTo(parameters);
            softly.assertThat(graph.flops().forwardFlops())
                    .as("%s: forward", name)
                    .isEqualTo(n * forward);
            softly.assertThat(matrix(forwards)).as("%s: forward products", name).isEqualTo(n * forwardMatrix);
            softly.assertThat(forwards.getOrDefault(Category.CONVOLUTION, 0L))
                    .as("%s: forward convolutions", name)
                    .isEqualTo(n * forwardConvolution);
            if (training > 0) {
                softly.assertThat(graph.flops().trainingFlops())
                        .as("%s: training", name)
                        .isEqualTo(n * training);
                softly.assertThat(matrix(trainings))
                        .as("%s: training products", name)
                        .isEqualTo(n * trainingMatrix);
                softly.assertThat(trainings.getOrDefault(Category.CONVOLUTION, 0L))
                        .as("%s: training convolutions", name)
                        .isEqualTo(n * trainingConvolution);
                softly.assertThat(trainings.getOrDefault(Category.CONVOLUTION_BACKWARD, 0L))
                        .as("%s: convolution gradients", name)
                        .isEqualTo(n * trainingConvolutionBackward);
            }
        });
    }

    private static long matrix(Map<Category, Long> counts) {
        return MATRIX.stream().mapToLong(c -> counts.getOrDefault(c, 0L)).sum();
    }
}
