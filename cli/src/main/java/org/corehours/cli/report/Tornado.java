package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.corehours.cli.chart.Bars;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.ErrorModel;
import org.corehours.core.audit.ErrorSource;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.RunAudit;

/** What moves the hours of a run, the most influential factor on top, with bars as long as its share of the spread. */
final class Tornado {

    /** Factors that would leave less than this of the spread are left out. */
    private static final double LEAST_SHOWN = 0.02;

    private static final int MOST_SHOWN = 8;
    private static final int BAR = 20;

    private Tornado() {}

    static void of(DocumentBuilder document, RunAudit run) {
        Map<String, Assumption> assumptions = assumptions(run);
        List<List<String>> rows = shown(run).stream()
                .map(each -> List.of(
                        label(each, assumptions, run),
                        Numbers.wholePercent(each.share()),
                        Numbers.wholePercent(each.total()),
                        bar(each)))
                .toList();
        document.table(
                List.of(
                        Column.text("what moves the hours"),
                        Column.number("by itself"),
                        Column.number("in all"),
                        Column.text("share of the spread")),
                rows);
    }

    /** The same as a chart; none if nothing moves the hours. */
    static List<Block.Figure> figures(RunAudit run) {
        Map<String, Assumption> assumptions = assumptions(run);
        List<Bars.Row> bars = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Influence each : shown(run)) {
            String label = label(each, assumptions, run);
            String alone = Numbers.wholePercent(each.share());
            String all = Numbers.wholePercent(each.total());
            bars.add(new Bars.Row(
                    label, List.of(new Bars.Bar(100 * each.share(), alone), new Bars.Bar(100 * each.total(), all))));
            rows.add(List.of(label, alone, all));
        }
        return bars.isEmpty()
                ? List.of()
                : List.of(new Block.Figure(
                        "What moves the hours",
                        "The share of the spread of the estimated hours that each unknown explains by itself, and in"
                                + " all, together with others: what is worth finding out first.",
                        new Bars("share of the spread (%)", List.of("by itself", "in all"), bars),
                        new Block.Table(
                                List.of(
                                        Column.text("what moves the hours"),
                                        Column.number("by itself"),
                                        Column.number("in all")),
                                rows)));
    }

    private static Map<String, Assumption> assumptions(RunAudit run) {
        return run.assumptions().stream().collect(Collectors.toMap(Assumption::id, each -> each));
    }

    private static List<Influence> shown(RunAudit run) {
        return run.influences().stream()
                .filter(each -> each.total() >= LEAST_SHOWN)
                .sorted(Comparator.comparingDouble(Influence::total).reversed())
                .limit(MOST_SHOWN)
                .toList();
    }

    private static String label(Influence influence, Map<String, Assumption> assumptions, RunAudit run) {
        Assumption assumption = assumptions.get(influence.factor());
        if (assumption != null) {
            return assumption.question();
        }
        String factor = influence.factor().replace('_', ' ');
        return influence.kind() == Influence.Kind.ERROR
                ? "error: "
                        + ErrorModel.standard()
                                .errors(run.likeliest()
                                        .plan()
                                        .cluster()
                                        .accelerator()
                                        .kind())
                                .stream()
                                .filter(each -> each.id().equals(influence.factor()))
                                .findFirst()
                                .map(ErrorSource::label)
                                .orElse(factor)
                : factor;
    }

    /** Full blocks for the share by itself, light ones for what it moves together with others. */
    private static String bar(Influence influence) {
        int whole = (int) Math.round(BAR * influence.share());
        int all = (int) Math.max(1, Math.round(BAR * influence.total()));
        return "█".repeat(Math.min(whole, all)) + "░".repeat(Math.max(0, all - whole));
    }
}
