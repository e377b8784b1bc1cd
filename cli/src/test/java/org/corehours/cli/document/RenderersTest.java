package org.corehours.cli.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block.Column;
import org.junit.jupiter.api.Test;

class RenderersTest {

    private static final Document DOCUMENT = new DocumentBuilder()
            .heading(1, "A report")
            .paragraph("One  line\nof text.")
            .heading(3, "Part")
            .bullets(List.of("first", "second"))
            .table(
                    List.of(Column.text("name"), Column.number("value")),
                    List.of(List.of("a_b", "1"), List.of("c|d", "23")))
            .build();

    @Test
    void text() {
        assertThat(new TextRenderer(80, false).render(DOCUMENT)).isEqualTo("""
                A report
                ========

                One line of text.

                Part

                - first
                - second

                name  value
                ----  -----
                a_b       1
                c|d      23
                """);
    }

    @Test
    void headingsAreBoldOnATerminal() {
        assertThat(new TextRenderer(80, true).render(DOCUMENT)).startsWith("\u001B[1mA report\u001B[0m\n========\n");
    }

    @Test
    void markdownKeepsMarkupAsText() {
        assertThat(new MarkdownRenderer().render(DOCUMENT)).isEqualTo("""
                # A report

                One line of text.

                ### Part

                - first
                - second

                | name | value |
                | --- | ---: |
                | a\\_b | 1 |
                | c\\|d | 23 |
                """);
    }

    @Test
    void wideTablesAreWrappedInTheirTextColumns() {
        String text = new TextRenderer(80, false)
                .render(new DocumentBuilder()
                        .table(
                                List.of(Column.text("what"), Column.number("how much")),
                                List.of(List.of("word ".repeat(40).strip(), "1")))
                        .build());
        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
        assertThat(text.lines()).hasSizeGreaterThan(3);
    }

    private static final Document JUDGED = new DocumentBuilder()
            .table(
                    List.of(
                            Column.text("claim"),
                            Column.number("claimed"),
                            Column.number("estimate of the laws"),
                            Column.words("verdict", Map.of("consistent", Intervals.Tone.AGREES))),
                    List.of(
                            List.of("one-claim", "12 h", "10.5 h (8.1 – 13.2)", "consistent"),
                            List.of("two-claims", "16 × 4 µs", "", "undetermined")))
            .build();

    @Test
    void aTableThatIsTooWideIsAListOfItsRows() {
        assertThat(new TextRenderer(40, false).render(JUDGED)).isEqualTo("""
                one-claim
                  claimed: 12 h
                  estimate of the laws: 10.5 h (8.1 –
                    13.2)
                  verdict: consistent
                two-claims
                  claimed: 16 × 4 µs
                  verdict: undetermined
                """);
    }

    @Test
    void colourRepeatsWhatAWordSays() {
        String styled = new TextRenderer(80, true).render(JUDGED);
        assertThat(styled).contains("\u001B[32mconsistent\u001B[0m").doesNotContain("\u001B[32mundetermined");
        assertThat(styled.replaceAll("\u001B\\[[0-9]+m", "")).isEqualTo(new TextRenderer(80, false).render(JUDGED));
    }

    @Test
    void asciiSaysTheSame() {
        String text = new TextRenderer(80, false, true).render(JUDGED);
        assertThat(text.chars()).allMatch(each -> each < 128);
        assertThat(text).contains("(8.1 - 13.2)", "16 x 4 us");
        assertThat(Ascii.of("Zoë █░ ≥ →")).isEqualTo("Zoe #- >= ->");
    }

    @Test
    void wordsThatAreTooLongAreBrokenAtAHyphen() {
        assertThat(TextRenderer.wrap("ibot-s-10x96-800-hours", 20)).containsExactly("ibot-s-10x96-800-", "hours");
        assertThat(TextRenderer.wrap("abcdefghij", 4)).containsExactly("abcd", "efgh", "ij");
        assertThat(TextRenderer.wrap("one two three", 7)).containsExactly("one two", "three");
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> new Block.Table(List.of(Column.text("a")), List.of(List.of("1", "2"))))
                .hasMessageContaining("needs 1 cells");
    }
}
