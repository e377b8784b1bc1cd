package org.corehours.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.report.ClaimText;
import org.corehours.cli.report.ComputeStatement;
import org.corehours.cli.report.FiguresCsv;
import org.corehours.cli.report.PaperJson;
import org.corehours.cli.report.PaperText;
import org.corehours.cli.report.RunText;
import org.corehours.core.audit.Audit;
import org.corehours.papers.Paper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reports a paper. */
@Command(
        name = "report",
        description =
                "Report everything about a paper: what it states, what is assumed, what its runs cost, and whether"
                        + " its claims hold.",
        footer = {
            "",
            "Examples:",
            "  corehours report perceptual-group-tokenizer",
            "  corehours report ibot --format markdown -o ibot.md",
            "  corehours report ibot --format html -o ibot.html",
            "  corehours report ibot peco --format html -o reports/",
            "  corehours report ibot --format statement",
            "  corehours report ibot --format latex -o compute.tex --charts figures/",
            "  corehours report my-paper.yaml --json"
        })
final class ReportCommand extends BaseCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "PAPER",
            description = "The paper: an id of 'corehours papers', or a file; several go to a folder, -o FOLDER/.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<String> papers;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ReportOutput output;

    ReportCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (papers.size() > 1) {
            output.checkFolder(this, papers);
            List<Paper> read = papers.stream().map(Lookups::paper).toList();
            checkIds(read);
            Runnable progress = progress(read.size());
            // Papers have nothing to do with each other.
            read.parallelStream().forEach(each -> {
                output.write(this, each.id(), forms(each));
                progress.run();
            });
            output.told(this, read.size());
            return ExitCode.DONE;
        }
        output.check(this, papers);
        output.write(this, forms(Lookups.paper(papers.get(0))));
        return ExitCode.DONE;
    }

    private static Forms forms(Paper paper) {
        return new Forms(paper, Audits.of(paper));
    }

    /** Each paper has a file of its own, named by its id. */
    private static void checkIds(List<Paper> papers) {
        Set<String> ids = new HashSet<>();
        for (Paper each : papers) {
            if (!ids.add(each.id())) {
                throw new UsageException("Two of the papers have the id " + each.id()
                        + ", and so the same file. Give each paper once, or report them apart.");
            }
        }
    }

    private record Forms(Paper paper, Audit audit) implements ReportForms {

        @Override
        public void document(DocumentBuilder document) {
            PaperText.report(paper, audit, document);
        }

        @Override
        public String json() {
            return PaperJson.report(paper, audit);
        }

        @Override
        public void tables(DocumentBuilder document) {
            document.heading(1, paper.title()).heading(2, "claims of compute");
            ClaimText.summary(document, audit.findings());
            document.heading(2, "estimated compute of the runs");
            RunText.summary(document, audit.runs());
        }

        @Override
        public String csv() {
            FiguresCsv csv = new FiguresCsv();
            audit.findings()
                    .forEach(each ->
                            csv.claim(paper.id(), each, audit.run(each.claim().run())));
            audit.runs().forEach(each -> csv.run(paper.id(), each));
            return csv.toString();
        }

        @Override
        public String statement() {
            return ComputeStatement.of(audit);
        }
    }
}
