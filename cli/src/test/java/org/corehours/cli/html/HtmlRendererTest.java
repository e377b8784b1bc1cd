package org.corehours.cli.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.cli.chart.Bars;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.document.MarkdownRenderer;
import org.corehours.cli.document.TextRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class HtmlRendererTest {

    private static final String ATTACK = "</script><script>alert('\"1\" & 2')</script><!-- {{body}} -->";

    private static DocumentBuilder everywhere(DocumentBuilder document, String text) {
        Block.Table table = new Block.Table(
                List.of(Column.text(text), Column.number("value")), List.of(List.of(text, "1"), List.of("two", text)));
        return document.heading(1, text)
                .paragraph(text)
                .heading(2, text)
                .bullets(List.of(text))
                .heading(3, text)
                .table(table.columns(), table.rows())
                .figures(() -> List.of(new Block.Figure(
                        text,
                        text,
                        new Bars(text, List.of(text), List.of(new Bars.Row(text, List.of(new Bars.Bar(1, text))))),
                        table)));
    }

    private static Document page(org.corehours.cli.document.Document document) {
        return Jsoup.parse(new HtmlRenderer().render(document));
    }

    @Test
    void textStaysTextWhereverItStands() {
        Document page = page(everywhere(DocumentBuilder.illustrated(), ATTACK).build());
        assertThat(page.title()).isEqualTo(ATTACK);
        assertThat(page.select("h1, h2, h3, header p, main li, nav a, thead th:first-child, figcaption strong")
                        .eachText())
                .isNotEmpty()
                .allMatch(ATTACK::equals);
        assertThat(page.select("div.chart").attr("aria-label")).contains(ATTACK);
        assertThat(page.select("script:not([type])"))
                .as("the library, what charts look like, and where they stand")
                .hasSize(3);
        assertThat(page.select("script[type=application/json]")).hasSize(1);
        assertThat(page.select("script").last().html()).startsWith("'use strict'");
    }

    @Test
    void everyTableHasHeadersACaptionAndAPlaceToScroll() {
        Document page = page(everywhere(DocumentBuilder.illustrated(), "text").build());
        assertThat(page.select("table")).hasSize(2).allSatisfy(table -> {
            assertThat(table.select("caption").text()).isNotBlank();
            assertThat(table.select("thead th[scope=col]")).hasSize(2);
            assertThat(table.select("tbody tr"))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.select("th[scope=row]")).hasSize(1));
            Element region = table.parent();
            assertThat(region.attr("role")).isEqualTo("region");
            assertThat(region.attr("tabindex")).isEqualTo("0");
            assertThat(page.getElementById(region.attr("aria-labelledby"))).isNotNull();
        });
        assertThat(page.select("tbody td.number").eachText()).containsExactly("1", "text", "1", "text");
    }

    @Test
    void thePolicyAdmitsTheScriptsOfThePageAndNoOther() {
        Document page = page(everywhere(DocumentBuilder.illustrated(), "text").build());
        String policy = page.select("meta[http-equiv=Content-Security-Policy]").attr("content");
        assertThat(policy).startsWith("default-src 'none'; script-src 'sha256-").doesNotContain("script-src 'unsafe");
        page.select("script:not([type])")
                .forEach(script -> assertThat(policy).contains(PageResource.admission(script.data())));
    }

    @Test
    void aPageWithoutFiguresHasNoScripts() {
        Document page = page(everywhere(new DocumentBuilder(), "text").build());
        assertThat(page.select("script, figure")).isEmpty();
        assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
                .contains("script-src 'none'");
    }

    @Test
    void otherFormatsLeaveFiguresOut() {
        org.corehours.cli.document.Document with =
                everywhere(DocumentBuilder.illustrated(), "text").build();
        org.corehours.cli.document.Document without =
                everywhere(new DocumentBuilder(), "text").build();
        assertThat(new TextRenderer(80, false).render(with)).isEqualTo(new TextRenderer(80, false).render(without));
        assertThat(new MarkdownRenderer().render(with)).isEqualTo(new MarkdownRenderer().render(without));
    }
}
