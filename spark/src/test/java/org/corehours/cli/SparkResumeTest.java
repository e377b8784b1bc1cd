package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.sweep.LocalEngine;
import org.corehours.cli.sweep.ResumableFile;
import org.corehours.cli.sweep.SweepBlocks;
import org.corehours.cli.sweep.SweepEngine;
import org.corehours.cli.sweep.SweepRun;
import org.corehours.spark.SparkEngine;
import org.corehours.sweep.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that one engine has begun is finished by the other as if nothing had happened. */
class SparkResumeTest {

    private static final List<String> PARAMETERS =
            List.of("model=resnet50", "hardware=t4,dgx-a100", "devices=1..8*2", "global_batch=96,128", "epochs=1..400");

    @TempDir
    private Path folder;

    @Test
    void eitherEngineGoesOnWithTheFileOfTheOther() throws IOException {
        Path whole = folder.resolve("whole.csv");
        sweep(whole, List.of());
        byte[] rows = Files.readAllBytes(whole);
        Path file = folder.resolve("rows.csv");

        long done = begun(file, new SparkEngine());
        assertThat(done).isBetween(1L, 6399L);
        sweep(file, List.of("--resume"));
        assertThat(Files.readAllBytes(file)).isEqualTo(rows);

        Files.delete(file);
        assertThat(begun(file, new LocalEngine(2))).isBetween(1L, 6399L);
        sweep(file, List.of("--resume", "--engine", "spark", "--master", "local[2]"));
        assertThat(Files.readAllBytes(file)).isEqualTo(rows);
        assertThat(ResumableFile.note(file)).doesNotExist();
    }

    private static void sweep(Path file, List<String> more) {
        List<String> line = new ArrayList<>(List.of("sweep", "-o", file.toString()));
        PARAMETERS.forEach(each -> line.addAll(List.of("-p", each)));
        line.addAll(more);
        StringWriter err = new StringWriter();
        int code = new Main(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        new ByteArrayInputStream(new byte[0]))
                .execute(line.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        assertThat(err.toString()).isEmpty();
    }

    /** Leaves a file as an interrupt does that comes with the first rows, and half a row more. */
    private static long begun(Path file, SweepEngine engine) throws IOException {
        SweepRequest request =
                new SweepRequest(null, PARAMETERS, 0, List.of(), 0, Column.DEVICE_HOURS, List.of(), false);
        SweepBlocks blocks = request.open();
        String fingerprint = new SweepCommand(Terminal.NONE).fingerprint(blocks);
        long[] done = {0};
        try (ResumableFile sink =
                ResumableFile.begin(file, fingerprint, blocks.format().header())) {
            SweepRun run = new SweepRun(blocks, 0, List.of(), sink, points -> done[0] = points, () -> done[0] > 0);
            engine.run(request, run, engine instanceof SparkEngine ? "local[2]" : null);
            assertThat(run.end()).isFalse();
        }
        Files.writeString(ResumableFile.part(file), "half a ro", StandardOpenOption.APPEND);
        return done[0];
    }
}
