package org.corehours.cli.html;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.cli.chart.Intervals;
import org.corehours.cli.document.Block;
import org.jspecify.annotations.Nullable;

/** The content of a page in the making. */
final class Body {

    /** More parts than this are folded up, all but the first, so that a reader finds the next section. */
    private static final int OPEN_PARTS = 7;

    /** Tables with more rows than this scroll in a frame of their own. */
    private static final int LONG_TABLE = 24;

    /** Longer texts of a table are broken into lines. */
    private static final int LONG_CELL = 32;

    private final StringBuilder html = new StringBuilder();
    private int tables;

    /** The whole content of a document, title and table of contents included. */
    static String of(Sections document) {
        Body body = new Body();
        body.html
                .append("<header>\n<h1>")
                .append(Markup.escape(document.title()))
                .append("</h1>\n");
        body.blocks(document.intro(), document.title());
        body.html.append("</header>\n");
        body.contents(document.sections());
        body.html.append("<main id=\"content\">\n");
        for (int i = 0; i < document.sections().size(); i++) {
            body.section(document.sections().get(i), "section-" + (i + 1));
        }
        body.html.append("</main>\n");
        return body.html.toString();
    }

    /** The blocks of a document without title and contents, as a part of a page. */
    static String fragment(Sections document) {
        Body body = new Body();
        body.blocks(document.intro(), document.title());
        for (int i = 0; i < document.sections().size(); i++) {
            body.section(document.sections().get(i), "section-" + (i + 1));
        }
        return body.html.toString();
    }

    private void contents(List<Sections.Section> sections) {
        if (sections.size() < 2) {
            return;
        }
        html.append("<nav aria-label=\"Contents\"><ul>\n");
        for (int i = 0; i < sections.size(); i++) {
            html.append("<li><a href=\"#section-")
                    .append(i + 1)
                    .append("\">")
                    .append(Markup.escape(sections.get(i).title()))
                    .append("</a></li>\n");
        }
        html.append("</ul></nav>\n");
    }

    private void section(Sections.Section section, String id) {
        html.append("<section aria-labelledby=\"")
                .append(id)
                .append("\">\n<h2 id=\"")
                .append(id)
                .append("\">");
        html.append(Markup.escape(section.title())).append("</h2>\n");
        blocks(section.intro(), section.title());
        for (int i = 0; i < section.parts().size(); i++) {
            Sections.Part part = section.parts().get(i);
            boolean open = i == 0 || section.parts().size() <= OPEN_PARTS;
            html.append("<details class=\"part\"")
                    .append(open ? " open" : "")
                    .append("><summary><h3>")
                    .append(Markup.escape(part.title()))
                    .append("</h3></summary>\n");
            blocks(part.blocks(), part.title());
            html.append("</details>\n");
        }
        html.append("</section>\n");
    }

    /** Blocks one after the other; figures that follow each other stand side by side where there is room. */
    private void blocks(List<Block> blocks, String about) {
        int figures = 0;
        for (int i = 0; i < blocks.size(); i++) {
            if (!(blocks.get(i) instanceof Block.Figure)) {
                block(blocks.get(i), about);
                continue;
            }
            boolean last = i + 1 == blocks.size() || !(blocks.get(i + 1) instanceof Block.Figure);
            if (figures++ == 0) {
                html.append(last ? "<div class=\"figures single\">\n" : "<div class=\"figures\">\n");
            }
            block(blocks.get(i), about);
            if (last) {
                html.append("</div>\n");
                figures = 0;
            }
        }
    }

    private void block(Block block, String about) {
        if (block instanceof Block.Paragraph paragraph) {
            html.append("<p>").append(Markup.escape(paragraph.text())).append("</p>\n");
        } else if (block instanceof Block.Bullets bullets) {
            html.append("<ul>\n");
            bullets.items()
                    .forEach(item ->
                            html.append("<li>").append(Markup.escape(item)).append("</li>\n"));
            html.append("</ul>\n");
        } else if (block instanceof Block.Table table) {
            table(table, about);
        } else if (block instanceof Block.Figure figure) {
            figure(figure, about);
        }
    }

    private void figure(Block.Figure figure, String about) {
        String title = Markup.escape(figure.title());
        html.append("<figure>\n<figcaption><strong>")
                .append(title)
                .append("</strong> ")
                .append(Markup.escape(figure.caption()))
                .append("</figcaption>\n<div class=\"chart\" role=\"img\" aria-label=\"Chart: ")
                .append(title)
                .append(", ")
                .append(Markup.escape(about))
                .append(". ")
                .append(Markup.escape(figure.chart().summary()))
                .append("\"><script type=\"application/json\">")
                .append(Markup.json(figure.chart().json()))
                .append("</script></div>\n");
        Block.@Nullable Table table = figure.table();
        if (table == null) {
            html.append("<p class=\"note\">The figures are in the table that follows.</p>\n");
        } else {
            html.append("<details class=\"figures-table\"><summary>The figures as a table</summary>\n");
            table(table, figure.title() + ", " + about);
            html.append("</details>\n");
        }
        html.append("</figure>\n");
    }

    private void table(Block.Table table, String about) {
        String id = "table-" + ++tables;
        html.append("<div class=\"scroll")
                .append(table.rows().size() > LONG_TABLE ? " long" : "")
                .append("\" role=\"region\" tabindex=\"0\" aria-labelledby=\"")
                .append(id)
                .append("\">\n<table>\n<caption id=\"")
                .append(id)
                .append("\">Table ")
                .append(tables)
                .append(": ")
                .append(Markup.escape(about))
                .append("</caption>\n");
        boolean titled = table.columns().stream().anyMatch(each -> !each.title().isEmpty());
        if (titled) {
            html.append("<thead><tr>");
            for (Block.Column column : table.columns()) {
                html.append("<th scope=\"col\"")
                        .append(column.right() ? " class=\"number\"" : "")
                        .append('>')
                        .append(Markup.escape(column.title()))
                        .append("</th>");
            }
            html.append("</tr></thead>\n");
        }
        boolean[] words = new boolean[table.columns().size()];
        for (int i = 0; i < words.length; i++) {
            int column = i;
            words[i] = !table.columns().get(i).right()
                    && table.rows().stream().anyMatch(row -> row.get(column).length() > LONG_CELL);
        }
        html.append("<tbody>\n");
        for (List<String> row : table.rows()) {
            html.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                cell(row.get(i), table.columns().get(i), i == 0, words[i]);
            }
            html.append("</tr>\n");
        }
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private void cell(String text, Block.Column column, boolean heads, boolean words) {
        Intervals.Tone tone = column.tone(text);
        String style = Stream.of(
                        column.right() ? "number" : "",
                        words ? "words" : "",
                        tone == Intervals.Tone.NEUTRAL ? "" : tone.id())
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(" "));
        html.append(heads ? "<th scope=\"row\"" : "<td")
                .append(style.isEmpty() ? "" : " class=\"" + style + "\"")
                .append('>')
                .append(Markup.escape(text))
                .append(heads ? "</th>" : "</td>");
    }
}
