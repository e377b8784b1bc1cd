package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.TextRenderer;
import org.corehours.cli.report.PaperText;
import org.corehours.cli.sweep.ProgressLine;
import org.corehours.papers.Paper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalWidthTest {

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Document report;

    @BeforeAll
    static void makeReport() {
        Paper paper = Lookups.paper("perceptual-group-tokenizer");
        DocumentBuilder document = new DocumentBuilder();
        PaperText.report(paper, Audits.of(paper), document);
        report = document.build();
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80, 200})
    void noLineIsWiderThanTheTerminal(int columns) {
        String text = new TextRenderer(columns, false).render(report);
        assertThat(text.lines()).allMatch(line -> line.length() <= columns);
        assertThat(text.replaceAll("\\s+", "")).contains("pgt-g-b-core-hours", "undetermined");
    }

    @Test
    void progressHasALineOfItsWidth() {
        for (int columns : new int[] {40, 80, 200}) {
            StringWriter err = new StringWriter();
            ProgressLine progress = new ProgressLine(new PrintWriter(err), columns, 0, 1_000_000);
            progress.accept(1_000_000);
            String line = err.toString().strip();
            assertThat(line).contains("100%", "0:00 left").hasSizeLessThan(columns);
            assertThat(line.contains("#")).isEqualTo(columns > 80);
        }
    }
}
