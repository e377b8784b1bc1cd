package org.corehours.cli.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.jspecify.annotations.Nullable;

/** A validated table for readers. */
public final class ValidationText {

    private static final int LINES_NAMED = 8;

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

    static void errors(DocumentBuilder document, List<Errors> groups, @Nullable Errors overall) {
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

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value);
    }

    /** Reasons with the lines of their rows. */
    static List<String> notCovered(Validation validation) {
        Map<String, List<String>> linesByReason = new LinkedHashMap<>();
        validation
                .notCovered()
                .forEach(each -> linesByReason
                        .computeIfAbsent(each.reason(), key -> new ArrayList<>())
                        .add(String.valueOf(each.row().line())));
        return linesByReason.entrySet().stream()
                .map(each -> "Not predicted, line " + lines(each.getValue()) + ": " + each.getKey() + ".")
                .toList();
    }

    private static String lines(List<String> lines) {
        return lines.size() <= LINES_NAMED
                ? String.join(", ", lines)
                : String.join(", ", lines.subList(0, LINES_NAMED)) + " and " + (lines.size() - LINES_NAMED) + " more";
    }
}
