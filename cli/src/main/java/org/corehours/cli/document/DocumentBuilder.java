package org.corehours.cli.document;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.corehours.spec.PrintableText;

/** Writes a document from top to bottom. */
public final class DocumentBuilder {

    private final List<Block> blocks = new ArrayList<>();
    private final boolean illustrated;

    private DocumentBuilder(boolean illustrated) {
        this.illustrated = illustrated;
    }

    /** A document of words and tables. */
    public DocumentBuilder() {
        this(false);
    }

    /** {@return the builder of a document with charts} */
    public static DocumentBuilder illustrated() {
        return new DocumentBuilder(true);
    }

    /**
     * Adds a heading.
     *
     * @param level 1 for the title, 2 and 3 below it
     * @param text one line
     * @return this
     */
    public DocumentBuilder heading(int level, String text) {
        blocks.add(new Block.Heading(level, line(text)));
        return this;
    }

    /**
     * Adds running text.
     *
     * @param text the text; nothing is added if it is blank
     * @return this
     */
    public DocumentBuilder paragraph(String text) {
        if (!text.isBlank()) {
            blocks.add(new Block.Paragraph(PrintableText.of(text.strip().replaceAll("\\s+", " "))));
        }
        return this;
    }

    /**
     * Adds a list.
     *
     * @param items its items; nothing is added if there are none
     * @return this
     */
    public DocumentBuilder bullets(List<String> items) {
        if (!items.isEmpty()) {
            blocks.add(new Block.Bullets(lines(items)));
        }
        return this;
    }

    /**
     * Adds a table.
     *
     * @param columns its columns
     * @param rows its rows; nothing is added if there are none
     * @return this
     */
    public DocumentBuilder table(List<Block.Column> columns, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            blocks.add(new Block.Table(
                    columns, rows.stream().map(DocumentBuilder::lines).toList()));
        }
        return this;
    }

    /** {@return whether the document has charts} */
    public boolean isIllustrated() {
        return illustrated;
    }

    /**
     * Adds charts if the document has any.
     *
     * @param figures makes them; not asked otherwise
     * @return this
     */
    public DocumentBuilder figures(Supplier<List<Block.Figure>> figures) {
        if (illustrated) {
            blocks.addAll(figures.get());
        }
        return this;
    }

    /** Texts of others, which may hold line ends and what steers a terminal. */
    private static List<String> lines(List<String> texts) {
        return texts.stream().map(DocumentBuilder::line).toList();
    }

    private static String line(String text) {
        return PrintableText.of(text).replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
    }

    /** {@return the document written so far} */
    public Document build() {
        return new Document(blocks);
    }
}
