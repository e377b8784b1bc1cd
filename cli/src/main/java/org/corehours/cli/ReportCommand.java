package org.corehours.cli;

import org.corehours.cli.report.PaperJson;
import org.corehours.cli.report.PaperText;
import org.corehours.core.audit.Audit;
import org.corehours.papers.Paper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reports a paper. */
@Command(
        name = "report",
        description = "Report everything about one paper: what it states, what is assumed, what its runs cost, and"
                + " whether its claims hold.",
        footer = {
            "",
            "Examples:",
            "  corehours report perceptual-group-tokenizer",
            "  corehours report ibot --format markdown -o ibot.md",
            "  corehours report ibot --format html -o ibot.html",
            "  corehours report my-paper.yaml --json"
        })
final class ReportCommand extends BaseCommand {

    @Parameters(paramLabel = "PAPER", description = "The paper: an id of 'corehours papers', or a file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String paper;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ReportOutput output;

    ReportCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        output.check(this);
        Paper read = Lookups.paper(paper);
        Audit audit = Audits.of(read);
        output.write(this, document -> PaperText.report(read, audit, document), () -> PaperJson.report(read, audit));
        return ExitCode.DONE;
    }
}
