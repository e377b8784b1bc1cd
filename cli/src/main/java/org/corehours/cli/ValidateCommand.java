package org.corehours.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.validation.MeasuredTable;
import org.corehours.cli.validation.TableLayout;
import org.corehours.cli.validation.Validation;
import org.corehours.cli.validation.Validation.Errors;
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
            "  training steps of image models on one GPU, with the columns layout, gpu, precision, model,",
            "  img_size, batch and train_step_ms, as timm's benchmark writes them",
            "",
            "Examples:",
            "  corehours validate steps.csv",
            "  corehours validate steps.csv --rows predictions.csv --json"
        })
final class ValidateCommand extends BaseCommand {

    private static final String STANDARD_INPUT = "-";

    @Parameters(paramLabel = "TABLE.csv", description = "The table; - for standard input.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String table;

    @Option(names = "--rows", paramLabel = "out.csv", description = "Write every row with its prediction to a file.")
    private @Nullable Path rows;

    private final InputStream in;

    ValidateCommand(Terminal terminal, InputStream in) {
        super(terminal);
        this.in = in;
    }

    @Override
    public Integer call() {
        Validation validation = Validation.of(
                table.equals(STANDARD_INPUT)
                        ? MeasuredTable.read("standard input", in)
                        : MeasuredTable.read(Path.of(table)));
        if (rows != null) {
            OutputFile.write(rows, csv(validation));
            say("Wrote " + rows + ".");
        }
        if (json()) {
            print(json(validation));
        } else {
            text(validation);
        }
        return ExitCode.DONE;
    }

    private static String json(Validation validation) {
        return JsonText.object(to -> {
            to.text("table", validation.table().file())
                    .text("layout", validation.layout().description())
                    .number("rows", validation.table().rows().size())
                    .number("predicted", validation.predictions().size())
                    .objects(
                            "not_covered",
                            validation.notCovered().entrySet(),
                            (each, row) ->
                                    each.number("row", row.getKey().line()).text("reason", row.getValue()));
            Errors overall = validation.overall();
            if (overall != null) {
                to.object("overall", each -> write(each, overall));
            }
            to.objects("groups", validation.groups(), ValidateCommand::write);
        });
    }

    private static void write(JsonText to, Errors errors) {
        to.text("group", errors.group())
                .number("n", errors.n())
                .number("median_abs_error_pct", errors.medianAbsErrorPct())
                .number("mean_abs_error_pct", errors.meanAbsErrorPct())
                .number("p90_abs_error_pct", errors.p90AbsErrorPct())
                .number("bias_pct", errors.biasPct());
    }

    private void text(Validation validation) {
        DocumentBuilder document = new DocumentBuilder();
        document.paragraph(
                validation.table().file() + ": " + validation.layout().description() + ". "
                        + validation.predictions().size() + " of "
                        + validation.table().rows().size() + " rows are predicted.");
        List<List<String>> table = new ArrayList<>();
        validation.groups().forEach(each -> table.add(cells(each)));
        Errors overall = validation.overall();
        if (overall != null) {
            table.add(cells(overall));
        }
        document.table(
                List.of(
                        Column.text("group"),
                        Column.number("rows"),
                        Column.number("median |error|"),
                        Column.number("mean |error|"),
                        Column.number("90 % within"),
                        Column.number("bias")),
                table);
        document.bullets(notCovered(validation));
        print(document.build());
    }

    private static List<String> cells(Errors errors) {
        return List.of(
                errors.group(),
                String.valueOf(errors.n()),
                percent(errors.medianAbsErrorPct()),
                percent(errors.meanAbsErrorPct()),
                percent(errors.p90AbsErrorPct()),
                String.format(Locale.ROOT, "%+.1f %%", errors.biasPct()));
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value);
    }

    /** Reasons with the lines of their rows. */
    private static List<String> notCovered(Validation validation) {
        Map<String, List<String>> linesByReason = new LinkedHashMap<>();
        validation
                .notCovered()
                .forEach((row, reason) -> linesByReason
                        .computeIfAbsent(reason, key -> new ArrayList<>())
                        .add(String.valueOf(row.line())));
        return linesByReason.entrySet().stream()
                .map(each -> "Not predicted, line " + String.join(", ", each.getValue()) + ": " + each.getKey() + ".")
                .toList();
    }

    private static String csv(Validation validation) {
        Set<String> details = new TreeSet<>();
        validation
                .predictions()
                .values()
                .forEach(each -> details.addAll(each.details().keySet()));
        CsvText text = new CsvText();
        List<String> header = new ArrayList<>(List.of("line"));
        header.addAll(validation.table().header());
        header.addAll(List.of("group", "measured", "predicted", "unit", "error_pct"));
        header.addAll(details);
        header.add("not_covered");
        text.line(header);
        for (MeasuredTable.Row row : validation.table().rows()) {
            List<String> cells = new ArrayList<>(List.of(String.valueOf(row.line())));
            validation.table().header().forEach(column -> cells.add(row.text(column)));
            TableLayout.Prediction prediction = validation.predictions().get(row);
            if (prediction == null) {
                cells.addAll(List.of("", "", "", "", ""));
                details.forEach(each -> cells.add(""));
                cells.add(validation.notCovered().getOrDefault(row, ""));
            } else {
                cells.addAll(List.of(
                        prediction.group(),
                        String.valueOf(prediction.measured()),
                        String.valueOf(prediction.predicted()),
                        prediction.unit(),
                        String.valueOf(100 * (prediction.predicted() / prediction.measured() - 1))));
                details.forEach(
                        each -> cells.add(String.valueOf(prediction.details().getOrDefault(each, 0.0))));
                cells.add("");
            }
            text.line(cells);
        }
        return text.toString();
    }
}
