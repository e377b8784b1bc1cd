package org.corehours.cli.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.jspecify.annotations.Nullable;

/** A validated table for readers. */
public final class ValidationText {

    private static final int LINES_NAMED = 8;
    private static final int SUBJECTS_NAMED = 40;

    private ValidationText() {}

    /**
     * What was predicted, the errors by group, and what was not predicted and why.
     *
     * @param validation the table beside its predictions
     * @return the document
     */
    public static Document document(Validation validation) {
        DocumentBuilder document = new DocumentBuilder();
        document.paragraph(
                validation.table().file() + ": " + validation.layout().description() + ". "
                        + validation.predictions().size() + " of "
                        + validation.rows().size() + " rows are predicted.");
        errors(document, validation.groups(), validation.overall());
        if (validation.layout().fitted() && !validation.leftOut().isEmpty()) {
            document.paragraph("Of the published tables of this layout, half of the configurations were used to fit"
                    + " constants. The other half alone:");
            errors(document, Validation.groups(validation.leftOut()), Validation.overall(validation.leftOut()));
        }
        if (!validation.comparison().isEmpty()) {
            document.paragraph("What others predicted for rows of this table:");
            errors(document, validation.comparison(), null);
        }
        document.bullets(notCovered(validation));
        return document.build();
    }

    /**
     * A table of errors.
     *
     * @param document where to write it
     * @param groups its rows
     * @param overall its last row; null for none
     */
    public static void errors(DocumentBuilder document, List<Errors> groups, @Nullable Errors overall) {
        List<Errors> all = new ArrayList<>(groups);
        if (overall != null) {
            all.add(overall);
        }
        boolean intervals = all.stream().anyMatch(each -> each.insidePct() != null);
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("group"),
                Column.number("rows"),
                Column.number("median |error|"),
                Column.number("mean |error|"),
                Column.number("90 % within"),
                Column.number("bias")));
        if (intervals) {
            columns.add(Column.number("inside"));
        }
        document.table(columns, all.stream().map(each -> cells(each, intervals)).toList());
    }

    private static List<String> cells(Errors errors, boolean intervals) {
        List<String> cells = new ArrayList<>(List.of(
                errors.group(),
                String.valueOf(errors.n()),
                percent(errors.medianAbsErrorPct()),
                percent(errors.meanAbsErrorPct()),
                percent(errors.p90AbsErrorPct()),
                String.format(Locale.ROOT, "%+.1f %%", errors.biasPct())));
        if (intervals) {
            Double inside = errors.insidePct();
            cells.add(inside == null ? "" : String.format(Locale.ROOT, "%.0f %%", inside));
        }
        return cells;
    }

    static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value);
    }

    /** Reasons with the lines of their rows, and what these are about. */
    static List<String> notCovered(Validation validation) {
        Map<String, List<Validation.ValidatedRow>> byReason = new LinkedHashMap<>();
        validation
                .notCovered()
                .forEach(each -> byReason.computeIfAbsent(each.reasonAlone(), key -> new ArrayList<>())
                        .add(each));
        return byReason.entrySet().stream()
                .map(each -> "Not predicted, line "
                        + few(
                                each.getValue().stream()
                                        .map(row -> String.valueOf(row.row().line())),
                                LINES_NAMED)
                        + ": " + each.getKey() + subjects(each.getValue()) + ".")
                .toList();
    }

    /** What rows with one reason are about, each named once. */
    static String subjects(List<Validation.ValidatedRow> rows) {
        String subjects = few(
                rows.stream().map(Validation.ValidatedRow::subject).filter(each -> !each.isEmpty()), SUBJECTS_NAMED);
        return subjects.isEmpty() ? "" : " " + subjects;
    }

    private static String few(Stream<String> texts, int most) {
        List<String> all = texts.distinct().toList();
        return all.size() <= most
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, most)) + " and " + (all.size() - most) + " more";
    }
}
