package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.corehours.cli.sweep.ResumableFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a process: signals, pipes that close and disks that are full. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals, /dev/full and exit codes are Linux's")
class ProcessTest {

    private static final int LONGEST_SECONDS = 300;
    private static final String[] LONG = {
        "sweep", "-p", "model=vit_tiny_patch16_224", "-p", "hardware=t4", "-p", "batch=1..40", "-p", "epochs=1..20000"
    };
    private static final String[] SHORT = {
        "sweep", "-p", "model=vit_tiny_patch16_224", "-p", "hardware=t4", "-p", "batch=1..8", "-p", "epochs=1..20000"
    };

    @TempDir
    private Path folder;

    private ProcessBuilder program(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.corehours.cli.Main"));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String messages() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    @Test
    void aReaderThatLeavesEndsTheWorkWithoutAWord() throws Exception {
        Process process = program(LONG).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("model,hardware,batch,epochs,");
        }
        assertThat(end(process)).isEqualTo(ExitCode.CLOSED_PIPE);
        assertThat(messages()).isEmpty();
    }

    @Test
    void aFullDiskIsSaidAndNoSuccess() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full");
        Process process = program("count", "resnet50", "--json")
                .redirectOutput(new File("/dev/full"))
                .start();
        assertThat(end(process)).isEqualTo(ExitCode.USAGE);
        assertThat(messages()).isEqualTo("corehours: Cannot write to standard output: No space left on device.\n");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "KILL, 137"})
    void aSweepThatIsStoppedGoesOnToTheSameBytes(String signal, int code) throws Exception {
        assumeTrue(!signal.equals("INT") || !ignoresInterrupts(), "the tests run where interrupts are ignored");
        Path whole = folder.resolve("whole.csv");
        assertThat(end(program(with(whole)).start())).as(messages()).isZero();

        Path file = Files.writeString(folder.resolve("rows.csv"), "of an earlier sweep");
        Process process = program(with(file)).start();
        while (process.isAlive()
                && (!Files.exists(ResumableFile.part(file)) || Files.size(ResumableFile.part(file)) < 100_000)) {
            Thread.sleep(5);
        }
        assumeTrue(process.isAlive(), "the sweep was faster than the signal");
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(end(process)).isEqualTo(code);
        assertThat(file).hasContent("of an earlier sweep");

        List<String> resume = new ArrayList<>(List.of(with(file)));
        resume.add("--resume");
        assertThat(end(program(resume.toArray(String[]::new)).start()))
                .as(messages())
                .isZero();
        assertThat(Files.mismatch(file, whole)).isEqualTo(-1);
        assertThat(ResumableFile.part(file)).doesNotExist();
    }

    /** Whether this process, and so one that it starts, ignores SIGINT, as a shell's jobs in the background do. */
    private static boolean ignoresInterrupts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    private static String[] with(Path output) {
        List<String> all = new ArrayList<>(List.of(SHORT));
        all.addAll(List.of("-o", output.toString()));
        return all.toArray(String[]::new);
    }
}
