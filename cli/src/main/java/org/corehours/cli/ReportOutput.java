package org.corehours.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.LatexRenderer;
import org.corehours.cli.document.MarkdownRenderer;
import org.corehours.cli.document.TextRenderer;
import org.corehours.cli.html.HtmlRenderer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a report goes, and in which format. */
final class ReportOutput {

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "text, markdown, html, json, csv (one figure a line), latex (tables for booktabs) or statement"
                            + " (a paragraph for an appendix), as far as the command has it; text if not given.")
    private @Nullable ReportFormat format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file, whole or not at all.")
    private @Nullable Path file;

    @Option(
            names = "--charts",
            paramLabel = "FOLDER",
            description = "Write each chart of the report as an SVG image, too.")
    private @Nullable Path charts;

    /**
     * Fails early where --json and --format ask for two formats, for one that there is not, or the file
     * cannot be written.
     *
     * @param command the command
     * @param inputs what it reads, which is not written over
     * @param without formats that the command does not have
     */
    void check(BaseCommand command, List<String> inputs, ReportFormat... without) {
        if (format != null && command.json() && format != ReportFormat.JSON) {
            throw new UsageException("--json and --format " + format.id() + " ask for two formats. Keep one.");
        }
        List<ReportFormat> missing = Arrays.asList(without);
        if (format != null && missing.contains(format)) {
            throw new UsageException("There is no --format " + format.id() + " of this; there is "
                    + Arrays.stream(ReportFormat.values())
                            .filter(each -> !missing.contains(each))
                            .map(ReportFormat::id)
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        OutputFile.check(file, inputs);
    }

    /**
     * Writes a report.
     *
     * @param command the command
     * @param report the report
     */
    void write(BaseCommand command, ReportForms report) {
        ReportFormat chosen = format != null ? format : command.json() ? ReportFormat.JSON : ReportFormat.TEXT;
        Document illustrated =
                chosen == ReportFormat.HTML || charts != null ? document(DocumentBuilder.illustrated(), report) : null;
        String text = switch (chosen) {
            case TEXT -> text(command.terminal()).render(document(new DocumentBuilder(), report));
            case MARKDOWN -> new MarkdownRenderer().render(document(new DocumentBuilder(), report));
            case HTML -> new HtmlRenderer().render(illustrated == null ? new Document(List.<Block>of()) : illustrated);
            case JSON -> report.json();
            case CSV -> report.csv();
            case LATEX -> latex(report);
            case STATEMENT -> report.statement();
        };
        if (file == null) {
            command.print(text);
        } else {
            OutputFile.write(file, text);
            command.say("Wrote " + file + ".");
        }
        if (charts != null && illustrated != null) {
            command.say("Wrote " + ChartFiles.write(charts, illustrated) + " charts to " + charts + ".");
        }
    }

    private static Document document(DocumentBuilder document, ReportForms report) {
        report.document(document);
        return document.build();
    }

    private static String latex(ReportForms report) {
        DocumentBuilder document = new DocumentBuilder();
        report.tables(document);
        return new LatexRenderer().render(document.build());
    }

    private TextRenderer text(Terminal terminal) {
        return file == null ? terminal.renderer() : new TextRenderer(terminal.width(), false);
    }
}
