package org.corehours.models.method;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Linear;
import org.corehours.core.graph.Operator.WeightNormalization;
import org.corehours.core.graph.Tensor;

/**
 * DINO's projection head: a three-layer MLP to a bottleneck, unit length, and a weight-normalized linear layer to the
 * prototypes (Caron et al., 2021, arXiv 2104.14294; code: facebookresearch/dino, vision_transformer.py).
 *
 * @param hidden width of the MLP; 2048 in DINO and iBOT
 * @param bottleneck width before the prototypes; 256 in both
 * @param outputs prototypes; 65536 in DINO, 8192 in iBOT
 * @param trainedNorms whether the lengths of the prototypes are trained
 */
public record ProjectionHead(int hidden, int bottleneck, int outputs, boolean trainedNorms) {

    /** The logits {@code [..., outputs]} of features {@code [..., width]}. */
    public Tensor apply(GraphBuilder b, Tensor features) {
        return prototypes(b, "last_layer", embed(b, features));
    }

    /**
     * iBOT's use: the logits of the first token {@code [batch, outputs]}, and those of the others.
     *
     * @param shared whether all tokens are compared to the same prototypes
     */
    List<Tensor> perToken(GraphBuilder b, Tensor tokens, boolean shared) {
        Tensor x = embed(b, tokens);
        Tensor summary = prototypes(b, "last_layer", b.select(x, 1, 0));
        Tensor patches = b.slice(x, 1, 1, x.shape().dimension(1));
        return List.of(summary, prototypes(b, shared ? "last_layer" : "last_layer2", patches));
    }

    /** Features of unit length, {@code [..., bottleneck]}. */
    private Tensor embed(GraphBuilder b, Tensor features) {
        return b.module("mlp", () -> {
            Tensor x = b.gelu(b.linear("0", features, hidden));
            x = b.gelu(b.linear("2", x, hidden));
            return b.unitLength(b.linear("4", x, bottleneck));
        });
    }

    /** The similarity of {@code x[..., bottleneck]} to the prototypes of the layer {@code part}. */
    private Tensor prototypes(GraphBuilder b, String part, Tensor x) {
        return b.module(part, () -> {
            Tensor directions = b.parameter("weight_v", outputs, bottleneck);
            Tensor lengths = trainedNorms
                    ? b.parameter("weight_g", outputs, 1)
                    : b.frozen(() -> b.parameter("weight_g", outputs, 1));
            return b.apply(new Linear(false), x, b.apply(new WeightNormalization(), directions, lengths));
        });
    }
}
