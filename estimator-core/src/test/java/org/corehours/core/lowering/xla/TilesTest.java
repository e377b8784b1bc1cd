package org.corehours.core.lowering.xla;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.Shape;
import org.corehours.core.lowering.xla.Tiles.Choice;
import org.junit.jupiter.api.Test;

class TilesTest {

    /** Sizes that compilers printed; the layouts are theirs, of two dimensions only one layout pads least. */
    @Test
    void arraysTakeWhatMessagesOfTheCompilerSay() {
        // bf16[256000,3072]{1,0:T(8,128)(2,1)}: nothing to pad.
        assertThat(Tiles.bytes(Shape.of(256_000, 3072), 2, Choice.ANY)).isEqualTo(2L * 256_000 * 3072);
        // f32[29184,1,2560]{2,1,0:T(2,128)}: 570 MiB for 285.
        assertThat(Tiles.bytes(Shape.of(29_184, 1, 2560), 4, Choice.MATRIX)).isEqualTo(570L << 20);
        // bf16[2048,1,2048,128]{0,1,3,2:T(4,128)(2,1)}: a dimension of 1 takes 4 rows, 4 GiB for 1.
        assertThat(Tiles.bytes(Shape.of(2048, 128, 1, 2048), 2, Choice.MATRIX)).isEqualTo(4L << 30);
    }

    /** 197 positions fill 200 rows, or 256 columns; heads of 64 fill 64 rows, or 128 columns. */
    @Test
    void headsLieAcrossPositionsIfThatPadsLess() {
        Shape heads = Shape.of(64, 197, 64);
        assertThat(Tiles.bytes(heads, 2, Choice.MATRIX)).isEqualTo(2L * 64 * 256 * 64);
        assertThat(Tiles.bytes(heads, 4, Choice.MATRIX)).isEqualTo(4L * 64 * 256 * 64);
        // With the batch as columns: 64 of 128, and 200 rows for 197 or none for 64.
        assertThat(Tiles.bytes(heads, 2, Choice.ANY)).isEqualTo(2L * 64 * 256 * 64);
    }

    @Test
    void tokensLieWithTheBatchAsRowsIfThatPadsLess() {
        assertThat(Tiles.bytes(Shape.of(64, 197, 768), 2, Choice.ANY)).isEqualTo(2L * 64 * 197 * 768);
        assertThat(Tiles.bytes(Shape.of(64, 197, 768), 2, Choice.MATRIX)).isEqualTo(2L * 64 * 200 * 768);
    }

    @Test
    void imagesLieWithChannelsAndBatchFastest() {
        assertThat(Tiles.bytes(Shape.of(128, 64, 56, 56), 2, Choice.MAP)).isEqualTo(2L * 128 * 64 * 56 * 56);
        assertThat(Tiles.bytes(Shape.of(32, 64, 56, 56), 2, Choice.MAP)).isEqualTo(2L * 32 * 128 * 56 * 56);
    }

    @Test
    void vectorsFillATile() {
        assertThat(Tiles.bytes(Shape.of(1000), 4, Choice.ANY)).isEqualTo(4096);
        assertThat(Tiles.bytes(Shape.of(), 4, Choice.ANY)).isEqualTo(4);
    }
}
