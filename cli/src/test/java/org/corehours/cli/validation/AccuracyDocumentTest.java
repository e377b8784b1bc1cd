package org.corehours.cli.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.corehours.cli.document.MarkdownRenderer;
import org.junit.jupiter.api.Test;

class AccuracyDocumentTest {

    private static final List<String> TABLES = List.of(
            "all-reduce.csv",
            "gpt-steps.csv",
            "kernels-llm.csv",
            "kernels-products.csv",
            "kernels-rows.csv",
            "language-models.csv",
            "maxtext.csv",
            "published-runs.csv");

    private static List<String> lines() {
        return new MarkdownRenderer()
                .render(AccuracyDocument.of(TABLES.stream()
                        .map(name -> Validation.of(KernelLayoutTest.table(name)))
                        .toList()))
                .lines()
                .toList();
    }

    @Test
    void everyTableHasItsSectionAndSaysWhereItComesFrom() {
        List<String> lines = lines();
        assertThat(lines.get(0)).isEqualTo("# How well it does");
        assertThat(lines.stream().filter(each -> each.startsWith("## "))).hasSize(TABLES.size());
        assertThat(lines.stream().filter(each -> each.startsWith("Source: "))).hasSize(TABLES.size());
        assertThat(lines).anyMatch(each -> each.contains("validate FOLDER --accuracy"));
        assertThat(lines).noneMatch(each -> each.contains("NaN") || each.contains("null") || each.contains("Infinity"));
    }

    @Test
    void everyRowOfATableHasAsManyCellsAsItsHead() {
        List<String> lines = lines();
        int tables = 0;
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).matches("\\|[ :|-]+\\|")) {
                tables++;
                long cells = bars(lines.get(i));
                for (int row = i - 1; row < lines.size() && lines.get(row).startsWith("|"); row++) {
                    assertThat(bars(lines.get(row))).as(lines.get(row)).isEqualTo(cells);
                }
            }
        }
        assertThat(tables).isGreaterThan(TABLES.size());
    }

    private static long bars(String line) {
        return line.replace("\\|", "").chars().filter(each -> each == '|').count();
    }

    @Test
    void rowsThatConstantsWereFittedToAreNotCounted() {
        Validation validation = Validation.of(KernelLayoutTest.table("kernels-products.csv"));
        long leftOut = validation.leftOut().size();
        assertThat(leftOut).isBetween(1L, validation.predictions().size() - 1L);
        assertThat(lines())
                .anyMatch(each -> each.contains("the " + leftOut + " that were left out of fits are counted"));
    }

    @Test
    void everyMechanismBelongsToAKnownLayout() {
        assertThat(Mechanisms.all())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(Stream.concat(Layouts.all().stream(), Layouts.ofKernels().stream())
                                .map(TableLayout::description))
                        .as(each.name())
                        .anyMatch(description ->
                                each.layout().matcher(description).find()));
    }
}
