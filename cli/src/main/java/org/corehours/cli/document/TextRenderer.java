package org.corehours.cli.document;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.corehours.cli.chart.Intervals;

/**
 * Plain text for a terminal or a file, in lines of limited width. A table that is too wide for them, its texts wrapped,
 * is written as a list of its rows.
 */
public final class TextRenderer implements DocumentRenderer {

    /** The narrowest that lines are made. */
    public static final int MIN_WIDTH = 40;

    private static final String GAP = "  ";
    private static final int NARROWEST_COLUMN = 16;
    private static final String BOLD = "\u001B[1m";
    private static final String PLAIN = "\u001B[0m";

    private final int width;
    private final boolean styled;
    private final boolean ascii;

    /**
     * @param width characters of a line; at least {@value #MIN_WIDTH} are used
     * @param styled whether headings are printed bold, and words that judge in colour, with terminal codes
     */
    public TextRenderer(int width, boolean styled) {
        this(width, styled, false);
    }

    /**
     * @param width characters of a line; at least {@value #MIN_WIDTH} are used
     * @param styled whether headings are printed bold, and words that judge in colour, with terminal codes
     * @param ascii whether characters beyond ASCII are written with those in it
     */
    public TextRenderer(int width, boolean styled, boolean ascii) {
        this.width = Math.max(MIN_WIDTH, width);
        this.styled = styled;
        this.ascii = ascii;
    }

    @Override
    public String render(Document document) {
        StringBuilder text = new StringBuilder();
        for (Block block : document.blocks()) {
            if (block instanceof Block.Figure) {
                continue;
            }
            if (text.length() > 0) {
                text.append('\n');
            }
            render(ascii ? Ascii.of(block) : block, text);
        }
        return text.toString();
    }

    private void render(Block block, StringBuilder text) {
        if (block instanceof Block.Heading heading) {
            heading(heading, text);
        } else if (block instanceof Block.Paragraph paragraph) {
            wrap(paragraph.text(), width).forEach(line -> text.append(line).append('\n'));
        } else if (block instanceof Block.Bullets bullets) {
            for (String item : bullets.items()) {
                String mark = "- ";
                for (String line : wrap(item, width - mark.length())) {
                    text.append(mark).append(line).append('\n');
                    mark = "  ";
                }
            }
        } else if (block instanceof Block.Table table) {
            table(table, text);
        }
    }

    private void heading(Block.Heading heading, StringBuilder text) {
        for (String line : wrap(heading.text(), width)) {
            text.append(styled ? BOLD + line + PLAIN : line).append('\n');
        }
        if (heading.level() <= 2) {
            String mark = heading.level() == 1 ? "=" : "-";
            text.append(mark.repeat(Math.min(width, heading.text().length()))).append('\n');
        }
    }

