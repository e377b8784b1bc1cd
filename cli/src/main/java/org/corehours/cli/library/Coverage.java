package org.corehours.cli.library;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.corehours.core.audit.Verdict;

/**
 * How well estimates cover a group of published claims.
 *
 * @param group what the claims have in common
 * @param n how many there are
 * @param medianAbsError median of the median estimates' errors, without sign; 0.1 is 10 %
 * @param inside share of claims that lie inside the 80 % interval, from 0 to 1
 * @param medianWidth median of the intervals' high end over their low end
 * @param verdicts how many claims have each verdict
 */
public record Coverage(
        String group, int n, double medianAbsError, double inside, double medianWidth, Map<Verdict, Long> verdicts) {

    /** Copies the map. */
    public Coverage {
        verdicts = Map.copyOf(verdicts);
    }

    /** The coverage of some claims, of which there is at least one. */
    static Coverage of(String group, List<AuditedClaim> claims) {
        Map<Verdict, Long> verdicts = new TreeMap<>();
        claims.forEach(each -> verdicts.merge(each.finding().verdict(), 1L, Long::sum));
        return new Coverage(
                group,
                claims.size(),
                median(claims.stream()
                        .mapToDouble(each -> Math.abs(each.error()))
                        .toArray()),
                (double) claims.stream().filter(AuditedClaim::inside).count() / claims.size(),
                median(claims.stream().mapToDouble(AuditedClaim::width).toArray()),
                verdicts);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
