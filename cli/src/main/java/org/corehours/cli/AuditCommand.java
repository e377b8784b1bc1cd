package org.corehours.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.ClaimJson;
import org.corehours.cli.report.ClaimText;
import org.corehours.cli.report.PaperJson;
import org.corehours.cli.report.Sentences;
import org.corehours.core.audit.Arithmetic;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.Finding;
import org.corehours.core.audit.Verdict;
import org.corehours.papers.Paper;
import org.corehours.papers.Papers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Audits the claims of papers. */
@Command(
        name = "audit",
        description = "Check what papers claim of compute; all built-in papers if none is named.",
        footer = {
            "",
            "Examples:",
            "  corehours audit",
            "  corehours audit ibot perceptual-group-tokenizer",
            "  corehours audit my-paper.yaml --fail-on inconsistent"
        })
final class AuditCommand extends BaseCommand {

    @Parameters(arity = "0..*", paramLabel = "PAPER", description = "The papers: ids of 'corehours papers', or files.")
    private List<String> papers = new ArrayList<>();

    @Option(
            names = "--fail-on",
            split = ",",
            paramLabel = "VERDICT",
            description = "Exit with 5 if a claim has this verdict: consistent, undetermined or inconsistent.")
    private List<Verdict> failOn = new ArrayList<>();

    AuditCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        List<String> names = papers.isEmpty() ? Papers.ids() : papers;
        Map<Paper, Audit> audits = new LinkedHashMap<>();
        names.stream().map(Lookups::paper).toList().forEach(each -> audits.put(each, Audits.of(each)));
        if (json()) {
            print(json(audits));
        } else {
            text(audits);
        }
        List<String> crossed = new ArrayList<>();
        audits.forEach((paper, audit) -> audit.findings().stream()
                .filter(finding -> failOn.contains(finding.verdict()))
                .forEach(finding -> crossed.add(paper.id() + " "
                        + finding.claim().id() + " " + finding.verdict().id())));
        if (crossed.isEmpty()) {
            return ExitCode.DONE;
        }
        say("corehours: --fail-on: " + String.join(", ", crossed));
        return ExitCode.THRESHOLD;
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

    private void text(Map<Paper, Audit> audits) {
        DocumentBuilder document = new DocumentBuilder();
        audits.forEach((paper, audit) -> {
            document.heading(2, paper.title());
            if (audit.findings().isEmpty()) {
                document.paragraph("Reports no figure of compute.");
            }
            ClaimText.summary(document, audit.findings());
            List<String> sentences = new ArrayList<>();
            audit.arithmetic().forEach(each -> sentences.add(Sentences.arithmetic(each)));
            audit.findings().forEach(each -> sentences.add(Sentences.verdict(each)));
            document.bullets(sentences);
        });
        print(document.build());
    }
}
