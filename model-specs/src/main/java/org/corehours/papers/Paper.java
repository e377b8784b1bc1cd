package org.corehours.papers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.audit.Assumption;
import org.corehours.core.audit.Claim;

/**
 * What a paper trained or ran, what it reports, and what it leaves open.
 *
 * @param id the id on the command line
 * @param title its title
 * @param citation who published it where
 * @param summary what its compute goes into, in a few sentences
 * @param sources full references by the id that sources begin with
 * @param inputs every value that is known of it
 * @param assumptions what is not known
 * @param runs what it trained or ran
 * @param claims what it reports of their cost; empty if it reports nothing
 */
public record Paper(
        String id,
        String title,
        String citation,
        String summary,
        Map<String, String> sources,
        List<PaperInput> inputs,
        List<Assumption> assumptions,
        List<RunTemplate> runs,
        List<Claim> claims) {

    /** Copies the collections. */
    public Paper {
        sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
        inputs = List.copyOf(inputs);
        assumptions = List.copyOf(assumptions);
        runs = List.copyOf(runs);
        claims = List.copyOf(claims);
    }

    /**
     * The run with an id.
     *
     * @param run the id
     * @return the run
     * @throws IllegalArgumentException if there is none, naming the nearest
     */
    public RunTemplate run(String run) {
        return runs.stream()
                .filter(each -> each.id().equals(run))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Resources.unknown(
                        "run", run, runs.stream().map(RunTemplate::id).toList())));
    }
}
