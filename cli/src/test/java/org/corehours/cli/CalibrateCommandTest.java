package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.MatrixShape;
import org.corehours.core.lowering.TensorLayout;
import org.corehours.core.timing.KernelTimer;
import org.corehours.hardware.HardwareCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fits to a table of what the T4's own laws say, a tenth slower. */
class CalibrateCommandTest {

    private static final double SLOWER = 1.1;
    private static final double OVERHEAD_MILLISECONDS = 34e-3;

    @TempDir
    private Path folder;

    @Test
    void aFitFollowsTheTableAndIsReadBackFromTheSectionItWrites() throws IOException {
        Path laws = folder.resolve("laws.yaml");
        Program.Result result = Program.run(
                "calibrate", table().toString(), "--hardware", "t4", "--json", "--all-rows", "-o", laws.toString());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        JsonNode json = result.json();
        assertThat(json.path("fitted"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.path("source").asText()).contains("kernels.csv", "rows"));
        assertThat(json.path("errors").path(0).path("group").asText()).isEqualTo("products fp32");
        assertThat(json.path("errors").path(0).path("median_abs_error_pct").asDouble())
                .isLessThan(3);
        assertThat(json.path("not_informed")).isNotEmpty();

        String section = Files.readString(laws);
        Path own = folder.resolve("own.yaml");
        Files.writeString(own, CARD + section);
        Accelerator read = HardwareCatalog.builtIn().find(own.toString()).accelerator();
        json.path("fitted")
                .forEach(each -> assertThat(read.law(each.path("name").asText()))
                        .isEqualTo(each.path("value").asDouble()));
    }

    @Test
    void transferredLawsFitNothing() throws IOException {
        Program.Result result =
                Program.run("calibrate", table().toString(), "--hardware", "t4", "--transfer", "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(result.json().has("fitted")).isFalse();
        assertThat(result.json().path("errors").path(0).path("n").asInt()).isEqualTo(60);
    }

    @Test
    void rowsOfADeviceThatNobodyKnowsAreTakenByItsName() throws IOException {
        Path table = table();
        Files.writeString(table, Files.readString(table).replace("Tesla T4", "Board X"));
        String[] command = {"calibrate", table.toString(), "--hardware", "t4", "--transfer", "--json"};
        Program.Result unnamed = Program.run(command);
        assertThat(unnamed.code()).isEqualTo(ExitCode.USAGE);
        assertThat(unnamed.err()).contains("Board X", "--device");
        Program.Result named = Program.run(Stream.concat(Arrays.stream(command), Stream.of("--device", "Board X"))
                .toArray(String[]::new));
        assertThat(named.json().path("errors").path(0).path("n").asInt()).isEqualTo(60);
    }

    @Test
    void aTableOfOtherDevicesIsWrongUsage() throws IOException {
        Program.Result result = Program.run("calibrate", table().toString(), "--hardware", "a40");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("a40", "--device");
    }

    private static final String CARD = """
            type: accelerator
            id: own-card
            name: Own card
            vendor: Me
            kind: gpu
            announced: {value: 2018-09-12, provenance: assumed, source: me}
            units:
              multiprocessors: {value: 40, provenance: assumed, source: me}
              matrix_cores: {value: 320, provenance: assumed, source: me}
            clock_mhz: {value: 1590, provenance: assumed, source: me}
            matrix_tflops:
              fp32: {value: 8.1, provenance: assumed, source: me}
            memory:
              capacity_gib: {value: 16, provenance: assumed, source: me}
              bandwidth_gb_per_s: {value: 320, provenance: assumed, source: me}
            power:
              idle_watts: {value: 10, provenance: assumed, source: me}
              max_watts: {value: 70, provenance: assumed, source: me}
            """;

    private Path table() throws IOException {
        KernelTimer timer = KernelTimer.of(HardwareCatalog.builtIn().accelerator("t4"));
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder text = new StringBuilder("op,device,B,M,N,K,precision,latency_ms\n");
        for (int i = 0; i < 60; i++) {
            long m = 128L * random.nextInt(2, 40);
            long n = 128L * random.nextInt(2, 40);
            long k = 128L * random.nextInt(2, 40);
            double milliseconds = 1e3 * SLOWER * timer.time(linear(m, n, k)).seconds() + OVERHEAD_MILLISECONDS;
            text.append(String.format(Locale.ROOT, "linear,Tesla T4,1,%d,%d,%d,fp32,%.6g%n", m, k, n, milliseconds));
        }
        Path file = folder.resolve("kernels.csv");
        Files.writeString(file, text);
        return file;
    }

    private static Kernel linear(long m, long n, long k) {
        TensorLayout input = TensorLayout.contiguous(DataType.FP32, m, k);
        TensorLayout weight = TensorLayout.contiguous(DataType.FP32, n, k);
        TensorLayout output = TensorLayout.contiguous(DataType.FP32, m, n);
        return new Kernel(
                "linear",
                KernelKind.MATRIX_PRODUCT,
                "",
                List.of(input, weight),
                List.of(output),
                List.of(new MatrixShape(MatrixShape.Role.FORWARD, 1, m, n, k, false, true)),
                DataType.FP32,
                input.bytes() + weight.bytes(),
                output.bytes(),
                0,
                1);
    }
}
