package org.corehours.cli;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.document.MarkdownRenderer;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.validation.AccuracyDocument;
import org.corehours.cli.validation.Errors;
import org.corehours.cli.validation.MeasuredTable;
import org.corehours.cli.validation.PredictedRows;
import org.corehours.cli.validation.Validation;
import org.corehours.cli.validation.ValidationText;
import org.corehours.papers.Papers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts the rows of a table of measurements. */
@Command(
        name = "validate",
        description = {
            "Predict the rows of a table of measurements and print the errors.",
            "The table is recognised by its header. A row that cannot be predicted is listed with the reason."
        },
        footer = {
            "",
            "Tables:",
            "  single kernels, whole models and training steps, all-reduces, published runs, power: in the columns that",
            "  public tables have, and those that benchmarks/measure writes. A wrong header gets the list of all.",
            "",
            "Examples:",
            "  corehours validate steps.csv",
            "  corehours validate steps.csv --rows predictions.csv --json",
            "  corehours validate tables --accuracy accuracy.md"
        })
final class ValidateCommand extends BaseCommand {

    private static final String STANDARD_INPUT = "-";

    @Parameters(
            paramLabel = "TABLE.csv",
            description = "The table; - for standard input, or with --accuracy a folder of tables.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String table;

    @Option(names = "--rows", paramLabel = "out.csv", description = "Write every row with its prediction to a file.")
    private @Nullable Path rows;

    @Option(
            names = "--accuracy",
            paramLabel = "out.md",
            description = "Write how well all tables of the folder are predicted, as Markdown.")
    private @Nullable Path accuracy;

    private final InputStream in;

    ValidateCommand(Terminal terminal, InputStream in) {
        super(terminal);
        this.in = in;
    }

    @Override
    public Integer call() {
        OutputFile.check(rows, List.of(table));
        OutputFile.check(accuracy, List.of());
        if (accuracy != null) {
            return writeAccuracy(accuracy);
        }
        if (Files.isDirectory(Path.of(table))) {
            throw new UsageException(table + " is a folder. Name one table of it, or add --accuracy=out.md.");
        }
        MeasuredTable measured = table.equals(STANDARD_INPUT)
                ? MeasuredTable.read("standard input", in)
                : MeasuredTable.read(Path.of(table));
        Validation validation = Validation.of(measured, progress(measured.rows().size()));
        if (rows != null) {
            OutputFile.write(rows, PredictedRows.csv(validation));
            say("Wrote " + rows + ".");
        }
        if (json()) {
            print(json(validation));
        } else {
            print(ValidationText.document(validation));
        }
        return ExitCode.DONE;
    }

    private int writeAccuracy(Path file) {
        if (!Files.isDirectory(Path.of(table))) {
            throw new UsageException("--accuracy takes a folder of tables, not " + table + ".");
        }
        if (rows != null || json()) {
            throw new UsageException("--rows and --json go with one table, not with --accuracy.");
        }
        List<MeasuredTable> tables = MeasuredTable.readAll(Path.of(table));
        Runnable progress = progress(tables.size() + Papers.libraryIds().size());
        List<Validation> validations = new ArrayList<>();
        for (MeasuredTable each : tables) {
            validations.add(Validation.of(each));
            progress.run();
        }
        OutputFile.write(
                file,
                new MarkdownRenderer()
                        .render(AccuracyDocument.of(validations, Audits.library(true, runs -> progress.run()))));
        say("Wrote " + file + ".");
        return ExitCode.DONE;
    }

    private static String json(Validation validation) {
        return JsonText.object(to -> {
            to.text("table", validation.table().file())
                    .text("layout", validation.layout().description())
                    .number("rows", validation.rows().size())
                    .number("predicted", validation.predictions().size())
                    .objects(
                            "not_covered",
                            validation.notCovered(),
                            (each, row) -> each.number("row", row.row().line()).text("reason", row.reason()));
            write(to, "overall", validation.overall());
            to.objects("groups", validation.groups(), ValidateCommand::write);
            if (validation.layout().fitted()) {
                write(to, "overall_left_out", Validation.overall(validation.leftOut()));
                to.objects("groups_left_out", Validation.groups(validation.leftOut()), ValidateCommand::write);
            }
            List<Errors> comparison = validation.comparison();
            if (!comparison.isEmpty()) {
                to.objects("comparison", comparison, ValidateCommand::write);
            }
        });
    }

    private static void write(JsonText to, String key, @Nullable Errors errors) {
        if (errors != null) {
            to.object(key, each -> write(each, errors));
        }
    }

    /** Writes errors as every command that prints some. */
    static void write(JsonText to, Errors errors) {
        to.text("group", errors.group())
                .number("n", errors.n())
                .number("median_abs_error_pct", errors.medianAbsErrorPct())
                .number("mean_abs_error_pct", errors.meanAbsErrorPct())
                .number("p90_abs_error_pct", errors.p90AbsErrorPct())
                .number("bias_pct", errors.biasPct());
        if (errors.insidePct() != null) {
            to.number("inside_pct", errors.insidePct());
        }
    }
}
