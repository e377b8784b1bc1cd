package org.corehours.core.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SourcedTest {

    @Test
    void aChangeOfFormKeepsWhoSaysSo() {
        Sourced<Double> gigabytes = new Sourced<>(900.0, Provenance.DATASHEET, "LIGHT");
        assertThat(gigabytes.map(value -> value * 1e9)).isEqualTo(new Sourced<>(900e9, Provenance.DATASHEET, "LIGHT"));
    }

    @Test
    void everyProvenanceSaysWhatItMeans() {
        assertThat(Provenance.values())
                .extracting(Provenance::definition)
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
    }

    @Test
    void aValueNeedsASource() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sourced<>(3, Provenance.RECALLED, " "))
                .withMessage("The value 3 (recalled) has no source. Name the citation it comes from.");
    }
}
