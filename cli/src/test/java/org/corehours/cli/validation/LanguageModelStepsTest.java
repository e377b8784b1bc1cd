package org.corehours.cli.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LanguageModelStepsTest {

    private final Validation validation = Validation.of(KernelLayoutTest.table("language-models.csv"));

    @Test
    void passesArePredictedAndTheOthersSayWhy() {
        assertThat(validation.predictions())
                .hasSize(4)
                .allSatisfy(each -> assertThat(Math.abs(each.error())).isLessThan(0.25));
        assertThat(validation.notCovered())
                .extracting(Validation.ValidatedRow::reason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("tp4"),
                        reason -> assertThat(reason).contains("switch_transformers"),
                        reason -> assertThat(reason).contains("csv:9:25: heads is not above zero"));
    }

    @Test
    void othersAreComparedOnTheSameRows() {
        assertThat(validation.comparison())
                .extracting(Errors::group)
                .containsExactly(
                        "NeuSight", "corehours, same rows as NeuSight", "roofline", "corehours, same rows as roofline");
        assertThat(validation.comparison()).extracting(Errors::n).containsExactly(4, 4, 2, 2);
    }
}
