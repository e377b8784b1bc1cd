package org.corehours.core.audit;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.corehours.core.run.CompiledRun;
import org.corehours.core.run.RunPlan;

/**
 * Estimates a paper's runs under everything that is uncertain, and judges its claims by the result. An auditor has no
 * state: the same runs and claims give the same audit.
 */
public final class Auditor {

    private final Function<RunPlan, CompiledRun> compiler;
    private final ErrorModel errors;
    private final Sampling sampling;
    private final List<PublishedUtilisation> published;

    /**
     * @param compiler lowers and times one run, as a run estimator does
     * @param errors how wrong its laws may be
     * @param sampling how many samples are taken
     * @param published the best utilisations ever published, beyond which a claim is implausible
     */
    public Auditor(
            Function<RunPlan, CompiledRun> compiler,
            ErrorModel errors,
            Sampling sampling,
            List<PublishedUtilisation> published) {
        this.compiler = compiler;
        this.errors = errors;
        this.sampling = sampling;
        this.published = List.copyOf(published);
    }

    /**
     * Audits runs and claims. Where a run has more readings than may be planned, the assumptions that its paper lists
     * first take every combination of their alternatives; the others are drawn once for each combination.
     *
     * @param runs the runs
     * @param claims the claims about them
     * @return the audit
     * @throws IllegalArgumentException if a claim names no run of these, or a run is possible under no reading; then it
     *     is what the first reading of the run met
     */
    public Audit audit(List<? extends Scenario> runs, List<Claim> claims) {
        Set<String> ids = runs.stream().map(Scenario::id).collect(Collectors.toCollection(LinkedHashSet::new));
        for (Claim claim : claims) {
            check(claim, claim.run(), ids);
            if (claim.reference() != null) {
                check(claim, claim.reference(), ids);
            }
        }
        SampleDesign design =
                new SampleDesign(runs.stream().map(Scenario::assumptions).toList(), errors.dimensions(), sampling);
        double[][] normals = new double[errors.dimensions()][];
        int[][] classes = new int[errors.dimensions()][];
        for (int i = 0; i < normals.length; i++) {
            normals[i] = design.normals(i);
            classes[i] = design.classes(i, Influences.CLASSES);
        }
        // Runs and claims are independent of each other, and both lists keep their order.
        Map<String, RunSamples> samples = new LinkedHashMap<>();
        runs.parallelStream()
                .map(each -> new RunSamples(each, design, normals, errors, compiler))
                .toList()
                .forEach(each -> samples.put(each.scenario().id(), each.orRefusal()));
        List<RunAudit> audits = List.copyOf(samples.values()).parallelStream()
                .map(each -> each.audit(errors, classes, normals))
                .toList();
        List<Finding> findings = claims.parallelStream()
                .map(claim -> {
                    RunSamples run = Objects.requireNonNull(samples.get(claim.run()));
                    RunSamples reference = claim.reference() == null ? null : samples.get(claim.reference());
                    return new ClaimJudge(claim, run, reference, errors, classes, published).judge();
                })
                .toList();
        return new Audit(sampling, audits, findings, Arithmetic.of(claims, audits));
    }

    private static void check(Claim claim, String run, Set<String> runs) {
        if (!runs.contains(run)) {
            throw new IllegalArgumentException(
                    "The claim " + claim.id() + " is about the run " + run + ", which is none of " + runs + ".");
        }
    }
}
