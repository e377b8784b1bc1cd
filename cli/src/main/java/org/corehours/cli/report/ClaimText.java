package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.CombinationFit;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;

/** Findings as a document. */
public final class ClaimText {

    private ClaimText() {}

    /**
     * Adds one line per claim.
     *
     * @param document where to
     * @param findings the findings
     */
    public static void summary(DocumentBuilder document, List<Finding> findings) {
        List<List<String>> rows = new ArrayList<>();
        for (Finding finding : findings) {
            rows.add(List.of(
                    finding.claim().id(),
                    Quantities.claimed(finding.claim()),
                    Quantities.estimate(finding.claim(), finding.estimate()),
                    finding.ratio().map(ratio -> Numbers.plain(ratio) + "×").orElse(""),
                    finding.verdict().id(),
                    finding.decidingAssumption().map(Influence::factor).orElse("")));
        }
        document.figures(() -> ClaimFigures.summary(findings))
                .table(
                        List.of(
                                Column.text("claim"),
                                Column.number("claimed"),
                                Column.text("estimate (10 % – 90 %)"),
                                Column.number("ratio"),
                                verdicts(),
                                Column.text("what decides")),
                        rows);
    }

    /** {@return the column of verdicts, in which words have the colour of what they say} */
    public static Column verdicts() {
        return ClaimFigures.verdicts();
    }

    /**
     * Adds everything about one claim.
     *
     * @param document where to
     * @param finding the finding
     * @param assumptions the paper's assumptions by id
     */
    public static void details(DocumentBuilder document, Finding finding, Map<String, Assumption> assumptions) {
        Claim claim = finding.claim();
        document.heading(3, claim.id());
        document.paragraph("\"" + claim.quote() + "\" (" + claim.source() + "). " + Sentences.sentence(claim.basis()));
        document.paragraph(Sentences.verdict(finding));
        if (assumptions.isEmpty()) {
            return;
        }
        document.paragraph(Sentences.decides(finding, assumptions));
        document.figures(() -> ClaimFigures.details(finding));
        combinations(document, finding);
    }

    private static void combinations(DocumentBuilder document, Finding finding) {
        List<CombinationFit> combinations = finding.combinations();
        if (combinations.size() < 2) {
            return;
        }
        boolean manyHardware = finding.utilisations().size() > 1;
        List<String> ids = List.copyOf(combinations.get(0).choices().choices().keySet());
        List<Column> columns = new ArrayList<>();
        ids.forEach(id -> columns.add(Column.text(id)));
        if (manyHardware) {
            columns.add(Column.text("hardware"));
        }
        columns.add(Column.number("weight"));
        columns.add(Column.text("estimate"));
        columns.add(Column.number("fits"));
        columns.add(Column.number("if true"));
        if (finding.impliesUtilisation()) {
            columns.add(Column.text("implied MFU"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (CombinationFit each : combinations) {
            List<String> row = new ArrayList<>();
            ids.forEach(id -> row.add(each.choices().choice(id)));
            if (manyHardware) {
                row.add(String.join(", ", each.hardware()));
            }
            row.add(Numbers.wholePercent(each.prior()));
            row.add(Quantities.estimate(finding.claim(), each.estimate()));
            row.add(fits(each.fitting()));
            row.add(Numbers.wholePercent(each.posterior()));
            if (finding.impliesUtilisation()) {
                row.add(Numbers.interval(each.impliedMfu(), Numbers::percent)
                        + (each.fitsMemory() == 0 ? "; does not fit in memory" : ""));
            }
            rows.add(row);
        }
        document.table(columns, rows);
    }

    private static String fits(double share) {
        return share == 0 ? "no" : share > 0.999 ? "yes" : Numbers.wholePercent(share);
    }
}
