package org.corehours.cli;

import java.util.List;
import java.util.function.IntConsumer;
import org.corehours.cli.library.LibraryAudit;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.Auditor;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.ErrorModel;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.audit.Sampling;
import org.corehours.core.audit.Scenario;
import org.corehours.core.run.RunEstimator;
import org.corehours.papers.Paper;
import org.corehours.papers.Papers;
import org.corehours.papers.PublishedUtilisations;

/** Estimates and audits with the standard errors and sampling. */
final class Audits {

    private Audits() {}

    /** Fewer samples than one paper gets: percentiles of many claims together hardly move with them. */
    private static final Sampling LIBRARY = new Sampling(128, 128, 16);

    /** An auditor that times the kernels of a step once for all that it audits. */
    static Auditor auditor() {
        return auditor(Sampling.DEFAULT);
    }

    private static Auditor auditor(Sampling sampling) {
        return new Auditor(
                RunEstimator.remembering()::compile, ErrorModel.standard(), sampling, PublishedUtilisations.all());
    }

    /**
     * Audits the library.
     *
     * @param lies whether claims are made false as well
     * @param done told the number of a file's runs whenever it is done, from any thread
     */
    static LibraryAudit library(boolean lies, IntConsumer done) {
        List<Paper> papers =
                Papers.libraryIds().parallelStream().map(Lookups::paper).toList();
        return LibraryAudit.of(papers, auditor(LIBRARY), lies, done);
    }

    static Audit of(Paper paper) {
        return of(paper.runs(), paper.claims());
    }

    static Audit of(List<? extends Scenario> runs, List<Claim> claims) {
        return auditor().audit(runs, claims);
    }

    static List<RunAudit> of(List<? extends Scenario> runs) {
        return of(runs, List.of()).runs();
    }
}
