package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.Alternative;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.ErrorModel;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.Verdict;
import org.corehours.core.quantity.Provenance;
import org.corehours.papers.Paper;
import org.corehours.papers.PaperInput;
import org.corehours.papers.RunTemplate;

/** Everything about one paper as a document. */
public final class PaperText {

    /** A value of more runs than this names some of them. */
    private static final int MOST_RUNS = 6;

    private static final int NAMED_RUNS = 2;

    private PaperText() {}

    /**
     * The report.
     *
     * @param paper the paper
     * @param audit its audit
     * @param document what it is written to, empty so far
     */
    public static void report(Paper paper, Audit audit, DocumentBuilder document) {
        Map<String, Assumption> assumptions = new LinkedHashMap<>();
        paper.assumptions().forEach(each -> assumptions.put(each.id(), each));
        document.heading(1, paper.title()).paragraph(paper.citation()).paragraph(paper.summary());
        verdicts(document, audit);
        reported(document, paper);
        open(document, paper);
        runs(document, paper, audit);
        claims(document, audit, assumptions);
        missing(document, audit, assumptions);
        reading(document, paper, audit);
    }

    private static void verdicts(DocumentBuilder document, Audit audit) {
        document.heading(2, "In short");
        if (audit.findings().isEmpty()) {
            document.paragraph("The paper reports no figure of compute, so there is no claim to check. What its runs"
                    + " cost is estimated below. " + Sentences.dearest(audit.runs()));
        }
        ClaimText.summary(document, audit.findings());
        document.bullets(audit.arithmetic().stream()
                .map(Sentences::arithmetic)
                .distinct()
                .toList());
        RunText.summary(document, audit.runs());
    }

    private static void reported(DocumentBuilder document, Paper paper) {
        document.heading(2, "What is known");
        List<List<String>> rows = new ArrayList<>();
        for (PaperInput input : paper.inputs()) {
            rows.add(
                    List.of(input.name(), input.value(), input.provenance().id(), input.source(), users(input, paper)));
        }
        document.table(
                List.of(
                        Column.text("value of"),
                        Column.text("value"),
                        Column.text("known how"),
                        Column.text("source"),
                        Column.text("runs")),
                rows);
    }

    private static String users(PaperInput input, Paper paper) {
        if (input.runs().isEmpty()) {
            return "";
        }
        int users = input.runs().size();
        if (users == paper.runs().size() && users > 1) {
            return "all";
        }
        return users <= MOST_RUNS
                ? String.join(", ", input.runs())
                : users + " of " + paper.runs().size() + ", such as "
                        + String.join(", ", input.runs().subList(0, NAMED_RUNS));
    }

    private static void open(DocumentBuilder document, Paper paper) {
        document.heading(2, "What is assumed");
        if (paper.assumptions().isEmpty()) {
            document.paragraph("Nothing that the estimate needs is left open.");
        }
        for (Assumption assumption : paper.assumptions()) {
            document.heading(3, assumption.id() + ": " + assumption.question());
            document.paragraph(assumption.reason());
            List<List<String>> rows = new ArrayList<>();
            for (Alternative each : assumption.alternatives()) {
                rows.add(List.of(
                        each.id(),
                        each.label(),
                        Numbers.wholePercent(each.prior()),
                        each.provenance().id(),
                        each.source()));
            }
            document.table(
                    List.of(
                            Column.text("alternative"),
                            Column.text("what it means"),
                            Column.number("prior"),
                            Column.text("known how"),
                            Column.text("what speaks for it")),
                    rows);
        }
    }

    private static void runs(DocumentBuilder document, Paper paper, Audit audit) {
        document.heading(2, "Runs");
        for (RunTemplate run : paper.runs()) {
            document.heading(3, run.id() + ": " + run.label());
            RunText.details(document, audit.run(run.id()));
            document.figures(() -> RunFigures.details(audit.run(run.id())));
        }
    }

