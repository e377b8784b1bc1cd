package org.corehours.cli.validation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.library.LibraryAudit;
import org.corehours.cli.library.LibraryText;
import org.corehours.cli.validation.TableLayout.Prediction;

/** How well predictions do on tables of measurements, the worst rows included: {@code docs/accuracy.md}. */
public final class AccuracyDocument {

    private static final int WORST = 8;

    private AccuracyDocument() {}

    /**
     * The document.
     *
     * @param validations the tables beside their predictions, in the order of the document
     * @return title, how to repeat it, and a section per table
     */
    public static Document of(List<Validation> validations) {
        return tables(validations).build();
    }

    /**
     * The document with what the library of published claims says.
     *
     * @param validations the tables beside their predictions, in the order of the document
     * @param library the audit of the library
     * @return title, how to repeat it, a section per table, and those of the library
     */
    public static Document of(List<Validation> validations, LibraryAudit library) {
        DocumentBuilder document = tables(validations);
        LibraryText.section(document, 2, library);
        return document.build();
    }

    private static DocumentBuilder tables(List<Validation> validations) {
        DocumentBuilder document = new DocumentBuilder();
        document.heading(1, "How well it does");
        document.paragraph("What corehours predicts against what others measured, the worst rows included. This page is"
                + " made by one command from a folder that holds the public tables named below, as CSV files with the"
                + " columns that a wrong header gets listed: ./corehours validate FOLDER --accuracy docs/accuracy.md");
        document.paragraph("Where constants were fitted on a table, a hash of the configuration halves it: one half for"
                + " the fit, and only the other is counted here. laws.md says what was fitted on what. Nothing was"
                + " fitted to whole steps or runs. An error is the prediction over the measurement, less one; bias is"
                + " the mean of the signed errors.");
        document.paragraph(
                "Counts are not estimates: FLOPs and parameters equal PyTorch's own counter to the last digit for"
                        + " every model they were compared on, and the kernels of eager training steps agree with recorded ones"
                        + " operator by operator. The figures are test resources of model-specs.");
        summary(document, validations);
        validations.forEach(each -> table(document, each));
        return document;
    }

    private static void summary(DocumentBuilder document, List<Validation> validations) {
        List<List<String>> rows = new ArrayList<>();
        for (Validation each : validations) {
            List<Prediction> counted = counted(each);
            Errors overall = Validation.overall(counted);
            rows.add(List.of(
                    each.layout().description() + " (" + each.table().file() + ")",
                    String.valueOf(each.rows().size()),
                    String.valueOf(each.predictions().size()),
                    String.valueOf(counted.size()),
                    overall == null ? "" : ValidationText.percent(overall.medianAbsErrorPct()),
                    overall == null ? "" : ValidationText.percent(overall.p90AbsErrorPct())));
        }
        document.table(
                List.of(
                        Column.text("table"),
                        Column.number("rows"),
                        Column.number("predicted"),
                        Column.number("counted"),
                        Column.number("median |error|"),
                        Column.number("90 % within")),
                rows);
    }

    private static List<Prediction> counted(Validation validation) {
        return validation.layout().fitted() ? validation.leftOut() : validation.predictions();
    }

    private static void table(DocumentBuilder document, Validation validation) {
        TableLayout layout = validation.layout();
        List<Prediction> counted = counted(validation);
        document.heading(
                2,
                layout.description().substring(0, 1).toUpperCase(Locale.ROOT)
                        + layout.description().substring(1) + " ("
                        + validation.table().file() + ")");
        document.paragraph(
                "Source: " + layout.source() + ". " + validation.predictions().size() + " of "
                        + validation.rows().size() + " rows are predicted"
                        + (layout.fitted()
                                ? "; the " + counted.size() + " that were left out of fits are counted."
                                : "; none was used in a fit."));
        if (!counted.isEmpty()) {
            ValidationText.errors(document, Validation.groups(counted), Validation.overall(counted));
        }
        if (!validation.comparison().isEmpty()) {
            document.paragraph("What others predicted for the same rows:");
            ValidationText.errors(document, validation.comparison(), null);
        }
        worst(document, layout, counted);
        notCovered(document, validation);
    }

    private static void worst(DocumentBuilder document, TableLayout layout, List<Prediction> counted) {
        List<Prediction> worst = counted.stream()
                .sorted(Comparator.comparingDouble(
                                (Prediction each) -> -Math.abs(Math.log(each.predicted() / each.measured())))
                        .thenComparing(Prediction::label))
                .limit(WORST)
                .toList();
        if (worst.isEmpty()) {
            return;
        }
        document.paragraph("The worst rows:");
        Map<String, String> mechanisms = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (Prediction each : worst) {
            Optional<Mechanisms.Mechanism> mechanism = Mechanisms.of(layout, each);
            mechanism.ifPresent(found -> mechanisms.put(found.name(), found.text()));
            rows.add(List.of(
                    each.label() + " · " + each.group(),
                    value(each.measured()) + " " + each.unit(),
                    value(each.predicted()) + " " + each.unit(),
                    String.format(Locale.ROOT, "%+.0f %%", 100 * each.error()),
                    mechanism.map(Mechanisms.Mechanism::name).orElse("not explained")));
        }
        document.table(
                List.of(
                        Column.text("row"),
                        Column.number("measured"),
                        Column.number("predicted"),
                        Column.number("error"),
                        Column.text("mechanism")),
                rows);
        document.bullets(mechanisms.entrySet().stream()
                .map(each -> sentenceCase(each.getKey()) + ": " + each.getValue())
                .toList());
    }

    private static String sentenceCase(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** Four significant digits. */
    private static String value(double value) {
        int decimals = (int) Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
        return String.format(Locale.ROOT, "%." + Math.min(decimals, 9) + "f", value);
    }

    private static void notCovered(DocumentBuilder document, Validation validation) {
        Map<String, List<Validation.ValidatedRow>> byReason = new LinkedHashMap<>();
        validation
                .notCovered()
                .forEach(each -> byReason.computeIfAbsent(each.reasonAlone(), key -> new ArrayList<>())
                        .add(each));
        if (byReason.isEmpty()) {
            return;
        }
        document.paragraph("Not predicted:");
        document.bullets(byReason.entrySet().stream()
                .sorted(Comparator.comparing(each -> -each.getValue().size()))
                .map(each -> each.getValue().size() + (each.getValue().size() == 1 ? " row: " : " rows: ")
                        + (each.getKey() + ValidationText.subjects(each.getValue())).replaceFirst("\\.+$", "") + ".")
                .toList());
    }
}
