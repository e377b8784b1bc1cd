package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.corehours.cli.chart.Bars;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.AlternativeFit;
import org.corehours.core.audit.CombinationFit;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Verdict;
import org.corehours.core.quantity.Interval;

/** Charts of claims. */
final class ClaimFigures {

    private static final int COMBINATIONS = 16;

    private ClaimFigures() {}

    /** The estimates of all claims relative to what is claimed, the figures of the summary's table. */
    static List<Block.Figure> summary(List<Finding> findings) {
        List<Intervals.Row> rows = findings.stream()
                .filter(ClaimFigures::hasRatio)
                .map(finding -> new Intervals.Row(
                        finding.claim().id(),
                        finding.estimate().scale(1 / finding.claim().value()),
                        "claimed " + Quantities.claimed(finding.claim()) + ", estimated "
                                + Quantities.estimate(finding.claim(), finding.estimate()),
                        finding.verdict().id(),
                        tone(finding.verdict())))
                .toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        int without = findings.size() - rows.size();
        return List.of(new Block.Figure(
                "Estimates against claims",
                "Each estimate with its 10th to 90th percentile over the claimed value: left of the line the estimate is"
                        + " below the claim, right of it above. A circle is consistent with the claim, a diamond undetermined, a"
                        + " triangle at odds with it."
                        + (without == 0
                                ? ""
                                : " Differences that may be zero or less have no place on this axis; " + without
                                        + " stand in the table alone."),
                new Intervals("estimate / claimed value", new Intervals.Reference("as claimed", 1), rows),
                null));
    }

    private static boolean hasRatio(Finding finding) {
        return finding.claim().value() > 0 && finding.estimate().low() > 0;
    }

    /** {@return the column of verdicts} */
    static Column verdicts() {
        return Column.words(
                "verdict", Arrays.stream(Verdict.values()).collect(Collectors.toMap(Verdict::id, ClaimFigures::tone)));
    }

    private static Intervals.Tone tone(Verdict verdict) {
        return switch (verdict) {
            case CONSISTENT -> Intervals.Tone.AGREES;
            case UNDETERMINED -> Intervals.Tone.OPEN;
            case INCONSISTENT, IMPLAUSIBLE, IMPOSSIBLE -> Intervals.Tone.DISAGREES;
        };
    }

    /** What each alternative of each assumption leads to, and how likely readings are if the claim is true. */
    static List<Block.Figure> details(Finding finding) {
        List<Block.Figure> figures = new ArrayList<>();
        List<AlternativeFit> alternatives = finding.alternatives().stream()
                .filter(each -> each.estimate().low() > 0)
                .toList();
        if (alternatives.size() > 1 && hasRatio(finding) && !same(alternatives)) {
            figures.add(alternatives(finding, alternatives));
        }
        if (finding.combinations().size() > 1
                && finding.combinations().stream().anyMatch(each -> each.posterior() > 0)) {
            figures.add(weights(finding.combinations()));
        }
        return figures;
    }

    private static boolean same(List<AlternativeFit> alternatives) {
        Interval first = alternatives.get(0).estimate();
        return alternatives.stream().allMatch(each -> each.estimate().equals(first));
    }

    private static Block.Figure alternatives(Finding finding, List<AlternativeFit> alternatives) {
        List<Intervals.Row> intervals = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        double claimed = finding.claim().value();
        for (AlternativeFit each : alternatives) {
            String name = each.assumption() + ": " + each.alternative().id();
            String estimate = Quantities.estimate(finding.claim(), each.estimate());
            intervals.add(new Intervals.Row(
                    name,
                    each.estimate().scale(1 / claimed),
                    each.alternative().label() + ": " + estimate,
                    "fits " + Numbers.wholePercent(each.fitting()),
                    each.fitting() > 0.5
                            ? Intervals.Tone.AGREES
                            : each.fitting() > 0 ? Intervals.Tone.OPEN : Intervals.Tone.DISAGREES));
            rows.add(List.of(
                    each.assumption(),
                    each.alternative().id(),
                    estimate,
                    Numbers.wholePercent(each.fitting()),
                    Numbers.wholePercent(each.prior()),
                    Numbers.wholePercent(each.posterior())));
        }
        return new Block.Figure(
                "What each alternative leads to",
                "The estimate over the claimed value under each alternative, the most influential assumption first;"
                        + " all else varies as before. A circle fits the claim in more than half of the samples, a diamond in"
                        + " fewer, a triangle in none.",
                new Intervals("estimate / claimed value", new Intervals.Reference("as claimed", 1), intervals),
                new Block.Table(
                        List.of(
                                Column.text("assumption"),
                                Column.text("alternative"),
                                Column.text("estimate"),
                                Column.number("fits"),
                                Column.number("weight"),
                                Column.number("if true")),
                        rows));
    }

    private static Block.Figure weights(List<CombinationFit> combinations) {
        List<Bars.Row> bars = combinations.stream()
                .limit(COMBINATIONS)
                .map(each -> new Bars.Row(
                        String.join(" · ", each.choices().choices().values()),
                        List.of(
                                new Bars.Bar(100 * each.prior(), Numbers.wholePercent(each.prior())),
                                new Bars.Bar(100 * each.posterior(), Numbers.wholePercent(each.posterior())))))
                .toList();
        return new Block.Figure(
                "What the claim says of the readings",
                "The weight of each combination of "
                        + String.join(
                                ", ", combinations.get(0).choices().choices().keySet())
                        + " before the claim is looked at, and if the claim is true.",
                new Bars("weight (%)", List.of("before", "if the claim is true"), bars),
                null);
    }
}
