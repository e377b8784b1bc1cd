package org.corehours.cli.library;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.Auditor;
import org.corehours.core.audit.Claim;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Scenario;
import org.corehours.papers.Paper;

/**
 * Everything that the library's claims say about the estimates.
 *
 * @param papers how many files
 * @param claims every claim, in the order of the files
 * @param lies what became of claims that were made false; empty if none were told
 * @param believed how many true claims they were made of
 */
public record LibraryAudit(int papers, List<AuditedClaim> claims, List<PlantedLies.Caught> lies, int believed) {

    /** Copies the lists. */
    public LibraryAudit {
        claims = List.copyOf(claims);
        lies = List.copyOf(lies);
    }

    /** Sources whose errors the widths of intervals rest on ({@code ErrorModel}, {@code error.mixed_precision}). */
    private static final Set<String> WIDTHS_REST_ON =
            Set.of("deit", "jax-toolbox", "llm-foundry", "mae", "mlperf-resnet", "nvidia-pytorch");

    private record Audited(List<AuditedClaim> claims, Map<String, AuditedClaim> lies) {}

    /**
     * Audits files, which are independent of each other.
     *
     * @param papers the files
     * @param auditor estimates and judges
     * @param tellLies whether claims are made false as well, to see whether that is noticed
     * @param done told the number of the file's runs whenever a file is done, from any thread
     * @return the audit
     */
    public static LibraryAudit of(List<Paper> papers, Auditor auditor, boolean tellLies, IntConsumer done) {
        List<Audited> audited = papers.parallelStream()
                .map(paper -> {
                    Audited one = audit(paper, auditor, tellLies);
                    done.accept(paper.runs().size());
                    return one;
                })
                .toList();
        List<AuditedClaim> claims =
                audited.stream().flatMap(each -> each.claims.stream()).toList();
        Map<String, AuditedClaim> lies = new HashMap<>();
        audited.forEach(each -> lies.putAll(each.lies));
        List<AuditedClaim> believed = PlantedLies.believed(claims);
        return new LibraryAudit(
                papers.size(), claims, PlantedLies.caught(believed, claims, lies), tellLies ? believed.size() : 0);
    }

    private static Audited audit(Paper paper, Auditor auditor, boolean tellLies) {
        List<Scenario> runs = new ArrayList<>(paper.runs());
        List<Claim> claims = new ArrayList<>(paper.claims());
        if (tellLies) {
            PlantedLies.of(paper, runs, claims);
        }
        Audit audit = auditor.audit(runs, claims);
        List<AuditedClaim> told = new ArrayList<>();
        Map<String, AuditedClaim> lies = new LinkedHashMap<>();
        for (Finding finding : audit.findings()) {
            AuditedClaim each = new AuditedClaim(
                    paper.id(), finding, audit.run(finding.claim().run()));
            if (PlantedLies.isLie(finding.claim())) {
                lies.put(each.name(), each);
            } else {
                told.add(each);
            }
        }
        return new Audited(told, lies);
    }

    /** {@return the claims of time and memory, which coverage is counted of} */
    List<AuditedClaim> measured() {
        return claims.stream().filter(AuditedClaim::measured).toList();
    }

    /** {@return the coverage of all claims of time and memory; there must be one} */
    public Coverage overall() {
        return Coverage.of("all", measured());
    }

    /** {@return the coverage of the sources that no width of an interval rests on; there must be one} */
    public Coverage notUsedForWidths() {
        return Coverage.of(
                "sources that no width rests on",
                measured().stream()
                        .filter(each -> !WIDTHS_REST_ON.contains(each.paper()))
                        .toList());
    }

    /** {@return the coverage by device} */
    public List<Coverage> byDevice() {
        return grouped(AuditedClaim::deviceClass);
    }

    /** {@return the coverage by file} */
    public List<Coverage> byPaper() {
        return grouped(AuditedClaim::paper);
    }

    private List<Coverage> grouped(Function<AuditedClaim, String> group) {
        return measured().stream()
                .collect(Collectors.groupingBy(group, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(each -> Coverage.of(each.getKey(), each.getValue()))
                .toList();
    }

    /** The claims whose median estimate is furthest off. */
    List<AuditedClaim> worst(int count) {
        Stream<AuditedClaim> byDistance = measured().stream()
                .sorted(Comparator.comparingDouble((AuditedClaim each) -> -Math.abs(Math.log1p(each.error())))
                        .thenComparing(AuditedClaim::name));
        return byDistance.limit(count).toList();
    }
}
