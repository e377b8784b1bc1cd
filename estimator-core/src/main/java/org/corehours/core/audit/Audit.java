package org.corehours.core.audit;

import java.util.List;

/**
 * Everything an audit finds.
 *
 * @param sampling how uncertainty was sampled
 * @param runs every run with its uncertainty
 * @param findings every claim with its verdict, in the order of the claims
 * @param arithmetic the figures that must agree with each other
 */
public record Audit(Sampling sampling, List<RunAudit> runs, List<Finding> findings, List<Arithmetic> arithmetic) {

    public Audit {
        runs = List.copyOf(runs);
        findings = List.copyOf(findings);
        arithmetic = List.copyOf(arithmetic);
    }

    /**
     * The run with an id.
     *
     * @param id the id
     * @return the run
     * @throws IllegalArgumentException if there is none
     */
    public RunAudit run(String id) {
        return runs.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no run " + id + ", only "
                        + runs.stream().map(RunAudit::id).toList() + "."));
    }
}
