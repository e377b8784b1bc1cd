package org.corehours.models;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;

/** An architecture with its parameters filled in: what it reads, and the operators that follow. */
public interface Network {
    /** A batch of what the network reads, as a step feeds it. */
    Tensor input(GraphBuilder b);

    /** The network's output for {@code input}: a classifier's logits, a decoder's pixels. */
    Tensor forward(GraphBuilder b, Tensor input);

    /** This network as a release of its code that applies attention's scale elsewhere; itself if it has none. */
    default Network withScale(ScalePlacement scale) {
        return this;
    }
}
