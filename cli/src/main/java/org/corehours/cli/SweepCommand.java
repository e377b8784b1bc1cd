package org.corehours.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.html.HtmlRenderer;
import org.corehours.cli.sweep.LocalEngine;
import org.corehours.cli.sweep.ProgressLine;
import org.corehours.cli.sweep.ResumableFile;
import org.corehours.cli.sweep.RowSink;
import org.corehours.cli.sweep.SweepBlocks;
import org.corehours.cli.sweep.SweepEngine;
import org.corehours.cli.sweep.SweepRun;
import org.corehours.cli.sweep.SweepSummary;
import org.corehours.cli.sweep.SweepText;
import org.corehours.core.quantity.NameSuggestions;
import org.corehours.sweep.Column;
import org.corehours.sweep.Sweep;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Estimates every combination of parameters. */
@Command(
        name = "sweep",
        description = {
            "Estimate every combination of parameters, one row each, on all cores.",
            "A point that is not possible is a row with the reason. Rows come in the same order whatever the machine."
        },
        footer = {
            "",
            "Parameters: model, image_size, sequence_length, method.FIELD, hardware, devices, batch (of",
            "  each device), global_batch, accumulation, parallelism, checkpointing, precision, stack,",
            "  input, dataset, samples, epochs, steps, and the other fields of a run in a paper's file.",
            "  Values are a,b,c or ranges: 1..8, 32..512*2, 10..100+10. The last parameter varies fastest.",
            "",
            "FILE is YAML: run (its fields as in a paper's file, and model), or paper and run (one of its",
            "  runs); parameters (name: values), sample, where.",
            "",
            "Columns: the parameters, devices, global_batch, micro_batch, parameters,",
            "  training_flops_per_sample, steps, step_seconds, samples_per_second, bound_by, mfu, hfu,",
            "  peak_memory_bytes, fits, hours, device_hours, core_hours, cost_usd, energy_kwh, co2_kg and",
            "  reason (why a point is not possible or does not fit).",
            "",
            "Examples:",
            "  corehours sweep -p model=vit_base_patch16_224 -p hardware=t4,a100-sxm4-80gb -p batch=32..512*2",
            "  corehours sweep sweep.yaml -o rows.csv --where fits --where 'hours<100'",
            "  corehours sweep sweep.yaml -o rows.csv --resume",
            "  corehours sweep sweep.yaml --pareto hours,cost_usd",
            "  corehours sweep sweep.yaml --top 10 --by cost_usd --json",
            "  corehours sweep sweep.yaml -o sweep.html --pareto hours,energy_kwh --by device_hours",
            "  corehours sweep -p model=vit_base_patch16_224 -p hardware=a100-sxm4-80gb"
                    + " -p hardware.memory.bandwidth_gb_per_s=1000..3000+500",
            "  corehours sweep sweep.yaml -o rows.csv --engine spark --master local[2]"
        })
final class SweepCommand extends BaseCommand {

