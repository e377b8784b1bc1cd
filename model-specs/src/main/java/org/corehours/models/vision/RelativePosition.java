package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Dropout;
import org.corehours.core.graph.Operator.Pad;
import org.corehours.core.graph.Tensor;

/**
 * A learned bias of attention scores that depends on the offset between two positions of a square window only.
 */
public sealed interface RelativePosition {
    /** The bias {@code [1, heads, tokens, tokens]}. */
    Tensor bias(GraphBuilder b);

    /**
     * A table with one row per offset (Swin, BEiT).
     *
     * @param side side of the window, in positions
     * @param classToken whether a class token comes first, with three offsets of its own
     * @param heads attention heads
     */
    record Table(int side, boolean classToken, int heads) implements RelativePosition {
        @Override
        public Tensor bias(GraphBuilder b) {
            long reach = 2L * side - 1;
            long tokens = (long) side * side + (classToken ? 1 : 0);
            Tensor table = b.parameter("relative_position_bias_table", reach * reach + (classToken ? 3 : 0), heads);
            Tensor index = b.integers("relative_position_index", tokens * tokens);
            Tensor rows = b.reshape(b.gather(table, index), tokens, tokens, heads);
            return b.reshape(b.contiguous(b.permute(rows, 2, 0, 1)), 1, heads, tokens, tokens);
        }
    }

    /**
     * A small network of the offset's logarithms (Liu et al., 2022, arXiv 2111.09883, as timm's relative-position
     * ViT has it). Its cost does not depend on the batch.
     *
     * @param side side of the window, in positions
     * @param prefixTokens tokens before the window's that get no bias
     * @param heads attention heads
     * @param hidden hidden width
     */
    record Network(int side, int prefixTokens, int heads, int hidden) implements RelativePosition {
        @Override
        public Tensor bias(GraphBuilder b) {
            long reach = 2L * side - 1;
            long area = (long) side * side;
            long tokens = area + prefixTokens;
            Tensor offsets = b.input("rel_coords_log", reach, reach, 2);
            Tensor hiddenUnits = b.apply(new Dropout(false, false), b.relu(b.linear("mlp.fc1", offsets, hidden)));
            Tensor table = b.reshape(b.linear("mlp.fc2", hiddenUnits, heads), reach * reach, heads);
            Tensor index = b.integers("relative_position_index", area * area);
            Tensor bias = b.permute(b.reshape(b.gather(table, index), area, area, heads), 2, 0, 1);
            if (prefixTokens > 0) {
                bias = b.apply(new Pad(List.of(0, prefixTokens, prefixTokens), List.of(0, 0, 0)), bias);
            }
            return b.contiguous(b.reshape(bias, 1, heads, tokens, tokens));
        }
    }
}
