package org.corehours.cli;

import java.nio.file.Path;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.MarkdownRenderer;
import org.corehours.cli.document.TextRenderer;
import org.corehours.cli.html.HtmlRenderer;
import org.corehours.cli.report.PaperJson;
import org.corehours.cli.report.PaperText;
import org.corehours.core.audit.Audit;
import org.corehours.papers.Paper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

    @Option(names = "--format", paramLabel = "text|markdown|html|json", description = "The format; text if not given.")
    private @Nullable ReportFormat format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file, whole or not at all.")
    private @Nullable Path file;

    ReportCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ReportFormat chosen = format();
        Paper read = Lookups.paper(paper);
        Audit audit = Audits.of(read);
        String text = switch (chosen) {
            case TEXT -> text().render(PaperText.report(read, audit, new DocumentBuilder()));
            case MARKDOWN -> new MarkdownRenderer().render(PaperText.report(read, audit, new DocumentBuilder()));
            case HTML -> new HtmlRenderer().render(PaperText.report(read, audit, DocumentBuilder.illustrated()));
            case JSON -> PaperJson.report(read, audit);
        };
        if (file == null) {
            print(text);
        } else {
            OutputFile.write(file, text);
            say("Wrote " + file + ".");
        }
        return ExitCode.DONE;
    }

    private ReportFormat format() {
        if (format == null) {
            return json() ? ReportFormat.JSON : ReportFormat.TEXT;
        }
        if (json() && format != ReportFormat.JSON) {
            throw new UsageException("--json and --format " + format + " ask for two formats. Keep one.");
        }
        return format;
    }

    private TextRenderer text() {
        return new TextRenderer(terminal().width(), terminal().styled() && file == null);
    }
}
