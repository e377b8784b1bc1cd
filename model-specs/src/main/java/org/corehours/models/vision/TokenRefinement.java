package org.corehours.models.vision;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Pool;
import org.corehours.core.graph.Operator.Pooling;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * A Vision Transformer with a token refinement head on every block but the last: a 3 × 3 convolution and batch
 * norm, both applied twice, on the map of patch tokens, its mean added to a linear layer of the class token, and
 * the shared classifier (Naseer et al., 2022, arXiv 2106.04169; code: Muzammal-Naseer/ATViT,
 * vit_models/deit_ensemble.py, where the second convolution and norm replace the first in the module, so that
 * one serves twice).
 *
 * <p>The class-embedding analyses comment the heads out and run the transformer alone.
 *
 * @param transformer the transformer, with a class token
 */
public record TokenRefinement(VisionTransformer transformer) implements ImageNetwork {
    @Override
    public int imageSize() {
        return transformer.imageSize();
    }

    @Override
    public TokenRefinement withImageSize(int pixels) {
        return new TokenRefinement(transformer.withImageSize(pixels));
    }

    /** The logits of all heads, then of the class token: {@code [depth · batch, classes]}. */
    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        int depth = transformer.depth();
        Tensor x = transformer.embed(b, images, Optional.empty());
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < depth - 1; i++) {
            Tensor in = x;
            x = b.module("blocks." + i, () -> transformer.block().apply(b, in));
            Tensor normalized = b.layerNorm("norm", x);
            Tensor refined = b.module("transformerheads." + i, () -> refine(b, normalized));
            outputs.add(b.linear("head", refined, transformer.readout().classes()));
        }
        Tensor in = x;
        Tensor last =
                b.module("blocks." + (depth - 1), () -> transformer.block().apply(b, in));
        outputs.add(b.linear(
                "head",
                b.select(b.layerNorm("norm", last), 1, 0),
                transformer.readout().classes()));
        return b.concatenate(0, outputs.toArray(Tensor[]::new));
    }

    private Tensor refine(GraphBuilder b, Tensor tokens) {
        long batch = tokens.shape().dimension(0);
        int side = transformer.imageSize() / transformer.patch();
        long width = transformer.width();
        Tensor rows = b.slice(tokens, 1, 1, tokens.shape().dimension(1));
        Tensor map = b.reshape(b.permute(rows, 0, 2, 1), batch, width, side, side);
        Tensor features = b.relu(convolve(b, map));
        features = b.relu(b.add(convolve(b, features), map));
        Tensor pooled = b.reshape(b.apply(new Pool(Pooling.AVERAGE, side, side, 0), features), batch, width);
        return b.add(pooled, b.linear("token_fc", b.select(tokens, 1, 0), width));
    }

    private Tensor convolve(GraphBuilder b, Tensor map) {
        return b.batchNorm("bn", b.convolution("conv", map, transformer.width(), 3, 1, 1, 1, false));
    }
}
