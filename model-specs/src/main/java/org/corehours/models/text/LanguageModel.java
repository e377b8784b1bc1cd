package org.corehours.models.text;

import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Linear;
import org.corehours.core.graph.Tensor;
import org.corehours.models.SequenceNetwork;

/**
 * A transformer on text: token embeddings, blocks, and a head (BERT: Devlin et al., 2019, arXiv 1810.04805; GPT-2:
 * Radford et al., 2019; OPT: Zhang et al., 2022, arXiv 2205.01068; Llama: Touvron et al., 2023, arXiv 2302.13971).
 *
 * @param vocabulary tokens
 * @param sequenceLength tokens of a sample
 * @param positions rows of the learned position embedding; 0 for none
 * @param segments rows of the segment embedding; 0 for none
 * @param embeddingNorm whether a norm follows the embeddings
 * @param block one block
 * @param depth blocks
 * @param head what follows the blocks
 */
public record LanguageModel(
        int vocabulary,
        int sequenceLength,
        int positions,
        int segments,
        boolean embeddingNorm,
        LanguageBlock block,
        int depth,
        Head head)
        implements SequenceNetwork {

    /** What follows the blocks, and what the network's output is. */
    public enum Head {
        /** Nothing: the tokens {@code [batch, sequence, width]}. */
        NONE,
        /** A tanh layer of the first token {@code [batch, width]} (BERT). */
        POOLER,
        /** A hidden layer and the embedding matrix on every token: {@code [batch · sequence, vocabulary]} (BERT). */
        MASKED_TOKENS,
        /** The embedding matrix on every token: {@code [batch · sequence, vocabulary]} (GPT). */
        NEXT_TOKEN,
        /** A matrix of its own on every token: {@code [batch · sequence, vocabulary]} (Llama). */
        NEXT_TOKEN_UNTIED
    }

    public LanguageModel {
        if (sequenceLength < 1 || (positions > 0 && sequenceLength > positions)) {
            throw new IllegalArgumentException("The sequence length (" + sequenceLength + ") must be at least 1"
                    + (positions > 0 ? " and at most the " + positions + " positions that are embedded." : "."));
        }
    }

    @Override
    public LanguageModel withSequenceLength(int tokens) {
        return new LanguageModel(vocabulary, tokens, positions, segments, embeddingNorm, block, depth, head);
    }

    /** This model with another head. */
    public LanguageModel withHead(Head changed) {
        return new LanguageModel(vocabulary, sequenceLength, positions, segments, embeddingNorm, block, depth, changed);
    }

    @Override
    public Tensor input(GraphBuilder b) {
        return b.integers("tokens", b.batch(), sequenceLength);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor tokens) {
        Tensor embedded = embed(b, tokens);
        Optional<Tensor> mask = switch (block.masking()) {
            // BERT's padding mask is added to the scores even where nothing is padded.
            case NONE -> Optional.of(b.input("mask", b.batch(), 1, 1, sequenceLength));
            case REPLACED -> Optional.empty();
            case ADDED, ADDED_AND_RAISED -> Optional.of(b.input("mask", b.batch(), 1, sequenceLength, sequenceLength));
        };
        Tensor x = b.repeat("blocks", depth, embedded, h -> block.apply(b, h, mask));
        return read(b, block.normFirst() ? block.normalize(b, "norm", x) : x);
    }

    private Tensor embed(GraphBuilder b, Tensor tokens) {
        return b.module("embeddings", () -> {
            int width = block.width();
            Tensor x = b.gather(b.parameter("tokens", vocabulary, width), tokens);
            if (segments > 0) {
                Tensor kinds = b.integers("segments", b.batch(), sequenceLength);
                x = b.add(x, b.gather(b.parameter("segments", segments, width), kinds));
            }
            if (positions > 0) {
                Tensor places = b.integers("positions", 1, sequenceLength);
                x = b.add(x, b.gather(b.parameter("positions", positions, width), places));
            }
            return block.drop(b, embeddingNorm ? block.normalize(b, "norm", x) : x);
        });
    }

    private Tensor read(GraphBuilder b, Tensor x) {
        return switch (head) {
            case NONE -> x;
            case POOLER -> b.unary(Function.TANH, b.linear("pooler", b.select(x, 1, 0), block.width()));
            case MASKED_TOKENS -> {
                Tensor hidden = b.layerNorm("head.norm", b.gelu(b.linear("head.hidden", rows(b, x), block.width())));
                yield b.apply(new Linear(true), hidden, embedding(b), b.parameter("head.bias", vocabulary));
            }
            case NEXT_TOKEN -> b.apply(new Linear(false), rows(b, x), embedding(b));
            case NEXT_TOKEN_UNTIED -> b.linear("head", rows(b, x), vocabulary, false);
        };
    }

    private Tensor rows(GraphBuilder b, Tensor x) {
        return b.reshape(x, x.shape().elements(0, 2), block.width());
    }

    private Tensor embedding(GraphBuilder b) {
        return b.parameter("embeddings.tokens", vocabulary, block.width());
    }
}
