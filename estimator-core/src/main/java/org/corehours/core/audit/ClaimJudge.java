package org.corehours.core.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.corehours.core.hardware.Precision;
import org.corehours.core.quantity.Interval;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.RunPlan;
import org.jspecify.annotations.Nullable;

/** Compares one claim with the samples of its run. */
final class ClaimJudge {

    /** Half the width of the central 95 % of a normal distribution, in standard deviations. */
    private static final double CENTRAL = 1.959964;

    /** A reading with fewer samples than this borrows the spread of all readings. */
    private static final int BORROWED_SAMPLES = 4;

    /** Counts that are equal may differ by this share after division. */
    private static final double ROUNDING = 1e-9;

    /** The least share of the spread that an assumption explains to be among those that combinations are made of. */
    private static final double SHOWN_SHARE = 0.03;

    /** Of how many assumptions combinations are made at most, besides the one that chooses the hardware. */
    private static final int MOST_SHOWN = 2;

    /**
     * How far estimated memory must exceed a device's for a run to be impossible. Implementations of one model differ in
     * what they keep: MPT of 760 million parameters at 24 sequences and BERT-large at 112 ran on 80 GB (llm-foundry's and
     * Lambda's tables), where the plain kernels here keep 95 GiB.
     */
    private static final double MEMORY_MARGIN = 1.5;

    private static final Set<Quantity> TIMES = Set.of(
            Quantity.DEVICE_HOURS,
            Quantity.CORE_HOURS,
            Quantity.HOURS,
            Quantity.STEP_SECONDS,
            Quantity.SAMPLES_PER_SECOND,
            Quantity.MFU);

    private static final Set<Quantity> COUNTS =
            Set.of(Quantity.PARAMETERS, Quantity.TRAINING_FLOPS_PER_SAMPLE, Quantity.STEP_BYTES);

    /** Quantities that are larger the faster a run is. */
    private static final Set<Quantity> RATES = Set.of(Quantity.SAMPLES_PER_SECOND, Quantity.MFU);

    private final Claim claim;
    private final RunSamples run;
    private final ErrorModel errors;
    private final List<PublishedUtilisation> published;
    private final int[][] classes;
    private final List<Assumption> assumptions;
    private final double[] estimates;
    private final Scale scale;
    private final double measurementSigma;
    private final List<Assignment> readings = new ArrayList<>();
    private final int[] readingBySample;

    ClaimJudge(
            Claim claim,
            RunSamples run,
            @Nullable RunSamples reference,
            ErrorModel errors,
            int[][] classes,
            List<PublishedUtilisation> published) {
        this.published = published;
        this.claim = claim;
        this.run = run;
        this.errors = errors;
        this.classes = classes;
        double[] own = run.values(claim.quantity());
        double repeatability = errors.repeatability(claim.quantity());
        if (reference == null) {
            assumptions = run.scenario().assumptions();
            estimates = own;
            scale = scale();
            measurementSigma = scale == Scale.LOGARITHMIC ? repeatability : repeatability * claim.value();
        } else {
            Map<String, Assumption> both = new LinkedHashMap<>();
            run.scenario().assumptions().forEach(each -> both.put(each.id(), each));
            reference.scenario().assumptions().forEach(each -> both.putIfAbsent(each.id(), each));
            assumptions = List.copyOf(both.values());
            double[] others = reference.values(claim.quantity());
            estimates = new double[own.length];
            boolean ratio = claim.comparison() == Comparison.RATIO;
            Arrays.setAll(estimates, i -> ratio ? own[i] / others[i] : own[i] - others[i]);
            scale = scale();
            // Whoever counts two runs counts both alike.
            double ofBoth = COUNTS.contains(claim.quantity()) ? 0 : repeatability;
            double size = ratio
                    ? Math.sqrt(2) * (scale == Scale.LOGARITHMIC ? 1 : claim.value())
                    : Math.hypot(
                            Interval.ofSamples(finite(own)).median(),
                            Interval.ofSamples(finite(others)).median());
            measurementSigma = ofBoth * size;
        }
        readingBySample = new int[estimates.length];
        Map<Assignment, Integer> known = new HashMap<>();
        for (int i = 0; i < readingBySample.length; i++) {
            SortedMap<String, String> choices =
                    new TreeMap<>(run.readings().get(run.reading(i)).choices());
            if (reference != null) {
                choices.putAll(reference.readings().get(reference.reading(i)).choices());
            }
            Assignment reading = new Assignment(choices);
            Integer index = known.putIfAbsent(reading, readings.size());
            if (index == null) {
                index = readings.size();
                readings.add(reading);
            }
            readingBySample[i] = index;
        }
    }

