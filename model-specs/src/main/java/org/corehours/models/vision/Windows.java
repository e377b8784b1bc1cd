package org.corehours.models.vision;

import java.util.function.UnaryOperator;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/** A map {@code [batch, side, side, width]} cut into square windows, and joined again. */
final class Windows {

    private Windows() {}

    /**
     * What {@code inside} makes of the windows' tokens {@code [batch · windows, tokens, width]}, at their places.
     *
     * @param map its side is a multiple of the window's
     */
    static Tensor apply(GraphBuilder b, Tensor map, long window, UnaryOperator<Tensor> inside) {
        long batch = map.shape().dimension(0);
        long side = map.shape().dimension(1);
        long width = map.shape().dimension(3);
        long across = side / window;
        Tensor cut = b.permute(b.reshape(map, batch, across, window, across, window, width), 0, 1, 3, 2, 4, 5);
        Tensor made = inside.apply(b.reshape(b.contiguous(cut), batch * across * across, window * window, width));
        Tensor joined = b.permute(b.reshape(made, batch, across, across, window, window, width), 0, 1, 3, 2, 4, 5);
        return b.reshape(b.contiguous(joined), batch, side, side, width);
    }

    /** What keeps the tokens of a shifted window that are not neighbours in the image from seeing each other. */
    static Tensor mask(GraphBuilder b, long side, long window) {
        long across = side / window;
        return b.input("attn_mask", across * across, window * window, window * window);
    }
}
