package org.corehours.cli.document;

import java.util.List;
import java.util.stream.Collectors;

/** GitHub's Markdown. */
public final class MarkdownRenderer implements DocumentRenderer {

    @Override
    public String render(Document document) {
        return document.blocks().stream()
                .filter(block -> !(block instanceof Block.Figure))
                .map(MarkdownRenderer::render)
                .collect(Collectors.joining("\n"));
    }

    private static String render(Block block) {
        if (block instanceof Block.Heading heading) {
            return "#".repeat(heading.level()) + " " + escape(heading.text()) + "\n";
        }
        if (block instanceof Block.Bullets bullets) {
            return bullets.items().stream()
                    .map(item -> "- " + escape(item) + "\n")
                    .collect(Collectors.joining());
        }
        if (block instanceof Block.Table table) {
            return row(table.columns().stream().map(Block.Column::title).toList())
                    + table.columns().stream()
                            .map(column -> column.right() ? " ---: |" : " --- |")
                            .collect(Collectors.joining("", "|", "\n"))
                    + table.rows().stream().map(MarkdownRenderer::row).collect(Collectors.joining());
        }
        return escape(((Block.Paragraph) block).text()) + "\n";
    }

    private static String row(List<String> cells) {
        return cells.stream()
                .map(cell -> " " + escape(cell).replace("|", "\\|") + " |")
                .collect(Collectors.joining("", "|", "\n"));
    }

    /** Keeps what would be markup as text. */
    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("*", "\\*")
                .replace("_", "\\_")
                .replace("`", "\\`")
                .replace("<", "&lt;")
                .replace("\n", " ");
    }
}
