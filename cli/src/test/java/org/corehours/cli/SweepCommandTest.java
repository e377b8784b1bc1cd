package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.corehours.cli.sweep.LocalEngine;
import org.corehours.cli.sweep.ResumableFile;
import org.corehours.cli.sweep.SweepBlocks;
import org.corehours.cli.sweep.SweepRun;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunEstimator;
import org.corehours.core.run.Variation;
import org.corehours.hardware.HardwareCatalog;
import org.corehours.sweep.Axis;
import org.corehours.sweep.Column;
import org.corehours.sweep.PointEvaluator;
import org.corehours.sweep.PointResult;
import org.corehours.sweep.Sweep;
import org.corehours.sweep.SweepReader;
import org.corehours.sweep.ValueText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What-ifs by the thousand. */
class SweepCommandTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** 3,200 points over few steps, some of which are not possible. */
    private static final String[] MANY = {
        "sweep",
        "-p",
        "model=resnet50,vit_small_patch16_224",
        "-p",
        "hardware=t4,dgx-a100",
        "-p",
        "devices=1..8*2",
        "-p",
        "global_batch=96,128",
        "-p",
        "epochs=1..100"
    };

    @TempDir
    private Path folder;

    @Test
    void everyRowIsTheEstimateOfItsPointAlone() {
        long seed = 20_261_120;
        Random random = new Random(seed);
        Sweep sweep = sweep(
                "model=vit_base_patch16_224,resnet50,swin_tiny_patch4_window7_224",
                "image_size=224,256",
                "hardware=dgx-1-v100,a100-sxm4-80gb,tpu-v5e",
                "devices=1..32*2",
                "batch=7,32,64",
                "accumulation=1,4",
                "parallelism=ddp,fsdp",
                "stack=pytorch-eager,torch-compile,xla",
                "checkpointing=none,full",
                "input=supervised,none",
                "epochs=1,90.5",
                "checkpoints=0,10");
        PointEvaluator evaluator = new PointEvaluator(sweep);
        int estimated = 0;
        for (int i = 0; i < 150; i++) {
            long index = Math.floorMod(random.nextLong(), sweep.space().size());
            int[] choice = sweep.space().walk().choice(index);
            PointResult point = evaluator.evaluate(index, choice);
            if (point.estimate() == null) {
                assertThat(point.reason()).as("seed %d, point %d", seed, index).isNotBlank();
                continue;
            }
            estimated++;
            RunEstimate alone = new RunEstimator().estimate(evaluator.planAlone(choice), Variation.NOMINAL);
            for (Column column : Column.values()) {
                String name = String.format("seed %d, point %d, %s", seed, index, column);
                if (column.isNumber()) {
                    assertThat(column.of(point.estimate())).as(name).isEqualTo(column.of(alone));
                } else {
                    assertThat(column.word(point.estimate())).as(name).isEqualTo(column.word(alone));
                }
            }
        }
        assertThat(estimated).isGreaterThan(20);
    }

    /** Figures chosen by name give what a file with these figures gives. */
    @Test
    void hardwareWithOtherFiguresIsLikeAFileThatHasThem(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("device.yaml");
        try (InputStream in = HardwareCatalog.class.getResourceAsStream("accelerators/a100-sxm4-80gb.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String changed = text.replaceFirst(
                            "(?m)^clock_mhz: .*$", "clock_mhz: {value: 1000, provenance: assumed, source: x}")
                    .replaceFirst(
                            "(?m)^  bandwidth_gb_per_s: .*$",
                            "  bandwidth_gb_per_s: {value: 1200, provenance: assumed, source: x}")
                    .replaceFirst(
                            "(?m)^  memory.stream_fraction: .*$",
                            "  memory.stream_fraction: {value: 0.5, provenance: assumed, source: x}");
            assertThat(changed.lines().filter(line -> line.endsWith("source: x}")))
                    .hasSize(3);
            Files.writeString(file, changed);
        }
        String[] run = {"model=vit_small_patch16_224", "devices=8", "global_batch=512", "epochs=3"};
        List<String> chosen = new ArrayList<>(List.of(run));
        chosen.addAll(List.of(
                "hardware=a100-sxm4-80gb",
                "hardware.clock_mhz=1410,1000",
                "hardware.memory.bandwidth_gb_per_s=2039,1200",
                "hardware.laws.memory.stream_fraction=0.5"));
        List<String> filed = new ArrayList<>(List.of(run));
        filed.add("hardware=" + file);
        PointEvaluator byName = new PointEvaluator(sweep(chosen.toArray(String[]::new)));
        PointEvaluator byFile = new PointEvaluator(sweep(filed.toArray(String[]::new)));
        RunEstimate expected = byFile.evaluate(0, new int[5]).estimate();
        RunEstimate last =
                byName.evaluate(3, new int[] {0, 0, 0, 0, 0, 1, 1, 0}).estimate();
        RunEstimate first = byName.evaluate(0, new int[8]).estimate();
        RunEstimate alone =
                new RunEstimator().estimate(byName.planAlone(new int[] {0, 0, 0, 0, 0, 1, 1, 0}), Variation.NOMINAL);

        assertThat(Column.HOURS.of(last)).isEqualTo(Column.HOURS.of(expected)).isEqualTo(Column.HOURS.of(alone));
        assertThat(Column.HOURS.of(first)).isLessThan(Column.HOURS.of(last));
        assertThat(last.plan().cluster().accelerator().memory().bytesPerSecond().provenance())
                .isEqualTo(Provenance.ASSUMED);
    }

    @Test
    void aDroppedLastBatchIsNoRow() throws IOException {
        List<JsonNode> rows = rows(Program.run(
                "sweep",
                "--format",
                "json",
                "-p",
                "model=vit_tiny_patch16_224",
                "-p",
                "hardware=dgx-a100",
                "-p",
                "global_batch=8000,80000",
                "-p",
                "samples=50000"));
        assertThat(rows.get(0).path("hours").isNumber()).isTrue();
        assertThat(rows.get(1).path("reason").asText()).contains("is larger than the data set (50000 samples)");
    }

    @Test
    void aFieldThatHardwareDoesNotHaveIsAMistake() {
        Program.Result result = Program.run(
                "sweep", "-p", "model=resnet50", "-p", "hardware=t4", "-p", "hardware.memory.bandwith_gb_per_s=1000");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("bandwidth_gb_per_s");
    }

    @Test
    void thePageIsAFormatAsElsewhere() {
        String[] sweep = {"-p", "model=vit_tiny_patch16_224", "-p", "hardware=t4,dgx-a100"};
        Program.Result page = Program.run(Stream.concat(Stream.of("sweep", "--format", "html"), Stream.of(sweep))
                .toArray(String[]::new));
        assertThat(page.out()).startsWith("<!DOCTYPE html>");
        Program.Result none = Program.run(Stream.concat(Stream.of("sweep", "--format", "latex"), Stream.of(sweep))
                .toArray(String[]::new));
        assertThat(none.code()).isEqualTo(ExitCode.USAGE);
        assertThat(none.err()).contains("There is no --format latex of this; there is csv, json, html.");
    }

    @Test
    void rowsDoNotDependOnThreads() {
        Program.Result one = Program.run(with("--threads", "1"));
        assertThat(one.code()).isEqualTo(ExitCode.DONE);
        assertThat(one.out().lines()).hasSize(1 + 3200);
        assertThat(Program.run(with("--threads", "3")).out()).isEqualTo(one.out());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 6})
    void anInterruptAtAnyPointLosesNothingAndRepeatsNothing(int blocks) throws IOException {
        Path whole = folder.resolve("whole.csv");
        Path file = folder.resolve("rows.csv");
        Program.run(with("-o", whole.toString()));
        // Stopped after some blocks, with half a row that the note does not speak of.
        interrupted(file, blocks);
        Files.writeString(ResumableFile.part(file), "half a ro", StandardOpenOption.APPEND);
        Files.writeString(file, "of an earlier sweep");

        Program.Result refused = Program.run(with("-o", file.toString()));
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("--resume");
        Program.Result resumed = Program.run(with("-o", file.toString(), "--resume"));
        assertThat(resumed.err()).isEmpty();
        assertThat(resumed.code()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(whole));
        assertThat(ResumableFile.note(file)).doesNotExist();
        assertThat(ResumableFile.part(file)).doesNotExist();
        assertThat(Program.run(with("-o", file.toString(), "--resume")).err()).contains("nothing to go on");
    }

    /** Leaves a file as an interrupt after some blocks does. */
    private static void interrupted(Path file, int after) throws IOException {
        SweepBlocks blocks = new SweepRequest(
                        null,
                        List.of(
                                "model=resnet50,vit_small_patch16_224",
                                "hardware=t4,dgx-a100",
                                "devices=1..8*2",
                                "global_batch=96,128",
                                "epochs=1..100"),
                        0,
                        List.of(),
                        0,
                        Column.DEVICE_HOURS,
                        List.of(),
                        false)
                .open();
        String fingerprint = new SweepCommand(Terminal.NONE).fingerprint(blocks);
        int[] asked = {0};
        try (ResumableFile sink =
                ResumableFile.begin(file, fingerprint, blocks.format().header())) {
            SweepRun run = new SweepRun(blocks, 0, List.of(), sink, done -> {}, () -> asked[0]++ == after);
            new LocalEngine(2).run(() -> blocks, run, null);
            boolean all = run.end();
            assertThat(all).isFalse();
        }
    }

    @Test
    void anotherSweepDoesNotFinishAFile() throws IOException {
        Path file = folder.resolve("rows.csv");
        interrupted(file, 1);
        Program.Result other = Program.run(with("-o", file.toString(), "--resume", "--where", "fits"));
        assertThat(other.code()).isEqualTo(ExitCode.USAGE);
        assertThat(other.err()).contains("another sweep");
    }

    @Test
    void filtersAndSelectionsAreThoseOfTheWholeTable() throws IOException {
        List<JsonNode> all = rows(Program.run(with("--json")));
        List<JsonNode> possible = all.stream().filter(row -> !row.has("reason")).toList();
        assertThat(possible).hasSizeBetween(1000, 3199);

        assertThat(rows(Program.run(with("--json", "--where", "hours<2", "--where", "bound_by!=compute"))))
                .isEqualTo(all.stream()
                        .filter(row -> row.has("hours")
                                && row.path("hours").asDouble() < 2
                                && !row.path("bound_by").asText().equals("compute"))
                        .toList());
        assertThat(rows(Program.run(with("--json", "--top", "7", "--by", "mfu"))))
                .isEqualTo(possible.stream()
                        .sorted(Comparator.comparingDouble(
                                row -> -row.path("mfu").asDouble()))
                        .limit(7)
                        .toList());
        List<JsonNode> front = rows(Program.run(with("--json", "--pareto", "hours,cost_usd")));
        assertThat(front).isNotEmpty();
        for (JsonNode row : possible) {
            boolean onFront = front.contains(row);
            boolean beaten = possible.stream().anyMatch(other -> beats(other, row));
            assertThat(onFront && beaten).as("%s", row).isFalse();
            assertThat(onFront || beaten || front.stream().anyMatch(other -> same(other, row)))
                    .as("%s", row)
                    .isTrue();
        }
    }

    private static boolean beats(JsonNode a, JsonNode b) {
        double hours = a.path("hours").asDouble() - b.path("hours").asDouble();
        double cost = a.path("cost_usd").asDouble() - b.path("cost_usd").asDouble();
        return hours <= 0 && cost <= 0 && (hours < 0 || cost < 0);
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return a.path("hours").equals(b.path("hours")) && a.path("cost_usd").equals(b.path("cost_usd"));
    }

    /** Wherever a file is cut, a resumed sweep makes it what it would have been; the note says how much of it counts. */
    @Test
    void aFileCutAnywhereIsFinishedAsIfNothingHadHappened() throws IOException {
        String[] small = {
            "sweep",
            "-p",
            "model=resnet50",
            "-p",
            "hardware=t4,a100-sxm4-80gb",
            "-p",
            "batch=8,100000",
            "-p",
            "epochs=1,2"
        };
        Path file = folder.resolve("rows.csv");
        Program.run(append(small, "-o", file.toString()));
        byte[] whole = Files.readAllBytes(file);
        SweepBlocks blocks = new SweepRequest(
                        null,
                        List.of("model=resnet50", "hardware=t4,a100-sxm4-80gb", "batch=8,100000", "epochs=1,2"),
                        0,
                        List.of(),
                        0,
                        Column.DEVICE_HOURS,
                        List.of(),
                        false)
                .open();
        String fingerprint = new SweepCommand(Terminal.NONE).fingerprint(blocks);
        for (int cut = 0; cut <= whole.length; cut++) {
            // What is on disk ends at any byte; the note is of the last whole row before it.
            int rows = -1;
            int noted = 0;
            for (int i = 0; i < cut; i++) {
                if (whole[i] == '\n') {
                    rows++;
                    noted = i + 1;
                }
            }
            if (rows < 0) {
                continue;
            }
            Files.write(ResumableFile.part(file), Arrays.copyOf(whole, cut));
            Files.writeString(ResumableFile.note(file), fingerprint + "\n" + rows + "\n" + noted + "\n\n");
            try (ResumableFile sink = ResumableFile.resume(file, ResumableFile.progress(file))) {
                SweepRun run = new SweepRun(blocks, rows, List.of(), sink, done -> {}, () -> false);
                new LocalEngine(1).run(() -> blocks, run, null);
                assertThat(run.end()).isTrue();
                sink.finish();
            }
            assertThat(Files.readAllBytes(file)).as("cut at byte %d", cut).isEqualTo(whole);
        }
        assertThat(ResumableFile.note(file)).doesNotExist();
    }

    private static String[] append(String[] line, String... more) {
        List<String> all = new ArrayList<>(List.of(line));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void anEngineThatIsNotBuiltSaysHowToBuildIt() {
        Program.Result result = Program.run(with("--engine", "spark"));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("-Pspark").contains("docs/cluster.md");
        assertThat(result.out()).isEmpty();
        assertThat(Program.run(with("--engine", "sparc")).err()).contains("local and spark");
        assertThat(Program.run(with("--master", "local[2]")).err()).contains("--engine=spark");
    }

    @Test
    void whatIsNotPossibleIsARowWithTheReason() throws IOException {
        List<JsonNode> rows = rows(Program.run(
                "sweep",
                "--json",
                "-p",
                "model=vit_huge_patch14_224",
                "-p",
                "hardware=t4,tpu-v5e",
                "-p",
                "precision=bf16,fp32",
                "-p",
                "batch=8,512"));
        assertThat(rows).hasSize(8);
        assertThat(rows.get(0).path("reason").asText()).contains("bf16");
        assertThat(rows.get(3).path("reason").asText()).contains("does not fit");
        assertThat(rows.get(3).path("hours").asDouble()).isPositive();
        assertThat(rows.get(6).path("reason").asText()).contains("fp32");
        assertThat(rows.get(6).has("hours")).isFalse();
    }

    @Test
    void aPaperCanBeSweptOver() throws IOException {
        Path file = Files.writeString(
                folder.resolve("sweep.yaml"),
                "paper: ibot\nparameters:\n  method.crops.locals: [2, 10]\n  hardware: [v100-sxm2-32gb, tpu-v3]\n");
        List<JsonNode> rows = rows(Program.run("sweep", file.toString(), "--json"));
        assertThat(rows).hasSize(4);
        assertThat(rows.get(2).path("training_flops_per_sample").asDouble())
                .isGreaterThan(rows.get(0).path("training_flops_per_sample").asDouble());
        assertThat(rows.get(1).has("reason")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hardwre=t4|did you mean hardware",
                "hardware=t5|Did you mean t4",
                "precision=fp17|did you mean fp16",
                "stack=pytorch-eagr|did you mean pytorch-eager",
                "batch=8..4|does not grow",
                "epochs=0|above zero",
                "method.drop_pth=0.1|not a field",
                "batch|NAME=VALUES"
            })
    void aWrongParameterIsWrongUsage(String given) {
        String[] parts = given.split("\\|", -1);
        Program.Result result = Program.run("sweep", "-p", "model=resnet50", "-p", "hardware=t4", "-p", parts[0]);
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(parts[1]);
        assertThat(result.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run: {model: resnet50, hardware: t4, epochs: -3}\nparameters: {batch: 8}|:1:",
                "run: {model: resnet50, hardware: t4}\nparameters: {btach: 8}|:2:21: parameters.btach",
                "run: {model: resnet50}\nparameters:\n  hardware: [t4, t5]|:3:18: parameters.hardware[1]",
                "run: {model: resnet50, hardware: t4}\nparameters: {batch: 8}\nwhere: hors<1|:3:8: where",
                "run: {hardware: t4}\nparameters: {batch: 8}|Say which model",
                "run: {model: resnet50, hardware: t4}\nparametrs: {batch: 8}|did you mean parameters"
            })
    void aWrongFileSaysWhere(String given) throws IOException {
        String[] parts = given.split("\\|", -1);
        Path file = Files.writeString(folder.resolve("sweep.yaml"), parts[0]);
        Program.Result result = Program.run("sweep", file.toString());
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.INPUT);
        assertThat(result.err()).contains(file.toString()).contains(parts[1]);
    }

    private static String[] with(String... more) {
        return with(new String[0], more);
    }

    private static String[] with(String[] how, String... more) {
        List<String> all = new ArrayList<>(List.of(MANY));
        all.addAll(List.of(how));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Sweep sweep(String... parameters) {
        List<Axis> axes = new ArrayList<>();
        for (String each : parameters) {
            int equals = each.indexOf('=');
            axes.add(new Axis(each.substring(0, equals), ValueText.list(each.substring(equals + 1))));
        }
        return new SweepReader(new BuiltInEnvironment(), Lookups::paper).read(null, axes, 0, List.of());
    }

    private static List<JsonNode> rows(Program.Result result) throws IOException {
        assertThat(result.err()).isEmpty();
        List<JsonNode> rows = new ArrayList<>();
        for (String line : result.out().split("\n")) {
            rows.add(MAPPER.readTree(line.getBytes(StandardCharsets.UTF_8)));
        }
        return rows;
    }
}
