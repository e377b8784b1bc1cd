package org.corehours.cli.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
