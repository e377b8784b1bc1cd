package org.corehours.cli;

import java.io.IOException;
import java.nio.file.Files;
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
        checkFormat(command, without);
        OutputFile.check(file, inputs);
    }

    private void checkFormat(BaseCommand command, ReportFormat... without) {
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
    }

    /**
     * The same for several reports, which go to files of a folder; makes the folder.
     *
     * @param command the command
     * @param inputs what it reads
     */
    void checkFolder(BaseCommand command, List<String> inputs) {
        checkFormat(command);
        if (file == null) {
            throw new UsageException(inputs.size() + " papers have a file each. Name a folder for them: -o FOLDER/");
        }
        try {
            Files.createDirectories(file);
        } catch (IOException e) {
            throw new UsageException("Cannot write to " + file + ": it is no folder, and none can be made there.", e);
        }
    }

    /**
     * Writes a report.
     *
     * @param command the command
     * @param report the report
     */
    void write(BaseCommand command, ReportForms report) {
        int drawn = write(command, report, file, charts);
        if (file != null) {
            command.say("Wrote " + file + ".");
        }
        if (charts != null) {
            command.say("Wrote " + drawn + " charts to " + charts + ".");
        }
    }

    /**
     * Writes one of several reports into the folder; may be called by several threads.
     *
     * @param command the command
     * @param name what its file is named by
     * @param report the report
     */
    void write(BaseCommand command, String name, ReportForms report) {
        if (file != null) {
            write(
                    command,
                    report,
                    file.resolve(name + "." + format(command).ending()),
                    charts == null ? null : charts.resolve(name));
        }
    }

    /**
     * Says that several reports are written.
     *
     * @param command the command
     * @param reports how many
     */
    void told(BaseCommand command, int reports) {
        command.say("Wrote " + reports + " reports to " + file + ".");
    }

    private ReportFormat format(BaseCommand command) {
        return format != null ? format : command.json() ? ReportFormat.JSON : ReportFormat.TEXT;
    }

    /** {@return how many charts were written} */
    private int write(BaseCommand command, ReportForms report, @Nullable Path to, @Nullable Path figures) {
        ReportFormat chosen = format(command);
        Document illustrated =
                chosen == ReportFormat.HTML || figures != null ? document(DocumentBuilder.illustrated(), report) : null;
        String text = switch (chosen) {
            case TEXT -> text(command.terminal()).render(document(new DocumentBuilder(), report));
            case MARKDOWN -> new MarkdownRenderer().render(document(new DocumentBuilder(), report));
            case HTML -> new HtmlRenderer().render(illustrated == null ? new Document(List.<Block>of()) : illustrated);
            case JSON -> report.json();
            case CSV -> report.csv();
            case LATEX -> latex(report);
            case STATEMENT -> report.statement();
        };
        if (to == null) {
            command.print(text);
        } else {
            OutputFile.write(to, text);
        }
        return figures == null || illustrated == null ? 0 : ChartFiles.write(figures, illustrated);
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
