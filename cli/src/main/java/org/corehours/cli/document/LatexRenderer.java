package org.corehours.cli.document;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of a document for LaTeX with the package booktabs; words between them are left out. */
public final class LatexRenderer implements DocumentRenderer {

    /** Longer texts are set in a column that breaks lines. */
    private static final int LONGEST_LINE = 34;

    /** What has another meaning in LaTeX, or no letter in its fonts. */
    private static final Map<Character, String> SPECIAL = Map.ofEntries(
            Map.entry('\\', "\\textbackslash{}"),
            Map.entry('{', "\\{"),
            Map.entry('}', "\\}"),
            Map.entry('$', "\\$"),
            Map.entry('&', "\\&"),
            Map.entry('#', "\\#"),
            Map.entry('%', "\\%"),
            Map.entry('_', "\\_"),
            Map.entry('^', "\\textasciicircum{}"),
            Map.entry('~', "\\textasciitilde{}"),
            Map.entry('<', "\\textless{}"),
            Map.entry('>', "\\textgreater{}"),
            Map.entry('|', "\\textbar{}"),
            Map.entry('"', "''"),
            Map.entry('\n', " "),
            Map.entry('–', "--"),
            Map.entry('—', "---"),
            Map.entry('…', "\\ldots{}"),
            Map.entry('“', "``"),
            Map.entry('”', "''"),
            Map.entry('×', "$\\times$"),
            Map.entry('·', "$\\cdot$"),
            Map.entry('−', "$-$"),
            Map.entry('±', "$\\pm$"),
            Map.entry('≈', "$\\approx$"),
            Map.entry('≤', "$\\leq$"),
            Map.entry('≥', "$\\geq$"),
            Map.entry('→', "$\\rightarrow$"),
            Map.entry('²', "$^2$"),
            Map.entry('µ', "$\\mu$"),
            Map.entry('█', ""),
            Map.entry('░', ""));

    @Override
    public String render(Document document) {
        StringBuilder text = new StringBuilder("% Needs \\usepackage{booktabs}.\n");
        String title = "";
        String section = "";
        int tables = 0;
        for (Block block : document.blocks()) {
            if (block instanceof Block.Heading heading) {
                if (heading.level() == 1) {
                    title = heading.text();
                } else {
                    section = heading.text();
                }
            } else if (block instanceof Block.Table table) {
                table(text.append('\n'), table, section.isEmpty() ? title : title + ": " + section, ++tables);
            }
        }
        return text.toString();
    }

    private static void table(StringBuilder text, Block.Table table, String caption, int number) {
        text.append("\\begin{table}\n  \\centering\n  \\small\n  \\caption{")
                .append(escape(caption))
                .append("}\n  \\label{tab:compute-")
                .append(number)
                .append("}\n  \\begin{tabular}{");
        for (int i = 0; i < table.columns().size(); i++) {
            int column = i;
            boolean wide = table.rows().stream().anyMatch(row -> row.get(column).length() > LONGEST_LINE);
            text.append(table.columns().get(i).right() ? "r" : wide ? "p{5cm}" : "l");
        }
        text.append("}\n    \\toprule\n");
        List<String> titles = table.columns().stream().map(Block.Column::title).toList();
        if (titles.stream().anyMatch(each -> !each.isEmpty())) {
            text.append(row(titles)).append("    \\midrule\n");
        }
        table.rows().forEach(row -> text.append(row(row)));
        text.append("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n");
    }

    private static String row(List<String> cells) {
        return cells.stream().map(LatexRenderer::escape).collect(Collectors.joining(" & ", "    ", " \\\\\n"));
    }

    /** A text that LaTeX prints as it is. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char each : text.replace(" %", "\u202f%").toCharArray()) {
            escaped.append(each == '\u202f' ? "\\," : SPECIAL.getOrDefault(each, String.valueOf(each)));
        }
        return escaped.toString();
    }
}