    /** Differences of runs are compared as they are; a factor says nothing of them. */
    private Scale scale() {
        return claim.comparison() != Comparison.DIFFERENCE && claim.low() > 0 ? Scale.of(estimates) : Scale.LINEAR;
    }

    Finding judge() {
        double[] scaled = scale.apply(estimates);
        int possible = finite(estimates).length;
        int n = readings.size();
        int[] counts = new int[n];
        double[] means = new double[n];
        double[] squares = new double[n];
        for (int i = 0; i < scaled.length; i++) {
            if (!Double.isNaN(scaled[i])) {
                counts[readingBySample[i]]++;
                means[readingBySample[i]] += scaled[i];
            }
        }
        for (int r = 0; r < n; r++) {
            means[r] /= Math.max(1, counts[r]);
        }
        double pooled = 0;
        for (int i = 0; i < scaled.length; i++) {
            if (!Double.isNaN(scaled[i])) {
                double distance = scaled[i] - means[readingBySample[i]];
                squares[readingBySample[i]] += distance * distance;
                pooled += distance * distance / possible;
            }
        }
        boolean[] fits = new boolean[n];
        double[] likelihoods = new double[n];
        for (int r = 0; r < n; r++) {
            double variance = (squares[r] + BORROWED_SAMPLES * pooled) / (counts[r] + BORROWED_SAMPLES)
                    + measurementSigma * measurementSigma;
            fits[r] = fits(means[r], Math.sqrt(variance));
            likelihoods[r] = likelihood(means[r], variance);
        }
        double fittingWeight = 0;
        double evidence = 0;
        for (int r = 0; r < n; r++) {
            fittingWeight += fits[r] ? (double) counts[r] / possible : 0;
            evidence += likelihoods[r] * counts[r] / possible;
        }
        boolean implies = TIMES.contains(claim.quantity()) && claim.comparison() == Comparison.ABSOLUTE;
        double[] mfu = run.values(RunMetric.MFU);
        double[] implied = implies ? implied(mfu, claim.value()) : mfu;
        Verdict verdict = Verdict.of(fittingWeight);
        Optional<PublishedUtilisation> exceeded = Optional.empty();
        if (implies && verdict == Verdict.INCONSISTENT) {
            double[] least = implied(mfu, RATES.contains(claim.quantity()) ? claim.low() : claim.high());
            exceeded = exceeded(least);
            if (exceedsPeak(least) || exceedsMemory()) {
                verdict = Verdict.IMPOSSIBLE;
            } else if (exceeded.isPresent()) {
                verdict = Verdict.IMPLAUSIBLE;
            }
        }
        boolean conditions = fittingWeight >= Verdict.NEGLIGIBLE_WEIGHT;
        double[] posteriors = new double[n];
        for (int r = 0; r < n; r++) {
            posteriors[r] = conditions ? likelihoods[r] * counts[r] / possible / evidence : 0;
        }
        List<Influence> influences = Influences.of(
                estimates,
                assumptions,
                i -> readings.get(readingBySample[i]),
                classes,
                errors,
                Influences.Redrawn.NONE);
        return new Finding(
                claim,
                Interval.ofSamples(finite(estimates)),
                verdict,
                Math.min(1, fittingWeight),
                implies,
                Interval.ofSamples(finite(implied)),
                utilisations(implied, mfu, fits, possible),
                exceeded,
                influences,
                alternatives(influences, fits, posteriors, counts, possible),
                combinations(influences, implied, fits, posteriors, counts, possible),
                readingFits(fits, posteriors, counts, possible));
    }

    /** The utilisation that follows from a claimed value, in every sample. */
    private double[] implied(double[] mfu, double value) {
        double[] implied = new double[mfu.length];
        Arrays.setAll(
                implied,
                i -> RATES.contains(claim.quantity()) ? mfu[i] * value / estimates[i] : mfu[i] * estimates[i] / value);
        return implied;
    }

    private static boolean exceedsPeak(double[] utilisation) {
        return Arrays.stream(finite(utilisation)).allMatch(each -> each > 1);
    }

    private boolean exceedsMemory() {
        double[] bytes = run.values(RunMetric.PEAK_MEMORY_BYTES);
        for (int i = 0; i < bytes.length; i++) {
            CompiledRun compiled = run.compiled(run.reading(i));
            if (compiled != null
                    && bytes[i]
                            <= MEMORY_MARGIN
                                    * compiled.plan()
                                            .cluster()
                                            .accelerator()
                                            .memory()
                                            .capacityBytes()
                                            .value()) {
                return false;
            }
        }
        return true;
    }

