package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention counted in full and without what a causal mask hides. */
class CausalCountsTest {

    private static FlopTable attention(long queries, long keys, boolean causal) {
        GraphBuilder b = new GraphBuilder("attention", 2);
        Tensor q = b.differentiableInput("q", 2, 3, queries, 8);
        Tensor k = b.differentiableInput("k", 2, 3, keys, 8);
        Tensor v = b.differentiableInput("v", 2, 3, keys, 4);
        return b.build(b.apply(new Attention(ScalePlacement.QUERY, causal), q, k, v))
                .flops();
    }

    /** Pairs a mask leaves, counted one by one: the last query sees all keys. */
    private static long pairs(long queries, long keys) {
        long pairs = 0;
        for (long query = 0; query < queries; query++) {
            pairs += keys - queries + query + 1;
        }
        return pairs;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "16, 16", "1, 9", "4, 7"})
    void onlyPairsTheMaskLeavesAreCounted(long queries, long keys) {
        FlopTable flops = attention(queries, keys, true);
        long perPair = 2L * 2 * 3 * (8 + 4);
        assertThat(flops.forwardFlops()).isEqualTo(perPair * queries * keys);
        assertThat(flops.causalForwardFlops()).isEqualTo(perPair * pairs(queries, keys));
        assertThat(flops.causalTrainingFlops()).isEqualTo(3 * perPair * pairs(queries, keys));
    }

    @Test
    void moreQueriesThanKeysAreNotMasked() {
        FlopTable flops = attention(9, 4, true);
        assertThat(flops.causalTrainingFlops()).isEqualTo(flops.trainingFlops());
    }

    /** The first block's operands are the input, whose gradient nobody wants: neither masked nor unmasked is counted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void repeatingCountsAsMuchAsWritingCopies(int times) {
        GraphBuilder repeated = new GraphBuilder("repeated", 1);
        Tensor input = repeated.input("x", 1, 3, 4, 8);
        FlopTable once = repeated.build(repeated.repeat("block", times, input, x -> block(repeated, x)))
                .flops();

        GraphBuilder written = new GraphBuilder("written", 1);
        Tensor x = written.input("x", 1, 3, 4, 8);
        for (int i = 0; i < times; i++) {
            Tensor in = x;
            x = written.module("block" + i, () -> block(written, in));
        }
        FlopTable copies = written.build(x).flops();

        assertThat(once.causalForwardFlops()).isEqualTo(copies.causalForwardFlops());
        assertThat(once.causalTrainingFlops()).isEqualTo(copies.causalTrainingFlops());
        assertThat(once.trainingFlops()).isEqualTo(copies.trainingFlops());
    }

    private static Tensor block(GraphBuilder b, Tensor x) {
        return b.linear("layer", b.apply(new Attention(ScalePlacement.QUERY, true), x, x, x), 8);
    }

    @Test
    void withoutAMaskBothCountsAgree() {
        FlopTable flops = attention(6, 6, false);
        assertThat(flops.causalForwardFlops()).isEqualTo(flops.forwardFlops());
        assertThat(flops.causalTrainingFlops()).isEqualTo(flops.trainingFlops());
    }

    @Test
    void aFlopIsHalfAMultiplyAdd() {
        FlopTable flops = attention(6, 6, false);
        assertThat(2 * flops.forwardMacs()).isEqualTo(flops.forwardFlops());
        assertThat(2 * flops.trainingMacs()).isEqualTo(flops.trainingFlops());
    }
}
