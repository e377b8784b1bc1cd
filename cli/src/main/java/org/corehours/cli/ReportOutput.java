package org.corehours.cli;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.MarkdownRenderer;
import org.corehours.cli.document.TextRenderer;
import org.corehours.cli.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a report goes, and in which format. */
final class ReportOutput {

    @Option(names = "--format", paramLabel = "text|markdown|html|json", description = "The format; text if not given.")
    private @Nullable ReportFormat format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file, whole or not at all.")
    private @Nullable Path file;

    /** Fails early where --json and --format ask for two formats. */
    void check(BaseCommand command) {
        if (format != null && command.json() && format != ReportFormat.JSON) {
            throw new UsageException("--json and --format " + format + " ask for two formats. Keep one.");
        }
    }

    /**
     * Writes a report.
     *
     * @param command the command
     * @param content writes the report to a document
     * @param json makes its JSON
     */
    void write(BaseCommand command, Consumer<DocumentBuilder> content, Supplier<String> json) {
        ReportFormat chosen = format != null ? format : command.json() ? ReportFormat.JSON : ReportFormat.TEXT;
        DocumentBuilder document = chosen == ReportFormat.HTML ? DocumentBuilder.illustrated() : new DocumentBuilder();
        if (chosen != ReportFormat.JSON) {
            content.accept(document);
        }
        String text = switch (chosen) {
            case TEXT -> text(command.terminal()).render(document.build());
            case MARKDOWN -> new MarkdownRenderer().render(document.build());
            case HTML -> new HtmlRenderer().render(document.build());
            case JSON -> json.get();
        };
        if (file == null) {
            command.print(text);
        } else {
            OutputFile.write(file, text);
            command.say("Wrote " + file + ".");
        }
    }

    private TextRenderer text(Terminal terminal) {
        return new TextRenderer(terminal.width(), terminal.styled() && file == null);
    }
}
