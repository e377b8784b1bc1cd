package org.corehours.core.lowering.xla;

import org.corehours.core.graph.Shape;

/**
 * Bytes of an array in a TPU's memory, where the two dimensions that vary fastest fill whole tiles of 8 rows by 128
 * columns: {@code T(8,128)}, and {@code T(8,128)(2,1)} for two bytes, whose rows lie in pairs.
 *
 * <p>Which two dimensions those are is chosen by XLA's layout assignment, which is taken to find the ones that pad
 * least, as far as the operators let it. Published messages of memory that did not suffice show both: heads of 64
 * columns with the 512 positions fastest, {@code bf16[64,512,8,64]{1,3,2,0:T(8,128)(2,1)}} (google/trax#525), and
 * scores with the batch of matrices slowest, {@code bf16[16,4096,4096]{1,2,0:T(8,128)(2,1)}}
 * (huggingface/diffusers#856). Where a program reshapes across tiles it pads more: up to 32 times
 * (DifferentiableUniverseInitiative/flowpm#27). The tiles are described at openxla.org/xla/tiled_layout.
 */
final class Tiles {
    private static final long ROWS = 8;
    private static final long COLUMNS = 128;
    /** Vectors fill tiles of 8 times 128 elements. */
    private static final long VECTOR = ROWS * COLUMNS;

    /** Which dimensions may vary fastest. */
    enum Choice {
        /** Any two. */
        ANY,
        /** The last two, as in batches of matrix products. */
        MATRIX,
        /** The first two, batch and channels, as in convolutions. */
        MAP
    }

    private Tiles() {}

    /**
     * Bytes of an array, padding included.
     *
     * @param shape its dimensions
     * @param elementBytes bytes of an element
     * @param choice which dimensions may vary fastest
     * @return bytes
     */
    static long bytes(Shape shape, int elementBytes, Choice choice) {
        int rank = shape.rank();
        if (rank == 0) {
            return elementBytes;
        }
        if (rank == 1) {
            return Math.multiplyExact(padded(shape.elements(), VECTOR), elementBytes);
        }
        int from = choice == Choice.MATRIX ? rank - 2 : 0;
        int to = choice == Choice.MAP ? 2 : rank;
        long least = Long.MAX_VALUE;
        for (int rows = from; rows < to; rows++) {
            for (int columns = from; columns < to; columns++) {
                if (rows != columns) {
                    least = Math.min(least, elements(shape, rows, columns, elementBytes));
                }
            }
        }
        return Math.multiplyExact(least, elementBytes);
    }

    private static long elements(Shape shape, int rows, int columns, int elementBytes) {
        long height = shape.dimension(rows);
        long width = shape.dimension(columns);
        if (height == 0 || width == 0) {
            return 0;
        }
        long tile = Math.multiplyExact(padded(height, rows(height, elementBytes)), padded(width, COLUMNS));
        return Math.multiplyExact(shape.elements() / (height * width), tile);
    }

    /**
     * Rows of a tile. Few rows have lower tiles: {@code f32[29184,1,2560]{2,1,0:T(2,128)}} takes 2 rows for one
     * (pytorch/xla#3041), {@code bf16[2048,1,2048,128]{0,1,3,2:T(4,128)(2,1)}} takes 4 (pytorch/xla#6674).
     */
    private static long rows(long height, int elementBytes) {
        long rows = elementBytes < 4 ? 4 : 2;
        while (rows < height && rows < ROWS) {
            rows *= 2;
        }
        return rows;
    }

    private static long padded(long size, long unit) {
        return Math.multiplyExact(-Math.floorDiv(-size, unit), unit);
    }
}
