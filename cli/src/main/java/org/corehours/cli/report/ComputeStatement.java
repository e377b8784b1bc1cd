package org.corehours.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Quantity;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.run.RunPlan;

/** A paragraph on compute as an appendix of a paper has one. */
public final class ComputeStatement {

    /** More runs than these are summed up. */
    private static final int NAMED_RUNS = 4;

    private static final Set<Quantity> TIMES = EnumSet.of(Quantity.HOURS, Quantity.DEVICE_HOURS, Quantity.CORE_HOURS);

    private ComputeStatement() {}

    /**
     * The statement of a paper: the runs whose time it reports, else those that cost most, and the sum of the others.
     *
     * @param audit what was found of its runs and claims
     * @return one paragraph, ended by a line break
     */
    public static String of(Audit audit) {
        return of(audit.runs(), audit.findings());
    }

    /**
     * The statement of some runs: those whose time is claimed, else those that cost most, and the sum of the others.
     *
     * @param runs the runs
     * @param findings what was found of claims about them
     * @return one paragraph, ended by a line break
     */
    public static String of(List<RunAudit> runs, List<Finding> findings) {
        List<RunAudit> named =
                runs.stream().filter(run -> !times(run, findings).isEmpty()).toList();
        if (named.isEmpty()) {
            named = runs;
        }
        named = named.stream()
                .sorted(Comparator.comparingDouble(ComputeStatement::deviceHours)
                        .reversed())
                .limit(NAMED_RUNS)
                .toList();
        List<String> sentences = new ArrayList<>();
        for (RunAudit run : named) {
            sentences.add(run(run, times(run, findings)));
        }
        List<RunAudit> others = new ArrayList<>(runs);
        others.removeAll(named);
        if (!others.isEmpty()) {
            sentences.add(
                    (others.size() == 1 ? "One other run is" : "The other " + others.size() + " runs together are")
                            + " estimated at "
                            + Numbers.plain(others.stream()
                                    .mapToDouble(ComputeStatement::deviceHours)
                                    .sum())
                            + " device-hours.");
        }
        sentences.add(assumptions(named));
        sentences.add("Estimates are of corehours: exact FLOPs, the kernels of the software stack timed one by one, and"
                + " intervals that hold the errors of its laws and every assumption by its prior weight.");
        return sentences.stream().filter(each -> !each.isEmpty()).collect(Collectors.joining(" ", "", "\n"));
    }

    private static List<Claim> times(RunAudit run, List<Finding> findings) {
        return findings.stream()
                .map(Finding::claim)
                .filter(claim -> claim.run().equals(run.id())
                        && claim.comparison() == Comparison.ABSOLUTE
                        && TIMES.contains(claim.quantity()))
                .toList();
    }

    private static double deviceHours(RunAudit run) {
        return run.interval(RunMetric.DEVICE_HOURS).median();
    }

    private static String run(RunAudit run, List<Claim> claims) {
        RunPlan plan = run.likeliest().plan();
        StringBuilder text = new StringBuilder();
        text.append(plan.step().trains() ? "Training " : "Running ")
                .append(plan.model())
                .append(" (")
                .append(run.id())
                .append(", ")
                .append(Numbers.si(run.interval(RunMetric.PARAMETERS).median(), "")
                        .strip())
                .append(" parameters, ")
                .append(Numbers.count(run.interval(RunMetric.STEPS).median()))
                .append(" steps of ")
                .append(Numbers.count(run.interval(RunMetric.GLOBAL_BATCH).median()))
                .append(" samples) ");
        if (!claims.isEmpty()) {
            text.append("took ")
                    .append(claims.stream().map(ComputeStatement::claimed).collect(Collectors.joining(" and ")))
                    .append("; it is ");
        } else {
            text.append("is ");
        }
        text.append("estimated at ")
                .append(interval(run, RunMetric.HOURS, Numbers::hours))
                .append(" on ")
                .append(RunText.hardware(plan))
                .append(" (")
                .append(plan.precision().id())
                .append(", ")
                .append(plan.stack().id())
                .append("), which is ")
                .append(interval(run, RunMetric.DEVICE_HOURS, value -> Numbers.plain(value) + " device-hours"))
                .append(" at an MFU of ")
                .append(Numbers.percent(run.interval(RunMetric.MFU).median()));
        if (run.intervals().containsKey(RunMetric.COST_USD)) {
            text.append(", ")
                    .append(Numbers.dollars(run.interval(RunMetric.COST_USD).median()))
                    .append(" at list price");
        }
        return text.append(", ")
                .append(Numbers.plain(run.interval(RunMetric.ENERGY_KWH).median()))
                .append(" kWh and ")
                .append(Numbers.plain(run.interval(RunMetric.CO2_KG).median()))
                .append(" kg CO2 (grid: ")
                .append(plan.placement().region().name())
                .append(").")
                .toString();
    }

    private static String claimed(Claim claim) {
        return Quantities.claimed(claim)
                + (claim.provenance() == Provenance.REPORTED ? "" : " (as published elsewhere)");
    }

    private static String interval(RunAudit run, RunMetric metric, DoubleFunction<String> format) {
        return Numbers.interval(run.interval(metric), format).replace("(", "(80 % interval ");
    }

    /** What the runs leave open, with the alternative that is taken for likeliest. */
    private static String assumptions(List<RunAudit> runs) {
        Map<String, String> chosen = new LinkedHashMap<>();
        for (RunAudit run : runs) {
            for (Assumption assumption : run.assumptions()) {
                String choice = run.reading().choice(assumption.id());
                assumption.alternatives().stream()
                        .filter(each -> each.id().equals(choice))
                        .findFirst()
                        .ifPresent(each -> chosen.putIfAbsent(
                                assumption.id(),
                                assumption.id() + " " + each.label() + " (" + Numbers.wholePercent(each.prior())
                                        + ")"));
            }
        }
        return chosen.isEmpty()
                ? ""
                : "What is not reported is assumed, each with alternatives of which this is the likeliest: "
                        + String.join("; ", chosen.values()) + ".";
    }
}
