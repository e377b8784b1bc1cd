package org.corehours.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.library.LibraryAudit;
import org.corehours.cli.library.LibraryJson;
import org.corehours.cli.library.LibraryText;
import org.corehours.cli.report.ClaimJson;
import org.corehours.cli.report.ClaimText;
import org.corehours.cli.report.FiguresCsv;
import org.corehours.cli.report.PaperJson;
import org.corehours.cli.report.Quantities;
import org.corehours.cli.report.Sentences;
import org.corehours.core.audit.Arithmetic;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Influence;
import org.corehours.core.audit.Verdict;
import org.corehours.papers.Paper;
import org.corehours.papers.PaperReader;
import org.corehours.papers.Papers;
import org.corehours.spec.SpecException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Audits the claims of papers. */
@Command(
        name = "audit",
        description = "Check what papers claim of compute; all papers in full if none is named.",
        footer = {
            "",
            "Examples:",
            "  corehours audit",
            "  corehours audit ibot perceptual-group-tokenizer",
            "  corehours audit --format html -o audit.html",
            "  corehours audit --library --format csv -o claims.csv",
            "  corehours audit my-paper.yaml --fail-on inconsistent",
            "  corehours audit papers/",
            "  corehours audit ibot --claims what-a-review-says.yaml",
            "  corehours audit --library --lies"
        })