    /** The highest of the published utilisations, if every sample that is possible exceeds the one of its own device. */
    private Optional<PublishedUtilisation> exceeded(double[] utilisation) {
        Optional<PublishedUtilisation> highest = Optional.empty();
        for (int i = 0; i < utilisation.length; i++) {
            CompiledRun compiled = run.compiled(run.reading(i));
            if (compiled == null || Double.isNaN(utilisation[i])) {
                continue;
            }
            Optional<PublishedUtilisation> best = best(compiled.plan());
            if (best.isEmpty() || utilisation[i] <= best.get().mfu()) {
                return Optional.empty();
            }
            if (highest.isEmpty() || highest.get().mfu() < best.get().mfu()) {
                highest = best;
            }
        }
        return highest;
    }

    /** The best published of such a training; nothing is published of runs that do not train. */
    private Optional<PublishedUtilisation> best(RunPlan plan) {
        if (!plan.step().trains()) {
            return Optional.empty();
        }
        return PublishedUtilisation.best(
                published,
                plan.cluster().accelerator().id(),
                NetworkKind.of(plan.step().graph().flops()),
                plan.precision() != Precision.FP32);
    }

    private static double rounding(double mean) {
        return ROUNDING * Math.max(1, Math.abs(mean));
    }

    private boolean fits(double mean, double sigma) {
        double slack = CENTRAL * sigma + rounding(mean);
        return scale.apply(claim.high()) >= mean - slack && scale.apply(claim.low()) <= mean + slack;
    }

    /** The density of the claim under a reading, its range being that of a uniform distribution. */
    private double likelihood(double mean, double variance) {
        double range = scale.apply(claim.high()) - scale.apply(claim.low());
        double total = variance + range * range / 12 + rounding(mean) * rounding(mean);
        double distance = scale.apply(claim.value()) - mean;
        return Math.exp(-distance * distance / (2 * total)) / Math.sqrt(total);
    }

    private List<Utilisation> utilisations(double[] implied, double[] estimated, boolean[] fits, int possible) {
        Map<String, List<Integer>> samplesByHardware = new LinkedHashMap<>();
        for (int i = 0; i < estimates.length; i++) {
            if (!Double.isNaN(estimates[i])) {
                samplesByHardware
                        .computeIfAbsent(hardware(i), id -> new ArrayList<>())
                        .add(i);
            }
        }
        return samplesByHardware.entrySet().stream()
                .map(each -> {
                    List<Integer> samples = each.getValue();
                    long fitting = samples.stream()
                            .filter(i -> fits[readingBySample[i]])
                            .count();
                    return new Utilisation(
                            each.getKey(),
                            (double) samples.size() / possible,
                            interval(implied, samples),
                            interval(estimated, samples),
                            (double) fitting / samples.size());
                })
                .sorted(Comparator.comparingDouble(Utilisation::weight)
                        .reversed()
                        .thenComparing(Utilisation::hardware))
                .toList();
    }

    private List<AlternativeFit> alternatives(
            List<Influence> influences, boolean[] fits, double[] posteriors, int[] counts, int possible) {
        Map<String, Assumption> byId = new HashMap<>();
        assumptions.forEach(each -> byId.put(each.id(), each));
        List<AlternativeFit> result = new ArrayList<>();
        for (Influence influence : influences) {
            Assumption assumption = byId.get(influence.factor());
            if (influence.kind() != Influence.Kind.ASSUMPTION || assumption == null) {
                continue;
            }
            for (Alternative alternative : assumption.alternatives()) {
                IntPredicate chosen =
                        r -> readings.get(r).choice(assumption.id()).equals(alternative.id());
                List<Integer> samples = samples(i -> chosen.test(readingBySample[i]));
                if (samples.isEmpty()) {
                    continue;
                }
                double fitting = 0;
                double posterior = 0;
                for (int r = 0; r < counts.length; r++) {
                    if (chosen.test(r)) {
                        fitting += fits[r] ? (double) counts[r] / samples.size() : 0;
                        posterior += posteriors[r];
                    }
                }
                result.add(new AlternativeFit(
                        assumption.id(),
                        alternative,
                        (double) samples.size() / possible,
                        Math.min(1, posterior),
                        interval(estimates, samples),
                        Math.min(1, fitting)));
            }
        }
        return result;
    }