    private static void claims(DocumentBuilder document, Audit audit, Map<String, Assumption> assumptions) {
        if (audit.findings().isEmpty()) {
            return;
        }
        document.heading(2, "Claims");
        for (Finding finding : audit.findings()) {
            ClaimText.details(document, finding, assumptions);
        }
    }

    private static void missing(DocumentBuilder document, Audit audit, Map<String, Assumption> assumptions) {
        if (assumptions.isEmpty()) {
            return;
        }
        document.heading(2, "What is not reported and matters most");
        Map<String, Double> shares = new LinkedHashMap<>();
        Map<String, Integer> users = new LinkedHashMap<>();
        for (RunAudit run : audit.runs()) {
            for (Influence influence : run.influences()) {
                if (influence.kind() == Influence.Kind.ASSUMPTION) {
                    shares.merge(influence.factor(), influence.share(), Double::sum);
                    users.merge(influence.factor(), 1, Integer::sum);
                }
            }
        }
        List<List<String>> rows = new ArrayList<>();
        shares.replaceAll((factor, share) -> share / users.getOrDefault(factor, 1));
        shares.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .forEach(each -> {
                    Assumption assumption = assumptions.get(each.getKey());
                    int runs = users.getOrDefault(each.getKey(), 1);
                    rows.add(List.of(
                            assumption == null ? each.getKey() : assumption.question(),
                            Numbers.wholePercent(each.getValue()),
                            runs + " of " + audit.runs().size()));
                });
        document.paragraph("Had the paper stated the first of these, the estimate of the hours would be narrower by the"
                + " share of the spread beside it, on average over the runs that depend on it.");
        document.table(
                List.of(Column.text("not reported"), Column.number("share of the spread"), Column.number("runs")),
                rows);
    }

    private static void reading(DocumentBuilder document, Paper paper, Audit audit) {
        document.heading(2, "How to read this");
        List<String> notes = new ArrayList<>();
        notes.add("An estimate is a median with the 10th and the 90th percentile of "
                + audit.sampling().samples()
                + " samples of a Sobol sequence (points from "
                + audit.sampling().skip()
                + " on; the same input gives the same figures). A sample draws every assumption by its prior and the"
                + " errors of the laws of time and memory.");
        for (Verdict verdict : Verdict.values()) {
            notes.add(verdict.id() + ": " + verdict.definition() + ".");
        }
        notes.add(
                "A reading is one choice among the alternatives of every assumption. It fits a claim if the range that"
                        + " the claimed figure stands for meets the central 95 % of the estimates under that reading, widened by"
                        + " how far two measurements of the same job differ ("
                        + Numbers.percent(ErrorModel.TIME_REPEATABILITY)
                        + " for times, " + Numbers.percent(ErrorModel.MEMORY_REPEATABILITY)
                        + " for memory). In tables of"
                        + " readings, weight is a reading's probability before the claim is looked at, and then its probability"
                        + " if the claim is true.");
        notes.add(
                "Papers rarely say what they mean by memory. A claim of memory is compared with everything from what the"
                        + " framework allocates to what the driver shows.");
        notes.add(
                "What a factor moves by itself is the share of the spread that would go if it alone were known (Sobol's"
                        + " first-order index); in all, the share that would stay if everything else were known (the total index)."
                        + " Of assumptions that were drawn, not crossed, the latter is a lower bound.");
        notes.add("MFU is the model's FLOPs per second over the peak of the devices: 2 FLOPs per multiply-add of matrix"
                + " products and convolutions, forward and backward, nothing recomputed.");
        for (Provenance provenance : Provenance.values()) {
            if (paper.inputs().stream().anyMatch(each -> each.provenance() == provenance)) {
                notes.add(provenance.id() + ": " + provenance.definition() + ".");
            }
        }
        paper.sources().forEach((id, source) -> notes.add(id + ": " + source));
        document.bullets(notes);
    }
}
