package org.corehours.cli.library;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.report.Quantities;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Verdict;

/** An audit of the library as part of a document. */
public final class LibraryText {

    private static final int WORST = 12;

    private LibraryText() {}

    /**
     * Adds a section: coverage and errors by device and by source, the worst claims, and what became of false ones.
     *
     * @param document where to
     * @param level the level of its heading
     * @param audit the audit
     */
    public static void section(DocumentBuilder document, int level, LibraryAudit audit) {
        document.heading(level, "Published claims");
        document.paragraph(audit.claims().size() + " published figures of " + audit.papers()
                + " sources, each audited with what its source leaves open. An error is the median estimate over the"
                + " published figure, less one, without its sign; the interval goes from the 10th to the 90th"
                + " percentile, so that 80 % of the figures of time and memory should lie inside. What is estimated was"
                + " fitted to none of them, but the widths for half precision on V100 and Hopper, for XLA on GPUs, for"
                + " TPUs and for what the laws leave out rest on the errors of six sources; the table has the others by"
                + " themselves.");
        document.figures(() -> LibraryFigures.of(audit));
        List<Coverage> coverages = new ArrayList<>(audit.byDevice());
        coverages.add(audit.overall());
        coverages.add(audit.notUsedForWidths());
        table(document, "device", coverages);
        document.paragraph("By source:");
        table(document, "source", audit.byPaper());
        document.paragraph("The figures furthest from their estimate:");
        worst(document, audit.worst(WORST));
        if (!audit.lies().isEmpty()) {
            lies(document, level + 1, audit);
        }
    }

    private static void table(DocumentBuilder document, String what, List<Coverage> coverages) {
        List<List<String>> rows = new ArrayList<>();
        for (Coverage each : coverages) {
            rows.add(List.of(
                    each.group(),
                    String.valueOf(each.n()),
                    percent(each.medianAbsError()),
                    percent(each.inside()),
                    times(each.medianWidth()),
                    verdicts(each)));
        }
        document.table(
                List.of(
                        Column.text(what),
                        Column.number("claims"),
                        Column.number("median |error|"),
                        Column.number("inside 80 %"),
                        Column.number("median high/low"),
                        Column.text("verdicts")),
                rows);
    }

    private static String verdicts(Coverage coverage) {
        List<String> counts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            long count = coverage.verdicts().getOrDefault(verdict, 0L);
            if (count > 0) {
                counts.add(count + " " + verdict.id());
            }
        }
        return String.join(", ", counts);
    }

    private static void worst(DocumentBuilder document, List<AuditedClaim> worst) {
        List<List<String>> rows = worst.stream()
                .map(each -> {
                    Claim claim = each.finding().claim();
                    return List.of(
                            each.name(),
                            each.deviceClass(),
                            Quantities.claimed(claim),
                            Quantities.estimate(claim, each.finding().estimate()),
                            String.format(Locale.ROOT, "%+.0f %%", 100 * each.error()),
                            each.mechanism());
                })
                .toList();
        document.table(
                List.of(
                        Column.text("claim"),
                        Column.text("device"),
                        Column.number("published"),
                        Column.number("estimate"),
                        Column.number("error"),
                        Column.text("mechanism")),
                rows);
    }

    private static void lies(DocumentBuilder document, int level, LibraryAudit audit) {
        document.heading(level, "Planted lies");
        List<AuditedClaim> measured = audit.measured();
        long flagged = measured.stream().filter(AuditedClaim::flagged).count();
        document.paragraph("Claims that are consistent, made false: " + audit.believed()
                + " of time, spread evenly over the library, with four times and a quarter of their device-hours; and all of"
                + " TPUs with two cores per chip, with cores and chips mixed up. Flagged is what is called inconsistent,"
                + " implausible or impossible. Of the " + measured.size() + " claims as published, " + flagged + " ("
                + percent((double) flagged / measured.size()) + ") are flagged.");
        document.table(
                List.of(
                        Column.text("lie"),
                        Column.number("told"),
                        Column.number("flagged"),
                        Column.number("undetermined"),
                        Column.number("share flagged"),
                        Column.number("median high/low")),
                audit.lies().stream()
                        .map(each -> List.of(
                                each.kind().label(),
                                String.valueOf(each.told()),
                                String.valueOf(each.flagged()),
                                String.valueOf(each.doubted()),
                                percent((double) each.flagged() / each.told()),
                                times(each.medianWidth())))
                        .collect(Collectors.toList()));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }
}
