package org.corehours.models.analysis;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.method.Inference;
import org.corehours.models.vision.TransformerBlock;

/**
 * The features of one token for linear probes, as the code gets them: for the output of every block, of its
 * attention and of its MLP, a forward pass from the pixels up to there. It is run again for every token, so
 * a sample is an image and a token. With features kept, one {@link Inference} per image would do (Vilas et al.,
 * 2023; code: martinagvilas/vit-cls_emb, src/linear_probing/prober.py). The ridge regression on the host is not
 * part of it.
 *
 * @param network a pre-norm Vision Transformer
 */
public record LinearProbing(Model network) implements TrainingMethod {
    private enum Stream {
        ATTENTION,
        MLP,
        BLOCK
    }

    @Override
    public String model() {
        return network.id();
    }

    @Override
    public StepProgram plan(long samples) {
        ScoredTransformer scored = ScoredTransformer.of(network);
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("forward", false);
        Tensor images = scored.network().input(b);
        Tensor feature = images;
        for (int last = 0; last < scored.network().depth(); last++) {
            for (Stream stream : Stream.values()) {
                Tensor x = scored.embed(b, images);
                for (int i = 0; i < last; i++) {
                    x = block(b, scored.network().block(), i, Stream.BLOCK, x);
                }
                feature = b.select(block(b, scored.network().block(), last, stream, x), 1, 0);
            }
        }
        return StepProgram.inference(b.build(feature));
    }

    private static Tensor block(GraphBuilder b, TransformerBlock block, int index, Stream until, Tensor x) {
        return b.module("blocks." + index, () -> {
            Tensor attended = block.attentionBranch(b, x);
            if (until == Stream.ATTENTION) {
                return attended;
            }
            Tensor sum = b.add(x, attended);
            Tensor expanded = block.mlpBranch(b, sum);
            return until == Stream.MLP ? expanded : b.add(sum, expanded);
        });
    }
}
