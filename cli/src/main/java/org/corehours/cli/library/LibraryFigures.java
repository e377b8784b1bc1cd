package org.corehours.cli.library;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.Numbers;
import org.corehours.core.quantity.Interval;

/** The chart of an audit of the library. */
final class LibraryFigures {

    private LibraryFigures() {}

    /** What the estimates of a source's claims are over what it published. */
    static List<Block.Figure> of(LibraryAudit audit) {
        Map<String, List<AuditedClaim>> sources = audit.measured().stream()
                .filter(each -> 1 + each.error() > 0)
                .collect(Collectors.groupingBy(AuditedClaim::paper, TreeMap::new, Collectors.toList()));
        List<Intervals.Row> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        sources.forEach((source, claims) -> {
            claims.sort(Comparator.comparingDouble(AuditedClaim::error));
            Interval ratios = new Interval(
                    1 + claims.get(0).error(),
                    1 + claims.get(claims.size() / 2).error(),
                    1 + claims.get(claims.size() - 1).error());
            long inside = claims.stream().filter(AuditedClaim::inside).count();
            String text = inside + " of " + claims.size();
            rows.add(new Intervals.Row(
                    source,
                    ratios,
                    "estimates are " + Numbers.interval(ratios, Numbers::plain) + " times what is published; " + text
                            + " intervals hold it",
                    text,
                    tone((double) inside / claims.size())));
            table.add(List.of(
                    source,
                    Numbers.plain(ratios.low()),
                    Numbers.plain(ratios.median()),
                    Numbers.plain(ratios.high()),
                    text));
        });
        return rows.isEmpty()
                ? List.of()
                : List.of(new Block.Figure(
                        "Estimates against what was published",
                        "For each source the least, the middle and the largest of its estimates over the figures that it"
                                + " published, and how many of the 80 % intervals hold theirs: a circle where that is at"
                                + " least 80 %, a diamond where it is at least half, else a triangle.",
                        new Intervals("estimate / published", new Intervals.Reference("as published", 1), rows),
                        new Block.Table(
                                List.of(
                                        Column.text("source"),
                                        Column.number("least"),
                                        Column.number("middle"),
                                        Column.number("largest"),
                                        Column.number("inside")),
                                table)));
    }

    private static Intervals.Tone tone(double inside) {
        return inside >= 0.8 ? Intervals.Tone.AGREES : inside >= 0.5 ? Intervals.Tone.OPEN : Intervals.Tone.DISAGREES;
    }
}
