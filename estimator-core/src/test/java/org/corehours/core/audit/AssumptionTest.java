package org.corehours.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.corehours.core.quantity.Provenance;
import org.junit.jupiter.api.Test;

class AssumptionTest {

    private static Alternative alternative(String id, double prior) {
        return new Alternative(id, "reading " + id, prior, Provenance.ASSUMED, "a guess");
    }

    private static Assumption assumption(Alternative... alternatives) {
        return new Assumption("tpu", "Which chip?", "Nobody says.", List.of(alternatives));
    }

    @Test
    void priorsMustSumToOne() {
        assertThatThrownBy(() -> assumption(alternative("v5e", 0.5), alternative("v5p", 0.4)))
                .hasMessageContaining("tpu")
                .hasMessageContaining("0.9");
        assertThat(assumption(alternative("a", 0.333), alternative("b", 0.333), alternative("c", 0.333))
                        .alternatives())
                .hasSize(3);
    }

    @Test
    void anAlternativeIsFoundOrTheNearestNamed() {
        Assumption tpu = assumption(alternative("v5e", 0.6), alternative("v5p", 0.4));
        assertThat(tpu.alternative("v5p").prior()).isEqualTo(0.4);
        assertThatThrownBy(() -> tpu.alternative("V5-E")).hasMessageEndingWith("Maybe v5e.");
    }

    @Test
    void aUniformSampleFallsOnAnAlternativeByItsPrior() {
        Assumption tpu = assumption(alternative("v5e", 0.6), alternative("v5p", 0.4));
        assertThat(tpu.at(0).id()).isEqualTo("v5e");
        assertThat(tpu.at(0.599).id()).isEqualTo("v5e");
        assertThat(tpu.at(0.6).id()).isEqualTo("v5p");
        assertThat(tpu.at(1).id()).isEqualTo("v5p");
        assertThat(tpu.likeliest().id()).isEqualTo("v5e");
    }

    @Test
    void assignmentsOfEqualChoicesAreEqual() {
        Assumption tpu = assumption(alternative("v5e", 0.6), alternative("v5p", 0.4));
        Assignment likeliest = Assignment.likeliest(List.of(tpu));
        assertThat(likeliest.choice("tpu")).isEqualTo("v5e");
        assertThat(likeliest.with("crops", "two").of(List.of(tpu))).isEqualTo(likeliest);
        assertThat(likeliest.with("tpu", "v5p")).hasToString("tpu=v5p");
        assertThatThrownBy(() -> likeliest.choice("crops")).hasMessageContaining("crops");
    }
}
