package org.corehours.core.timing;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.lowering.DataType;
import org.corehours.core.lowering.TensorLayout;
import org.junit.jupiter.api.Test;

class WalkTest {
    private static final double CACHE = 6e6;

    private static TensorLayout rowMajor(long... dimensions) {
        return TensorLayout.contiguous(DataType.FP16, dimensions);
    }

    private static TensorLayout strided(long[] dimensions, long... strides) {
        return new TensorLayout(dimensions, strides, DataType.FP16);
    }

    @Test
    void transposedMatricesCostASectorPerElement() {
        TensorLayout tokens = strided(new long[] {8, 768, 196}, 768L * 196, 1, 768);

        Walk walk = Walk.of(tokens, rowMajor(8, 768, 196));

        assertThat(walk.bytes()).isEqualTo(8 * 768 * 196 * 32.0);
        assertThat(walk.lost(CACHE)).isZero();
    }

    @Test
    void neighboursHalfASectorApartCostHalfASectorEach() {
        TensorLayout scores = strided(new long[] {2, 8, 576, 576}, 576L * 576 * 8, 1, 576L * 8, 8);

        assertThat(Walk.of(scores, rowMajor(2, 8, 576, 576)).bytes()).isEqualTo(scores.elements() * 16.0);
    }

    @Test
    void sectorsLeaveTheCacheWhenTheWalkTouchesMoreBeforeItReturns() {
        TensorLayout scores = strided(new long[] {2, 16, 576, 576}, 576L * 576 * 16, 1, 576L * 16, 16);

        Walk walk = Walk.of(scores, rowMajor(2, 16, 576, 576));

        assertThat(walk.lost(CACHE)).isEqualTo(1);
        assertThat(walk.lost(40e6)).isZero();
    }

    @Test
    void sectorsUsedWithinABlockOfThreadsCostNothingMore() {
        TensorLayout scores = strided(new long[] {2, 576, 576, 16}, 576L * 576 * 16, 576, 1, 576 * 576);

        assertThat(Walk.of(scores, rowMajor(2, 576, 576, 16)).bytes()).isZero();
    }

    @Test
    void shortRunsInOrderCostASectorEach() {
        TensorLayout map = strided(new long[] {64, 4}, 100, 1);

        assertThat(Walk.of(map, rowMajor(64, 4)).bytes()).isEqualTo(64 * 32.0);
    }

    @Test
    void longRunsAndRepeatedElementsCostNothingMore() {
        assertThat(Walk.of(strided(new long[] {64, 16}, 100, 1), rowMajor(64, 16))
                        .bytes())
                .isZero();
        assertThat(Walk.of(strided(new long[] {64, 16}, 1, 0), rowMajor(64, 16)).bytes())
                .isZero();
    }

    @Test
    void aShortRunUsesItsElementsAndNeverReturns() {
        Walk walk = Walk.of(strided(new long[] {64, 4}, 100, 1), rowMajor(64, 4));
        assertThat(walk.usedBytes()).isEqualTo(64 * 4 * 2);
        assertThat(walk.lost(CACHE)).isZero();
        assertThat(walk.lost(0)).as("without a cache").isOne();
    }

    @Test
    void theWalkTouchesItsOwnBytesAndTheSectorsUntilItReturns() {
        // Between neighbours of the second axis lie 300 elements of the walk: 16 bytes of a sector and the 2 written
        // each.
        TensorLayout repeated = strided(new long[] {16, 8, 300}, 0, 1, 8);
        Walk walk = Walk.of(repeated, rowMajor(16, 8, 300));
        assertThat(walk).isEqualTo(new Walk(repeated.elements() * 16.0, repeated.elements() * 2.0, 300 * (16 + 2)));
        assertThat(walk.lost(300 * 18)).isEqualTo(0.5);
    }

    @Test
    void theFirstAxisMayBeTheInnermost() {
        TensorLayout columns = strided(new long[] {64, 1000}, 1, 64);
        assertThat(Walk.of(rowMajor(64, 1000), columns).bytes()).isEqualTo(64 * 1000 * 32.0);
        assertThat(Walk.of(columns, rowMajor(64, 1000)).bytes()).isEqualTo(64 * 1000 * 32.0);
        assertThat(Walk.of(columns, columns)).isEqualTo(new Walk(0, 0, 0));
    }

    @Test
    void axesOfOneElementDoNotMatter() {
        TensorLayout single = strided(new long[] {64, 4, 1}, 100, 2, 1);
        assertThat(Walk.of(single, strided(new long[] {64, 4, 1}, 4, 1, 1)).bytes())
                .isEqualTo(64 * 32.0);
        assertThat(Walk.of(strided(new long[] {1, 1}, 1, 1), rowMajor(1, 1)).bytes())
                .isZero();
    }

    @Test
    void aBlockOfThreadsUsesSectorsThatItsOwnElementsFill() {
        // 16 neighbours 32 elements of the walk apart: the 512 elements of a block.
        assertThat(Walk.of(strided(new long[] {100, 16, 32}, 512, 1, 16), rowMajor(100, 16, 32))
                        .bytes())
                .isZero();
        assertThat(Walk.of(strided(new long[] {100, 16, 33}, 528, 1, 16), rowMajor(100, 16, 33))
                        .bytes())
                .isEqualTo(100 * 16 * 33 * 32.0);
    }
}
