package org.corehours.core.quantity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameSuggestionsTest {

    private static final List<String> KNOWN =
            List.of("tpu-v5e", "tpu-v5p", "rtx-3090", "rtx-4090", "a100-sxm4-80gb", "ibot", "peco");

    @ParameterizedTest
    @CsvSource({
        "rtx-3009, rtx-3090",
        "RTX 3090, rtx-3090",
        "tpu_v5p, tpu-v5p",
        "a100, a100-sxm4-80gb",
        "ibto, ibot",
        "pecoo, peco",
    })
    void findsWhatWasMeant(String typed, String meant) {
        assertThat(NameSuggestions.nearest(typed, KNOWN, 1)).containsExactly(meant);
    }

    @Test
    void listsAllThatANameBegins() {
        assertThat(NameSuggestions.nearest("TPUv5", KNOWN, 5)).containsExactly("tpu-v5e", "tpu-v5p");
        assertThat(NameSuggestions.nearest("pe", KNOWN, 5)).containsExactly("peco");
    }

    @Test
    void isSilentWhereNothingIsNear() {
        assertThat(NameSuggestions.nearest("cray-1", KNOWN, 5)).isEmpty();
        assertThat(NameSuggestions.nearest("", KNOWN, 5)).isEmpty();
        assertThat(NameSuggestions.nearest("--", KNOWN, 5)).isEmpty();
        assertThat(NameSuggestions.nearest("a", List.of("--"), 5)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'','',0", "abc,abc,0", "abc,'',3", "abcd,acbd,1", "kitten,sitting,3", "ca,abc,3"})
    void countsEditsAndSwaps(String a, String b, int edits) {
        assertThat(NameSuggestions.distance(a, b)).isEqualTo(edits);
        assertThat(NameSuggestions.distance(b, a)).isEqualTo(edits);
    }
}
