package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {

    @Test
    void theHelpNamesEveryCommandAndExitCode() {
        Program.Result help = Program.run("--help");
        assertThat(help.code()).isEqualTo(ExitCode.DONE);
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).isEqualTo("""
                Usage: corehours [-hV] [--stacktrace] COMMAND
                Predicts what training a published model costs, and audits what its paper reports.
                  -h, --help         Show this help message and exit.
                      --stacktrace   Print the stack trace of an error.
                  -V, --version      Print version information and exit.
                Commands:
                  report     Report everything about a paper: what it states, what is assumed, what its runs cost,
                               and whether its claims hold.
                  audit      Check what papers claim of compute; all papers in full if none is named.
                  check      Check a sentence about compute: what it says, whether its figures agree, and whether
                               the devices can do it.
                  estimate   Estimate one supervised training run: step time, memory, hours, money and energy.
                  explain    Show which kernels one training step launches, how long each takes and what holds it
                               up.
                  fit        Find the largest batch that fits a device's memory, and what would fit more.
                  compare    Estimate runs on other hardware: hours, money, energy, memory, ranks, and how they
                               scale.
                  sweep      Estimate every combination of parameters, one row each, on all cores.
                  serve      Show estimates and audits as pages that move as controls change, for this machine's
                               browser.
                  count      Count a model's parameters and FLOPs exactly.
                  papers     List the built-in papers, or show one with its runs and claims.
                  models     List the built-in models, or show one.
                  hardware   List the built-in accelerators and machines, or show one with its sources.
                  validate   Predict the rows of a table of measurements and print the errors.
                  calibrate  Fit a device's laws to kernels timed on it, with the errors on rows left out.
                  trace      Write the simulated step of a paper's run as a Chrome trace.
                  init       Write a commented file to start from, which the other commands accept as it is.

                Start with: corehours report perceptual-group-tokenizer

                Exit codes: 0 done, 1 a bug, 2 wrong usage, 3 an input file is wrong, 4 infeasible,
                            5 a threshold of --fail-on was crossed, 130 interrupted, 141 nobody reads on.
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "report",
                "audit",
                "estimate",
                "fit",
                "compare",
                "serve",
                "count",
                "papers",
                "models",
                "hardware",
                "validate",
                "calibrate",
                "trace",
                "init"
            })
    void everyCommandExplainsItselfWithExamplesAndJson(String command) {
        Program.Result help = Program.run(command, "--help");
        assertThat(help.code()).isEqualTo(ExitCode.DONE);
        assertThat(help.out())
                .startsWith("Usage: corehours " + command)
                .contains("--json")
                .contains("Examples:", "  corehours " + command);
        assertThat(help.out().lines().map(String::length)).allMatch(length -> length <= 100);
    }

    @Test
    void noCommandIsWrongUsage() {
        Program.Result result = Program.run();
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("Name a command: report, audit");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cout vit_base_patch16_224                         | corehours count
            count vit_bas_patch16_224                         | vit_base_patch16_224
            report perceptual-group-tokeniser                 | perceptual-group-tokenizer
            report ibt                                        | ibot
            audit pecko                                       | peco
            papers dual-patchnrom                             | dual-patchnorm
            hardware v100-sxm2-32g                            | v100-sxm2-32gb
            estimate vit_base_patch16_224 --hardware rtx3090x | rtx-3090
            compare ibot --hardware a100-sxm4-80g             | a100-sxm4-80gb
            trace ibot ibot-s-10x96-80                        | ibot-s-10x96-800
            count vit_base_patch16_224 --bach 3               | --batch
            """)
    void aMisspellingIsWrongUsageAndGetsTheNearestName(String line, String nearest) {
        Program.Result result = Program.run(line.split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("corehours: ").contains(nearest);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            V100  | v100-sxm2-16gb v100-sxm2-32gb v100-pcie-16gb v100-pcie-32gb
            TPUv5 | tpu-v5e tpu-v5p
            A100  | a100-sxm4-40gb a100-sxm4-80gb a100-pcie-40gb a100-pcie-80gb
            """)
    void whatPeopleCallHardwareGetsAListAndNoSilentPick(String name, String ids) {
        for (String[] line : new String[][] {
            {"hardware", name}, {"estimate", "vit_base_patch16_224", "--hardware", name},
        }) {
            Program.Result result = Program.run(line);
            assertThat(result.code()).isEqualTo(ExitCode.USAGE);
            assertThat(result.err()).contains("could mean").contains(ids.split(" "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "count vit_base_patch16_224 --batch 0",
                "count vit_base_patch16_224 --batch two",
                "estimate vit_base_patch16_224 --hardware rtx-3090 --devices 0",
                "estimate vit_base_patch16_224 --hardware v100-sxm2-32gb --devices 12",
                "estimate vit_base_patch16_224 --hardware rtx-3090 --epochs 3 --steps 5",
                "estimate vit_base_patch16_224 --hardware rtx-3090 --dataset imagenet-2k",
                "estimate vit_base_patch16_224 --hardware rtx-3090 --stack tensorflow",
                "estimate vit_base_patch16_224 --hardware v100-sxm2-32gb --devices 16 --global-batch 1000",
                "report ibot --format pdf",
                "report ibot --format text --json",
                "report ibot --json -o /no/such/folder/report.json",
                "audit ibot --fail-on wrong"
            })
    void whatDoesNotGoTogetherIsWrongUsage(String line) {
        Program.Result result = Program.run(line.split(" "));
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("corehours: ");
    }

    @Test
    void aStepThatDoesNotFitIsInfeasibleWithTheBytesAndTheWaysOut() {
        Program.Result result = Program.run(
                "estimate", "vit_large_patch16_224", "--hardware", "v100-sxm2-16gb", "--global-batch", "512");
        assertThat(result.code()).isEqualTo(ExitCode.INFEASIBLE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("corehours: The step does not fit: it needs ")
                .contains(" of a v100-sxm2-16gb, which has 16.0 GiB (17,179,869,184 bytes). Ways out: ")
                .contains("accumulation steps")
                .contains("activation checkpointing");
    }

    @Test
    void aPrecisionTheDeviceHasNoPathForIsInfeasible() {
        Program.Result result =
                Program.run("estimate", "vit_base_patch16_224", "--hardware", "v100-sxm2-32gb", "--precision", "bf16");
        assertThat(result.code()).isEqualTo(ExitCode.INFEASIBLE);
        assertThat(result.err()).contains("bf16").contains("fp16");
    }

    @Test
    void aWrongFileIsReportedWithFileLineAndField(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("paper.yaml"), """
                id: wrong
                title: A wrong paper
                citation: Nobody, 2024
                summary: One run.
                sources:
                  paper: Nobody, 2024
                runs:
                  base:
                    label: ViT-S/16
                    provenance: reported
                    source: paper
                    method: {type: supervised, network: vit_small_patch16_224, loss: cross_entropy, update: {optimizer: adamw}}
                    hardware: v100-sxm2-32gb
                    devices: 16
                    global_batch: many
                    precision: fp16
                    stack: pytorch-eager
                    input: supervised
                    dataset: imagenet-1k
                    epochs: 90
                """);
        for (String command : new String[] {"report", "audit", "papers"}) {
            Program.Result result = Program.run(command, file.toString());
            assertThat(result.code()).as(command).isEqualTo(ExitCode.INPUT);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .startsWith(file + ":15:")
                    .contains("global_batch")
                    .contains("many");
        }
        Program.Result missing =
                Program.run("report", folder.resolve("none.yaml").toString());
        assertThat(missing.code()).isEqualTo(ExitCode.INPUT);
        assertThat(missing.err()).contains("none.yaml").contains("no such file");
    }

    @Test
    void aFileIsWrittenWholeAndNothingElseIsLeft(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.md");
        Files.writeString(file, "old");
        Program.Result result =
                Program.run("report", "class-embedding-space", "--format", "markdown", "-o", file.toString());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("Wrote " + file + "." + System.lineSeparator());
        assertThat(Files.readString(file)).startsWith("# ").endsWith("\n");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aBugIsOneLineAndAHint() {
        Failures failures = new Failures(() -> false);
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new Corehours()).setErr(new PrintWriter(err));
        int code = failures.handleExecutionException(new IllegalStateException("no reading"), line, line.parseArgs());
        assertThat(code).isEqualTo(ExitCode.BUG);
        assertThat(err.toString().lines())
                .containsExactly(
                        "corehours: this is a bug: IllegalStateException: no reading",
                        "Run the same command with --stacktrace and report what it prints.");
    }

    @Test
    void charactersBeyondAsciiNeedALocaleThatHasThem() {
        assertThat(Terminal.of(Map.of("LANG", "de_DE.UTF-8"), true, false).ascii())
                .isFalse();
        assertThat(Terminal.of(Map.of("LANG", "en_US.utf8", "LC_ALL", "C"), true, false)
                        .ascii())
                .isTrue();
        assertThat(Terminal.of(Map.of("LC_ALL", "C"), false, false).ascii())
                .as("a file")
                .isFalse();
        assertThat(Terminal.of(Map.of(), true, false).ascii()).isFalse();
    }

    @Test
    void tooLittleMemoryIsInfeasibleAndNoBug() {
        Failures failures = new Failures(() -> false);
        StringWriter err = new StringWriter();
        Error unmade = new NoClassDefFoundError("Could not initialize class X");
        unmade.initCause(new ExceptionInInitializerError("Exception java.lang.OutOfMemoryError: Java heap space"));
        for (Error each : new Error[] {new OutOfMemoryError("Java heap space"), unmade}) {
            assertThat(failures.error(each, new PrintWriter(err))).isEqualTo(ExitCode.INFEASIBLE);
        }
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("corehours: This takes more than the "));
        assertThat(failures.error(new StackOverflowError(), new PrintWriter(err)))
                .isEqualTo(ExitCode.BUG);
    }

    @Test
    void colourNeedsATerminalThatWantsIt() {
        assertThat(Terminal.of(Map.of("TERM", "xterm"), true, false).styled()).isTrue();
        assertThat(Terminal.of(Map.of("TERM", "xterm"), false, false).styled()).isFalse();
        assertThat(Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1"), true, false)
                        .styled())
                .isFalse();
        assertThat(Terminal.of(Map.of("TERM", "dumb"), true, false).styled()).isFalse();
        assertThat(Terminal.of(Map.of("COLUMNS", "60"), true, false).width()).isEqualTo(60);
        assertThat(Terminal.of(Map.of("COLUMNS", "10"), true, false).width()).isEqualTo(40);
        assertThat(Terminal.of(Map.of("COLUMNS", "132"), true, false).width()).isEqualTo(132);
    }

    @Test
    void textKeepsToTheWidth() {
        Program.Result result = Program.run("report", "perceptual-group-tokenizer");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        assertThat(Arrays.stream(result.out().split("\n")).map(String::length)).allMatch(length -> length <= 100);
    }
}