    private void table(Block.Table table, StringBuilder text) {
        int[] widths = widths(table);
        if (Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) > width) {
            list(table, text);
            return;
        }
        List<String> titles = table.columns().stream().map(Block.Column::title).toList();
        if (titles.stream().anyMatch(title -> !title.isEmpty())) {
            row(titles, table.columns(), widths, text);
            List<String> rules = new ArrayList<>();
            for (int each : widths) {
                rules.add("-".repeat(each));
            }
            row(rules, table.columns(), widths, text);
        }
        table.rows().forEach(row -> row(row, table.columns(), widths, text));
    }

    /** Each row as a paragraph: its first cell, and below it the others with their titles. */
    private void list(Block.Table table, StringBuilder text) {
        for (List<String> row : table.rows()) {
            for (int i = 0; i < row.size(); i++) {
                Block.Column column = table.columns().get(i);
                if (row.get(i).isEmpty()) {
                    continue;
                }
                String margin = i == 0 ? "" : GAP;
                String title = i == 0 || column.title().isEmpty() ? "" : column.title() + ": ";
                String first = margin;
                for (String line : wrap(title + row.get(i), width - 2 * GAP.length())) {
                    text.append(first).append(toned(line, row.get(i), column)).append('\n');
                    first = margin + GAP;
                }
            }
        }
    }

    /** A line with the cell in its colour. */
    private String toned(String line, String cell, Block.Column column) {
        String code = styled ? code(column.tone(cell)) : "";
        return code.isEmpty() ? line : line.replace(cell, code + cell + PLAIN);
    }

    private static String code(Intervals.Tone tone) {
        return switch (tone) {
            case NEUTRAL -> "";
            case AGREES -> "\u001B[32m";
            case OPEN -> "\u001B[33m";
            case DISAGREES -> "\u001B[31m";
        };
    }

    /**
     * Widths of the columns: as wide as needed. Where the line is too short, the widest columns are wrapped: texts between
     * words, figures before the interval that stands in brackets behind them, and titles between words.
     */
    private int[] widths(Block.Table table) {
        int columns = table.columns().size();
        int[] widths = new int[columns];
        int[] narrowest = new int[columns];
        for (int i = 0; i < columns; i++) {
            Block.Column column = table.columns().get(i);
            widths[i] = column.title().length();
            narrowest[i] = column.right() ? longestWord(column.title()) : NARROWEST_COLUMN;
            for (List<String> row : table.rows()) {
                widths[i] = Math.max(widths[i], row.get(i).length());
                for (String part : column.right() ? figures(row.get(i)) : List.<String>of()) {
                    narrowest[i] = Math.max(narrowest[i], part.length());
                }
            }
        }
        int excess = Arrays.stream(widths).sum() + GAP.length() * (columns - 1) - width;
        for (; excess > 0; excess--) {
            int widest = -1;
            for (int i = 0; i < columns; i++) {
                if (widths[i] > narrowest[i] && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return widths;
            }
            widths[widest]--;
        }
        return widths;
    }

    /** A figure and its interval. */
    private static List<String> figures(String cell) {
        return List.of(cell.split(" (?=\\()"));
    }

    private static int longestWord(String title) {
        return Arrays.stream(title.split(" ")).mapToInt(String::length).max().orElse(0);
    }

    private static List<String> lines(String cell, Block.Column column, int width) {
        boolean interval = column.right() && cell.length() > width && cell.endsWith(")");
        return interval ? figures(cell) : wrap(cell, Math.max(1, width));
    }

    private void row(List<String> cells, List<Block.Column> columns, int[] widths, StringBuilder text) {
        List<List<String>> wrapped = new ArrayList<>();
        int lines = 1;
        for (int i = 0; i < widths.length; i++) {
            wrapped.add(lines(cells.get(i), columns.get(i), widths[i]));
            lines = Math.max(lines, wrapped.get(i).size());
        }
        for (int line = 0; line < lines; line++) {
            StringBuilder one = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                List<String> cell = wrapped.get(i);
                String part = line < cell.size() ? cell.get(line) : "";
                String space = " ".repeat(Math.max(0, widths[i] - part.length()));
                one.append(i == 0 ? "" : GAP)
                        .append(toned(
                                columns.get(i).right() ? space + part : part + space, cells.get(i), columns.get(i)));
            }
            text.append(one.toString().stripTrailing()).append('\n');
        }
    }

    /** Where a word that is too long is broken: after its last hyphen or the like that fits, else where the line ends. */
    private static int breakOf(String word, int width) {
        for (int i = width; i > width / 2; i--) {
            if ("-_./".indexOf(word.charAt(i - 1)) >= 0) {
                return i;
            }
        }
        return width;
    }

    /** Breaks a text between words; a word that is longer than a line is broken itself. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            String rest = word;
            if (line.length() > 0 && line.length() + 1 + rest.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > width) {
                int end = breakOf(rest, width);
                lines.add(rest.substring(0, end));
                rest = rest.substring(end);
            }
            line.append(line.length() == 0 ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}
