package org.corehours.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {

    @Test
    void parametersAreDecodedAndEmptyOnesLeftOut() {
        Query query = Query.of("model=vit%5Fbase&epochs=&region=country%2Ffra&label=a+b%C3%A9");
        assertThat(query.values())
                .containsExactlyInAnyOrderEntriesOf(
                        java.util.Map.of("model", "vit_base", "region", "country/fra", "label", "a bé"));
        assertThat(Query.of(query.text())).isEqualTo(query);
        assertThat(Query.of(null).values()).isEmpty();
        assertThat(Query.of("").values()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model=%      | The query has a % that two hexadecimal digits do not follow.
            model=%4     | The query has a % that two hexadecimal digits do not follow.
            model=%zz    | The query has a % that two hexadecimal digits do not follow.
            model=%+1    | The query has a % that two hexadecimal digits do not follow.
            model=%ff    | The query is not UTF-8.
            model=%c0%af | The query is not UTF-8.
            model=%00    | The query has a control character.
            model=a%0d%0aSet-Cookie:x | The query has a control character.
            a=1&a=2      | The parameter a is given twice.
            a=é          | The query has a character that is not percent-encoded.
            """)
    void whatIsNotWellFormedIsRefused(String raw, String message) {
        assertThatThrownBy(() -> Query.of(raw))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(400))
                .hasMessage(message);
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThatThrownBy(() -> Query.of("a=" + "x".repeat(Query.LONGEST)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(414));
        assertThatThrownBy(() -> Query.of("a=" + "x".repeat(2049))).hasMessageContaining("2049 characters");
        assertThatThrownBy(() -> Query.of("a&".repeat(70))).hasMessageContaining("71 parameters");
    }
}
