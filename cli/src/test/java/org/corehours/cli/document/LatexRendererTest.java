package org.corehours.cli.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corehours.cli.document.Block.Column;
import org.junit.jupiter.api.Test;

class LatexRendererTest {

    @Test
    void aTableForBooktabs() {
        Document document = new DocumentBuilder()
                .heading(1, "A & B")
                .paragraph("Words are left out.")
                .heading(2, "runs")
                .table(
                        List.of(Column.text("run_id"), Column.number("share"), Column.text("why")),
                        List.of(List.of(
                                "a_b", "12.5 % (3 – 20)", "word ".repeat(9).strip())))
                .build();
        assertThat(new LatexRenderer().render(document)).isEqualTo("""
                % Needs \\usepackage{booktabs}.

                \\begin{table}
                  \\centering
                  \\small
                  \\caption{A \\& B: runs}
                  \\label{tab:compute-1}
                  \\begin{tabular}{lrp{5cm}}
                    \\toprule
                    run\\_id & share & why \\\\
                    \\midrule
                    a\\_b & 12.5\\,\\% (3 -- 20) & word word word word word word word word word \\\\
                    \\bottomrule
                  \\end{tabular}
                \\end{table}
                """);
    }

    @Test
    void everyCharacterOfMeaningIsText() {
        assertThat(LatexRenderer.escape("\\ { } $ & # _ ^ ~ < > | \" × ≥"))
                .isEqualTo(
                        "\\textbackslash{} \\{ \\} \\$ \\& \\# \\_ \\textasciicircum{} \\textasciitilde{} \\textless{}"
                                + " \\textgreater{} \\textbar{} '' $\\times$ $\\geq$");
    }
}
