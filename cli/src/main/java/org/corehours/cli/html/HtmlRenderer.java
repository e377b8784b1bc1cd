package org.corehours.cli.html;

import java.util.List;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Document;
import org.corehours.cli.document.DocumentRenderer;

/**
 * A page in one file. It loads nothing: styles, scripts and the chart library are in it, and a content security policy
 * admits no script but these. Without scripts everything but the charts is there.
 */
public final class HtmlRenderer implements DocumentRenderer {

    @Override
    public String render(Document document) {
        Sections sections = Sections.of(document);
        List<String> scripts = document.blocks().stream().anyMatch(Block.Figure.class::isInstance)
                ? List.of(
                        PageResource.text(PageResource.CHART_LIBRARY),
                        PageResource.text(PageResource.DRAWING),
                        PageResource.text("charts.js"))
                : List.of();
        StringBuilder admitted = new StringBuilder();
        StringBuilder elements = new StringBuilder();
        for (String script : scripts) {
            admitted.append(' ').append(PageResource.admission(script));
            elements.append("<script>").append(script).append("</script>\n");
        }
        return fill(
                PageResource.text("page.html"),
                List.of(
                        new Slot(
                                "admitted",
                                scripts.isEmpty()
                                        ? "'none'"
                                        : admitted.toString().strip()),
                        new Slot("title", Markup.escape(sections.title())),
                        new Slot("style", PageResource.text(PageResource.STYLE)),
                        new Slot("notice", scripts.isEmpty() ? "" : PageResource.text("notice.html")),
                        new Slot("body", Body.of(sections)),
                        new Slot("scripts", elements.toString())));
    }

    /**
     * A document as a part of another page, which brings style, scripts and title.
     *
     * @param document the document
     * @return its blocks
     */
    public static String fragment(Document document) {
        return Body.fragment(Sections.of(document));
    }

    private record Slot(String name, String text) {}

    /** Puts texts into their places, which stand in this order, so that no text is searched for places. */
    private static String fill(String template, List<Slot> slots) {
        StringBuilder page = new StringBuilder();
        int from = 0;
        for (Slot slot : slots) {
            String mark = "{{" + slot.name() + "}}";
            int at = template.indexOf(mark, from);
            if (at < 0) {
                throw new IllegalStateException("The page's template lacks " + mark + " behind position " + from + ".");
            }
            page.append(template, from, at).append(slot.text());
            from = at + mark.length();
        }
        return page.append(template, from, template.length()).toString();
    }
}