    private List<CombinationFit> combinations(
            List<Influence> influences,
            double[] implied,
            boolean[] fits,
            double[] posteriors,
            int[] counts,
            int possible) {
        Set<String> shown = shown(influences);
        Map<Assignment, Set<Integer>> readingsByChoices = new LinkedHashMap<>();
        for (int r = 0; r < readings.size(); r++) {
            if (counts[r] > 0) {
                SortedMap<String, String> part = new TreeMap<>(readings.get(r).choices());
                part.keySet().retainAll(shown);
                readingsByChoices
                        .computeIfAbsent(new Assignment(part), key -> new TreeSet<>())
                        .add(r);
            }
        }
        List<CombinationFit> result = new ArrayList<>();
        readingsByChoices.forEach((choices, members) -> {
            List<Integer> samples = samples(i -> members.contains(readingBySample[i]));
            double fitting = 0;
            double posterior = 0;
            for (int r : members) {
                fitting += fits[r] ? (double) counts[r] / samples.size() : 0;
                posterior += posteriors[r];
            }
            long fitsMemory =
                    samples.stream().filter(i -> run.fitsMemory(run.reading(i))).count();
            result.add(new CombinationFit(
                    choices,
                    samples.stream().map(this::hardware).distinct().sorted().toList(),
                    (double) samples.size() / possible,
                    Math.min(1, posterior),
                    interval(estimates, samples),
                    interval(implied, samples),
                    Math.min(1, fitting),
                    (double) fitsMemory / samples.size()));
        });
        result.sort(Comparator.comparingDouble(CombinationFit::prior).reversed());
        return result;
    }

    /** The assumptions that explain most of the spread, and the one that chooses the hardware if there is one. */
    private Set<String> shown(List<Influence> influences) {
        Set<String> shown = new TreeSet<>();
        for (Influence each : influences) {
            if (each.kind() == Influence.Kind.ASSUMPTION && each.share() >= SHOWN_SHARE && shown.size() < MOST_SHOWN) {
                shown.add(each.factor());
            }
        }
        for (Assumption each : assumptions) {
            if (choosesHardware(each)) {
                shown.add(each.id());
            }
        }
        return shown;
    }

    private boolean choosesHardware(Assumption assumption) {
        Map<String, Set<String>> hardwareByAlternative = new HashMap<>();
        Set<String> all = new TreeSet<>();
        for (int i = 0; i < estimates.length; i++) {
            if (!Double.isNaN(estimates[i])) {
                String alternative = readings.get(readingBySample[i]).choice(assumption.id());
                hardwareByAlternative
                        .computeIfAbsent(alternative, key -> new TreeSet<>())
                        .add(hardware(i));
                all.add(hardware(i));
            }
        }
        return all.size() > 1 && hardwareByAlternative.values().stream().allMatch(each -> each.size() == 1);
    }

    private List<ReadingFit> readingFits(boolean[] fits, double[] posteriors, int[] counts, int possible) {
        Set<Integer> seen = new TreeSet<>();
        List<ReadingFit> result = new ArrayList<>();
        for (int i = 0; i < estimates.length; i++) {
            int r = readingBySample[i];
            CompiledRun compiled = run.compiled(run.reading(i));
            if (Double.isNaN(estimates[i]) || compiled == null || !seen.add(r)) {
                continue;
            }
            result.add(new ReadingFit(
                    readings.get(r),
                    hardware(i),
                    (double) counts[r] / possible,
                    posteriors[r],
                    interval(estimates, samples(each -> readingBySample[each] == r)),
                    fits[r],
                    run.fitsMemory(run.reading(i))));
        }
        result.sort(Comparator.comparingDouble(ReadingFit::prior).reversed());
        return result;
    }

    private String hardware(int sample) {
        CompiledRun compiled = run.compiled(run.reading(sample));
        if (compiled == null) {
            throw new IllegalStateException("The sample " + sample + " of the run "
                    + run.scenario().id() + " makes no run, but its reference does.");
        }
        return compiled.plan().cluster().accelerator().id();
    }

    private List<Integer> samples(IntPredicate wanted) {
        return IntStream.range(0, estimates.length)
                .filter(i -> !Double.isNaN(estimates[i]) && wanted.test(i))
                .boxed()
                .toList();
    }

    private static Interval interval(double[] values, List<Integer> samples) {
        return Interval.ofSamples(samples.stream().mapToDouble(i -> values[i]).toArray());
    }

    private static double[] finite(double[] samples) {
        return Arrays.stream(samples).filter(each -> !Double.isNaN(each)).toArray();
    }
}