final class AuditCommand extends BaseCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "PAPER",
            description = "The papers: ids of 'corehours papers', files, or folders of files.")
    private List<String> papers = new ArrayList<>();

    @Option(
            names = "--claims",
            paramLabel = "FILE",
            description = "Claims about the one paper's runs, instead of its own.")
    private @Nullable Path claims;

    @Option(
            names = "--library",
            description = "Audit the library of published claims; print how often intervals hold what was published.")
    private boolean library;

    @Option(names = "--lies", description = "With --library: make consistent claims false, and count what is caught.")
    private boolean lies;

    @Option(
            names = "--fail-on",
            split = ",",
            paramLabel = "VERDICT",
            description = "Exit with 5 if a claim has this verdict: ${COMPLETION-CANDIDATES}.")
    private List<Verdict> failOn = new ArrayList<>();

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ReportOutput output;

    private final WrongInputs wrong = new WrongInputs();

    AuditCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        output.check(
                this,
                claims == null
                        ? papers
                        : Stream.concat(papers.stream(), Stream.of(claims.toString()))
                                .toList(),
                ReportFormat.STATEMENT);
        if (library) {
            return auditLibrary();
        }
        if (lies) {
            throw new UsageException("--lies goes with --library.");
        }
        boolean folder = papers.stream().anyMatch(each -> Files.isDirectory(Path.of(each)));
        List<String> names = papers.isEmpty()
                ? Papers.ids()
                : papers.stream().flatMap(each -> PaperFiles.of(each).stream()).toList();
        Map<Paper, Audit> audits = new LinkedHashMap<>();
        if (claims == null) {
            right(names).forEach(each -> audits.put(each, Audits.of(each)));
            if (!wrong.isEmpty() && (!folder || audits.isEmpty())) {
                say(wrong.summary());
                return ExitCode.INPUT;
            }
        } else {
            if (names.size() != 1) {
                throw new UsageException("--claims goes with one paper, not with " + names.size() + ".");
            }
            Paper paper = Lookups.paper(names.get(0));
            audits.put(paper, Audits.of(paper.runs(), PaperReader.claims(claims, paper)));
        }
        output.write(this, new ReportForms() {
            @Override
            public void document(DocumentBuilder document) {
                if (folder) {
                    table(document, audits);
                } else {
                    text(document, audits);
                }
            }

            @Override
            public String json() {
                return AuditCommand.json(audits);
            }

            @Override
            public String csv() {
                FiguresCsv csv = new FiguresCsv();
                audits.forEach((paper, audit) -> audit.findings()
                        .forEach(each -> csv.claim(
                                paper.id(), each, audit.run(each.claim().run()))));
                return csv.toString();
            }
        });
        List<String> crossed = new ArrayList<>();
        audits.forEach((paper, audit) -> audit.findings().forEach(finding -> cross(crossed, paper.id(), finding)));
        if (!wrong.isEmpty()) {
            say(wrong.summary());
            return ExitCode.INPUT;
        }
        return exitCode(crossed);
    }

    /** The papers that can be read; the mistakes of all others are told together. */
    private List<Paper> right(List<String> names) {
        List<Paper> right = new ArrayList<>();
        for (String name : names) {
            try {
                right.add(Lookups.paper(name));
            } catch (SpecException e) {
                wrong.add(e);
            }
        }
        return right;
    }

    private void cross(List<String> crossed, String paper, Finding finding) {
        if (failOn.contains(finding.verdict())) {
            crossed.add(
                    paper + " " + finding.claim().id() + " " + finding.verdict().id());
        }
    }

    private int exitCode(List<String> crossed) {
        if (crossed.isEmpty()) {
            return ExitCode.DONE;
        }
        say("corehours: --fail-on: " + String.join(", ", crossed));
        return ExitCode.THRESHOLD;
    }

    private int auditLibrary() {
        if (!papers.isEmpty() || claims != null) {
            throw new UsageException(
                    "--library audits all of the library, so that it goes with no paper and no --claims.");
        }
        Runnable progress = progress(Papers.libraryIds().size());
        LibraryAudit audit = Audits.library(lies, runs -> progress.run());
        output.write(this, new ReportForms() {
            @Override
            public void document(DocumentBuilder document) {
                LibraryText.section(document, 1, audit);
            }

            @Override
            public String json() {
                return LibraryJson.of(audit);
            }

            @Override
            public String csv() {
                FiguresCsv csv = new FiguresCsv();
                audit.claims().forEach(each -> csv.claim(each.paper(), each.finding(), each.run()));
                return csv.toString();
            }
        });
        List<String> crossed = new ArrayList<>();
        audit.claims().forEach(each -> cross(crossed, each.paper(), each.finding()));
        return exitCode(crossed);
    }

    /** One line per claim of all papers together. */
    private static void table(DocumentBuilder document, Map<Paper, Audit> audits) {
        List<List<String>> rows = new ArrayList<>();
        audits.forEach((paper, audit) -> audit.findings()
                .forEach(finding -> rows.add(List.of(
                        paper.id(),
                        finding.claim().id(),
                        Quantities.claimed(finding.claim()),
                        Quantities.estimate(finding.claim(), finding.estimate()),
                        finding.verdict().id(),
                        finding.decidingAssumption().map(Influence::factor).orElse("")))));
        document.heading(1, "What papers claim of compute")
                .heading(2, "Claims")
                .table(
                        List.of(
                                Column.text("paper"),
                                Column.text("claim"),
                                Column.number("claimed"),
                                Column.text("estimate (10 % – 90 %)"),
                                ClaimText.verdicts(),
                                Column.text("what decides")),
                        rows);
    }

    private record Owned<T>(Paper paper, T item) {}

    private static String json(Map<Paper, Audit> audits) {
        List<Owned<Finding>> findings = new ArrayList<>();
        List<Owned<Arithmetic>> arithmetic = new ArrayList<>();
        audits.forEach((paper, audit) -> {
            audit.findings().forEach(each -> findings.add(new Owned<>(paper, each)));
            audit.arithmetic().forEach(each -> arithmetic.add(new Owned<>(paper, each)));
        });
        return JsonText.object(to -> {
            audits.values().stream().limit(1).forEach(audit -> PaperJson.sampling(to, audit));
            to.objects(
                    "claims",
                    findings,
                    (each, owned) ->
                            ClaimJson.write(each.text("paper", owned.paper().id()), owned.item()));
            to.objects(
                    "arithmetic",
                    arithmetic,
                    (each, owned) ->
                            ClaimJson.write(each.text("paper", owned.paper().id()), owned.item()));
        });
    }

    private static String tally(Map<Paper, Audit> audits) {
        List<Verdict> verdicts = audits.values().stream()
                .flatMap(audit -> audit.findings().stream())
                .map(Finding::verdict)
                .toList();
        String counts = Arrays.stream(Verdict.values())
                .filter(verdicts::contains)
                .map(verdict -> Collections.frequency(verdicts, verdict) + " " + verdict.id())
                .collect(Collectors.joining(", "));
        return verdicts.size() + (verdicts.size() == 1 ? " claim" : " claims") + " of " + audits.size()
                + (audits.size() == 1 ? " paper" : " papers") + (counts.isEmpty() ? "" : ": " + counts) + ".";
    }

    private static void text(DocumentBuilder document, Map<Paper, Audit> audits) {
        document.heading(1, "What papers claim of compute");
        document.paragraph(tally(audits));
        audits.forEach((paper, audit) -> {
            document.heading(2, paper.title());
            if (audit.findings().isEmpty()) {
                document.paragraph("Reports no figure of compute.");
            }
            ClaimText.summary(document, audit.findings());
            List<String> sentences = new ArrayList<>();
            audit.arithmetic().stream().map(Sentences::arithmetic).distinct().forEach(sentences::add);
            audit.findings().forEach(each -> sentences.add(Sentences.verdict(each)));
            document.bullets(sentences);
        });
    }
}