    private static final int LONGEST_WAIT_SECONDS = 10;
    private static final int MOST_THREADS = 1024;
    private static final int ROWS_OF_A_PAGE = 25;
    private static final int MOST_ROWS_OF_A_PAGE = 1000;
    private static final String LOCAL = "local";
    private static final String SPARK = "spark";

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "What is swept over; parameters alone if not given.")
    private @Nullable Path file;

    @Option(
            names = {"-p", "--parameter"},
            paramLabel = "NAME=VALUES",
            description = "A parameter and its values, in place of the file's if it has it too; may be repeated.")
    private List<String> parameters = new ArrayList<>();

    @Option(names = "--sample", paramLabel = "N", description = "Sample N combinations, evenly spread.")
    private long sample;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.csv|.jsonl|.html",
            description = "Write rows to a file: CSV, or JSON lines if it ends in .jsonl; if in .html, a page with the"
                    + " front of two columns (--pareto; hours and cost if not given), the best rows (--top, --by) and"
                    + " what each parameter does, of limited size however many points there are.")
    private @Nullable Path output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv, json (a row a line) or html; if not given what the ending of --output says, else csv.")
    private @Nullable ReportFormat format;

    @Option(names = "--resume", description = "Go on with an output file that is not finished.")
    private boolean resume;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description = "Keep rows that are so, such as fits, hours<100 or bound_by=compute; may be repeated.")
    private List<String> conditions = new ArrayList<>();

    @Option(names = "--top", paramLabel = "N", description = "Keep the N best rows by --by, the best first.")
    private int top;

    @Option(names = "--by", paramLabel = "COLUMN", description = "What --top ranks by; device_hours if not given.")
    private @Nullable String by;

    @Option(
            names = "--pareto",
            split = ",",
            paramLabel = "COLUMN",
            description = "Keep the rows that no other beats in all of these columns.")
    private List<String> pareto = new ArrayList<>();

    @Option(names = "--threads", paramLabel = "N", description = "Threads that work; one per core if not given.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--engine",
            paramLabel = "local|spark",
            defaultValue = LOCAL,
            description = "Where points are estimated: on this machine, or on an Apache Spark cluster, see"
                    + " docs/cluster.md.")
    private String engine = LOCAL;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "The cluster of --engine=spark, such as local[2] or spark://host:7077; spark-submit's, or"
                    + " all cores of this machine, if not given.")
    private @Nullable String master;

    SweepCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new UsageException("The --threads (" + threads + ") must be from 1 to " + MOST_THREADS + ".");
        }
        OutputFile.check(output, file == null ? List.of() : List.of(file.toString()));
        SweepEngine chosen = engine();
        ReportFormat form = form();
        SweepRequest request = request();
        SweepBlocks blocks = request.open();
        if (form == ReportFormat.HTML) {
            if (!engine.equals(LOCAL)) {
                throw new UsageException("A page is made on this machine. Leave --engine out, or write a .csv file.");
            }
            return toPage(output, blocks);
        }
        return output == null ? toStandardOutput(chosen, request, blocks) : toFile(output, chosen, request, blocks);
    }

    /** The format asked for; if none is, that of the file's ending. */
    private ReportFormat form() {
        if (format == null) {
            String ending = output == null ? "" : output.toString();
            return ending.endsWith(".html")
                    ? ReportFormat.HTML
                    : json() || ending.endsWith(".jsonl") ? ReportFormat.JSON : ReportFormat.CSV;
        }
        if (json() && format != ReportFormat.JSON) {
            throw new UsageException("--json and --format " + format.id() + " ask for two formats. Keep one.");
        }
        if (format != ReportFormat.CSV && format != ReportFormat.JSON && format != ReportFormat.HTML) {
            throw new UsageException("There is no --format " + format.id() + " of this; there is csv, json, html.");
        }
        return format;
    }

    private SweepEngine engine() {
        if (engine.equals(LOCAL)) {
            if (master != null) {
                throw new UsageException("--master says where another engine works. Add --engine=spark.");
            }
            return new LocalEngine(threads);
        }
        if (!engine.equals(SPARK)) {
            throw new UsageException("There is no engine " + engine + "; there are " + LOCAL + " and " + SPARK + ".");
        }
        return SweepEngine.called(engine)
                .orElseThrow(() -> new UsageException("The engine spark is not built. Build it once, with a network: "
                        + "./mvnw -q -Dquick -Pspark -pl spark -am package. On a cluster see docs/cluster.md."));
    }

    SweepRequest request() {
        if (top < 0 || (top > 0 && !pareto.isEmpty())) {
            throw new UsageException(
                    top < 0 ? "The --top (" + top + ") must be at least 1." : "Keep one of --top and --pareto.");
        }
        if (top == 0 && by != null) {
            throw new UsageException("--by says what --top ranks by. Add --top=N.");
        }
        return new SweepRequest(
                file == null ? null : file.toAbsolutePath().toString(),
                parameters,
                sample,
                conditions,
                top,
                by == null ? Column.DEVICE_HOURS : column(by),
                pareto.stream().map(SweepCommand::column).toList(),
                form() == ReportFormat.JSON);
    }

    private static Column column(String name) {
        Column column = Column.called(name);
        if (column != null && column.isNumber()) {
            return column;
        }
        List<String> numbers = Arrays.stream(Column.values())
                .filter(Column::isNumber)
                .map(Column::id)
                .toList();
        List<String> near = NameSuggestions.nearest(name, numbers, 1);
        throw new UsageException("There is no column of numbers " + name + "; "
                + (near.isEmpty()
                        ? "there are " + String.join(", ", numbers) + "."
                        : "did you mean " + near.get(0) + "?"));
    }

    private int toStandardOutput(SweepEngine where, SweepRequest request, SweepBlocks blocks) {
        if (resume) {
            throw new UsageException("--resume goes on with a file. Name it: -o FILE");
        }
        print(blocks.format().header());
        RowSink sink = new RowSink() {
            @Override
            public void write(byte[] rows, long done, List<Long> selected) {
                print(new String(rows, StandardCharsets.UTF_8));
            }

            @Override
            public void finish() {}

            @Override
            public void close() {}
        };
        SweepRun run = new SweepRun(blocks, 0, List.of(), sink, progress(0, blocks.size(), false), () -> false);
        work(where, request, run);
        return ExitCode.DONE;
    }

    private int toPage(@Nullable Path target, SweepBlocks blocks) {
        if (resume || json()) {
            throw new UsageException("A page is made as a whole and has no JSON: leave out "
                    + (resume ? "--resume." : "--json, or write to a .jsonl file."));
        }
        List<Column> plane = pareto.isEmpty()
                ? List.of(Column.HOURS, Column.COST_USD)
                : pareto.stream().map(SweepCommand::column).toList();
        if (plane.size() != 2) {
            throw new UsageException(
                    "A page shows the front of two columns; --pareto names " + plane.size() + ". Name two.");
        }
        if (top < 0) {
            throw new UsageException("The --top (" + top + ") must be at least 1.");
        }
        SweepSummary.View view = new SweepSummary.View(
                by == null ? Column.DEVICE_HOURS : column(by),
                plane.get(0),
                plane.get(1),
                top == 0 ? ROWS_OF_A_PAGE : Math.min(top, MOST_ROWS_OF_A_PAGE));
        SweepSummary summary = LocalEngine.summary(blocks, view, threads, progress(0, blocks.size(), true));
        DocumentBuilder document = DocumentBuilder.illustrated();
        SweepText.write(document, blocks, summary, conditions);
        String page = new HtmlRenderer().render(document.build());
        if (target == null) {
            print(page);
        } else {
            OutputFile.write(target, page);
            say("Wrote " + target + ".");
        }
        return ExitCode.DONE;
    }

    /** A bar where somebody sees it, and not between rows on the same terminal. */
    private LongConsumer progress(long done, long size, boolean rowsElsewhere) {
        return terminal().progress() && rowsElsewhere
                ? new ProgressLine(messages(), terminal().width(), done, size)
                : ignored -> {};
    }

    private boolean work(SweepEngine where, SweepRequest request, SweepRun run) {
        Lookups.checked(() -> {
            where.run(request, run, master);
            return run;
        });
        return run.end();
    }

    private int toFile(Path target, SweepEngine where, SweepRequest request, SweepBlocks blocks) {
        String fingerprint = fingerprint(blocks);
        long size = blocks.size();
        try {
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                return toDevice(target, where, request, blocks);
            }
            if (ResumableFile.isWhole(target)) {
                Files.delete(ResumableFile.note(target));
            }
            ResumableFile.Progress before = ResumableFile.progress(target);
            if (resume && before == null && Files.exists(target)) {
                say(target + " is finished: there is nothing to go on with.");
                return ExitCode.DONE;
            }
            if (!resume && before != null) {
                throw new UsageException(
                        target + " is not finished: " + before.done() + " points are done. Add --resume"
                                + " to go on, or delete " + ResumableFile.note(target) + " to start again.");
            }
            if (before != null && !before.sweep().equals(fingerprint)) {
                throw new UsageException(target + " was begun by another sweep or another version. Go on with the same"
                        + " parameters, or delete " + ResumableFile.note(target) + " to start again.");
            }
            long from = before == null ? 0 : before.done();
            List<Long> selected = before == null ? List.of() : before.selected();
            try (ResumableFile sink = before == null
                    ? ResumableFile.begin(target, fingerprint, blocks.format().header())
                    : ResumableFile.resume(target, before)) {
                return interruptibly(stopped -> {
                    SweepRun run = new SweepRun(blocks, from, selected, sink, progress(from, size, true), stopped::get);
                    if (work(where, request, run)) {
                        sink.finish();
                        return true;
                    }
                    sink.close();
                    return false;
                });
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException("Cannot write " + target + ": " + OutputFile.reason(e) + ".", e);
        }
    }

    /** A pipe or a device takes rows as they come: it can be neither replaced nor gone on with. */
    private int toDevice(Path target, SweepEngine where, SweepRequest request, SweepBlocks blocks) throws IOException {
        if (resume) {
            throw new UsageException("--resume goes on with a file, and " + target + " is none.");
        }
        try (OutputStream out = Files.newOutputStream(target)) {
            out.write(blocks.format().header().getBytes(StandardCharsets.UTF_8));
            RowSink sink = new RowSink() {
                @Override
                public void write(byte[] rows, long done, List<Long> selected) {
                    try {
                        out.write(rows);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }

                @Override
                public void finish() {}

                @Override
                public void close() {}
            };
            work(
                    where,
                    request,
                    new SweepRun(blocks, 0, List.of(), sink, progress(0, blocks.size(), true), () -> false));
        }
        return ExitCode.DONE;
    }

    /** Work that can be told to stop. */
    private interface Work {
        boolean allDone(AtomicBoolean stopped);
    }

    /** Lets an interrupt wait until what is done is on disk. */
    private int interruptibly(Work work) {
        AtomicBoolean stopped = new AtomicBoolean();
        CountDownLatch saved = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stopped.set(true);
            try {
                if (!saved.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        boolean done;
        try {
            done = work.allDone(stopped);
            if (!done) {
                say("corehours: interrupted. Add --resume to go on.");
            }
        } finally {
            saved.countDown();
        }
        if (!stopped.get()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        return done ? ExitCode.DONE : ExitCode.INTERRUPTED;
    }

    /** What a row depends on, so that a file is not finished by another sweep. */
    String fingerprint(SweepBlocks blocks) {
        Sweep sweep = blocks.sweep();
        StringBuilder text = new StringBuilder()
                .append(new Main.Version().getVersion()[0])
                .append(sweep.space())
                .append(sweep.fixed())
                .append(sweep.conditions())
                .append(blocks.format().header().isEmpty() ? "jsonl" : "csv")
                .append(top)
                .append(by)
                .append(pareto);
        try {
            if (file != null) {
                text.append(Files.readString(file));
            }
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
