package org.corehours.cli.library;

import java.util.Optional;
import java.util.Set;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Comparison;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.Quantity;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.Verdict;
import org.corehours.core.run.RunEstimate;

/**
 * A published claim with what is estimated instead.
 *
 * @param paper the id of the file it stands in
 * @param finding the finding
 * @param run the audit of its run
 */
public record AuditedClaim(String paper, Finding finding, RunAudit run) {

    private static final Set<Verdict> FLAGS = Set.of(Verdict.INCONSISTENT, Verdict.IMPLAUSIBLE, Verdict.IMPOSSIBLE);

    private static final Set<Quantity> RATES = Set.of(Quantity.SAMPLES_PER_SECOND, Quantity.MFU);

    private static final Set<Quantity> MEMORY = Set.of(Quantity.PEAK_MEMORY_BYTES, Quantity.ALLOCATED_MEMORY_BYTES);

    private static final Set<Quantity> TIMES =
            Set.of(Quantity.HOURS, Quantity.DEVICE_HOURS, Quantity.CORE_HOURS, Quantity.STEP_SECONDS);

    /** Whether a claim is one of time, so that it implies device-hours. */
    static boolean ofTime(Claim claim) {
        return claim.comparison() == Comparison.ABSOLUTE
                && (TIMES.contains(claim.quantity()) || RATES.contains(claim.quantity()));
    }

    /** Whether a larger figure means a faster run. */
    static boolean ofRate(Claim claim) {
        return RATES.contains(claim.quantity());
    }

    /** Whether a claim is one of time or memory: what coverage is counted of. */
    boolean measured() {
        Claim claim = finding.claim();
        return ofTime(claim) || (claim.comparison() == Comparison.ABSOLUTE && MEMORY.contains(claim.quantity()));
    }

    /** {@return whether a reviewer would be told that the claim is false} */
    boolean flagged() {
        return FLAGS.contains(finding.verdict());
    }

    /** {@return paper and claim, which together name it} */
    String name() {
        return paper + "/" + finding.claim().id();
    }

    /** {@return what the estimate says instead of one, 0 for exactly the claim; signed} */
    double error() {
        return finding.estimate().median() / finding.claim().value() - 1;
    }

    /** {@return whether the interval holds a value that the figure stands for} */
    boolean inside() {
        return finding.claim().high() >= finding.estimate().low()
                && finding.claim().low() <= finding.estimate().high();
    }

    /** {@return the interval's high end over its low end} */
    double width() {
        return finding.estimate().high() / finding.estimate().low();
    }

    /** {@return the device's name without its form and memory, such as {@code v100}} */
    String deviceClass() {
        RunEstimate likeliest = run.likeliest();
        return likeliest.plan().cluster().accelerator().id().replaceAll("-(sxm|pcie|\\d+gb).*", "");
    }

    /** {@return what bounds the run, and what the spread of the estimate comes from most} */
    String mechanism() {
        Optional<Influence> largest = finding.influences().stream().findFirst();
        return "bound by " + run.likeliest().boundBy().phrase()
                + largest.map(each -> "; spread mostly from " + each.factor().replace('_', ' '))
                        .orElse("");
    }
}
