package org.corehours.cli.serve;

import java.util.Map;
import java.util.SortedMap;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.RunAudit;
import org.corehours.papers.Paper;

/** What the pages show the results of: the same evaluations as the commands make. Safe for use by several threads. */
public interface Evaluator {

    /**
     * Estimates a run as {@code estimate} does. A run that does not fit its device's memory is estimated all the same.
     *
     * @param model the name of a built-in model or training method
     * @param options the options of the command by their names without dashes
     * @return the run
     * @throws RefusedException if the options make no run
     */
    Estimate estimate(String model, Map<String, String> options);

    /**
     * A built-in paper.
     *
     * @param id its id
     * @return the paper
     * @throws RefusedException if there is none
     */
    Paper paper(String id);

    /**
     * Audits a paper of which some readings are settled.
     *
     * @param paper the id of the paper
     * @param settled alternatives by the ids of their assumptions; what is not in it stays open
     * @param run the one run whose claims are judged; empty for all
     * @return the audit
     * @throws RefusedException if there is no such paper, run, assumption or alternative
     */
    Audit audit(String paper, SortedMap<String, String> settled, String run);

    /**
     * An estimated run.
     *
     * @param run the run
     * @param label what it is, as a phrase
     */
    record Estimate(RunAudit run, String label) {}
}
