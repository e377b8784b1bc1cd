package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.Variation;

/**
 * Which assumptions matter most, looked at before any sampling. The ones that choose the hardware come first, because a
 * claim is judged for each hardware by itself; the others by how far each alternative alone moves the hours from those
 * of the likeliest reading.
 */
final class Importance {

    private final Function<RunPlan, CompiledRun> compiler;

    Importance(Function<RunPlan, CompiledRun> compiler) {
        this.compiler = compiler;
    }

    /** Every assumption of some runs once, in the order they are first met. */
    static List<Assumption> all(List<? extends Scenario> runs) {
        Map<String, Assumption> byId = new LinkedHashMap<>();
        runs.forEach(run -> run.assumptions().forEach(each -> byId.putIfAbsent(each.id(), each)));
        return List.copyOf(byId.values());
    }

    /**
     * Every assumption of some runs once, the most important first. Only runs with too many readings are looked at, and
     * an assumption is looked at in the first of them that depends on it.
     */
    List<Assumption> order(List<? extends Scenario> runs, int maxReadings) {
        Map<String, Double> variances = new HashMap<>();
        List<? extends Scenario> large = runs.stream()
                .filter(each -> SampleDesign.combinations(each.assumptions()) > maxReadings)
                .sorted(Comparator.<Scenario>comparingLong(each -> SampleDesign.combinations(each.assumptions()))
                        .reversed())
                .toList();
        for (Scenario run : large) {
            List<Assumption> unseen = run.assumptions().stream()
                    .filter(each -> !variances.containsKey(each.id()))
                    .toList();
            if (!unseen.isEmpty()) {
                variances.putAll(variances(run, unseen));
            }
        }
        List<Assumption> ordered = new ArrayList<>(all(runs));
        ordered.sort(Comparator.<Assumption>comparingDouble(each -> variances.getOrDefault(each.id(), 0.0))
                .reversed());
        return ordered;
    }

    /** The variance of the logarithm of the hours over the alternatives of each assumption, all else being likeliest. */
    private Map<String, Double> variances(Scenario run, List<Assumption> assumptions) {
        Assignment likeliest = Assignment.likeliest(run.assumptions());
        Optional<Trial> usual = trial(run, likeliest);
        Map<String, Double> variances = new LinkedHashMap<>();
        if (usual.isEmpty()) {
            return variances;
        }
        assumptions.parallelStream()
                .map(each -> Map.entry(each.id(), variance(run, each, likeliest, usual.get())))
                .toList()
                .forEach(each -> variances.put(each.getKey(), each.getValue()));
        return variances;
    }

    private double variance(Scenario run, Assumption assumption, Assignment likeliest, Trial usual) {
        String known = assumption.likeliest().id();
        double mean = 0;
        double square = 0;
        double weight = 0;
        for (Alternative each : assumption.alternatives()) {
            Optional<Trial> trial = each.id().equals(known)
                    ? Optional.of(usual)
                    : trial(run, likeliest.with(assumption.id(), each.id()));
            if (trial.isPresent()) {
                if (!trial.get().hardware().equals(usual.hardware())) {
                    return Double.MAX_VALUE;
                }
                double shift = trial.get().logHours() - usual.logHours();
                mean += each.prior() * shift;
                square += each.prior() * shift * shift;
                weight += each.prior();
            }
        }
        return square / weight - mean * mean / (weight * weight);
    }

    private record Trial(String hardware, double logHours) {}

    private Optional<Trial> trial(Scenario run, Assignment reading) {
        try {
            RunEstimate estimate = compiler.apply(run.plan(reading)).estimate(Variation.NOMINAL);
            return Optional.of(new Trial(estimate.plan().cluster().accelerator().id(), Math.log(estimate.hours())));
        } catch (IllegalArgumentException e) {
            // A reading that makes no run says nothing of importance; the samples that meet it name the reason.
            return Optional.empty();
        }
    }
}
