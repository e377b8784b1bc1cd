package org.corehours.models.vision;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.MaskedReplace;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Resize;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;
import org.corehours.models.Backbone;

/**
 * The Vision Transformer: an image cut into patches, embedded, and passed through blocks of attention and MLP
 * (Dosovitskiy et al., 2021, arXiv 2010.11929; code: timm, google-research/big_vision).
 *
 * @param imageSize side of the square image it is made for, in pixels
 * @param patch side of a patch, in pixels
 * @param embedding how pixels become tokens
 * @param prefix tokens before the patches
 * @param positions what the absolute position embedding covers
 * @param relative bias of the attention scores by relative position
 * @param block one block
 * @param depth blocks
 * @param readout what follows the blocks
 */
public record VisionTransformer(
        int imageSize,
        int patch,
        Embedding embedding,
        Prefix prefix,
        Positions positions,
        Relative relative,
        TransformerBlock block,
        int depth,
        Readout readout)
        implements Backbone {

    /** How pixels become tokens. */
    public enum Embedding {
        /** A linear layer, written as a convolution. */
        CONVOLUTION,
        /** Without bias, and a layer norm once positions are added (CLIP). */
        NORMED_CONVOLUTION,
        /** A linear layer between two layer norms (Dual PatchNorm; Kumar et al., 2023, arXiv 2302.01327). */
        DUAL_NORM
    }

    /** What the absolute position embedding covers. */
    public enum Positions {
        ALL_TOKENS,
        /** Patches alone; other tokens join afterwards (DeiT-III, registers). */
        PATCHES,
        NONE
    }

    /**
     * Bias of the attention scores by relative position.
     *
     * @param kind how the bias is made
     * @param shared whether one serves all blocks
     * @param hidden hidden width of a network that makes it, else 0
     */
    public record Relative(Kind kind, boolean shared, int hidden) {
        public static final Relative NONE = new Relative(Kind.NONE, false, 0);

        /** How the bias is made. */
        public enum Kind {
            NONE,
            /** A learned number per offset and head. */
            TABLE,
            /** A small network of the offset. */
            NETWORK
        }
    }

    /**
     * Tokens before the patches.
     *
     * @param classToken whether there is a class token
     * @param distillationToken whether there is a token for a teacher's label (DeiT)
     * @param registers tokens with no output of their own (Darcet et al., 2024, arXiv 2309.16588)
     */
    public record Prefix(boolean classToken, boolean distillationToken, int registers) {
        public static final Prefix NONE = new Prefix(false, false, 0);
        public static final Prefix CLASS = new Prefix(true, false, 0);

        public int tokens() {
            return (classToken ? 1 : 0) + (distillationToken ? 1 : 0) + registers;
        }
    }

    /**
     * What follows the blocks.
     *
     * @param pooling what the classifier reads
     * @param normAfterPooling whether the final layer norm follows the pooling instead of the blocks
     * @param representation whether a tanh layer of token width stands before the classifier
     * @param classes outputs of the classifier; 0 for none
     */
    public record Readout(Pooling pooling, boolean normAfterPooling, boolean representation, int classes) {
        /** A classifier of the class token. */
        public static Readout token(int classes) {
            return new Readout(Pooling.TOKEN, false, false, classes);
        }

        public Readout withClasses(int changed) {
            return new Readout(pooling, normAfterPooling, representation, changed);
        }
    }

    /** What the classifier reads. */
    public enum Pooling {
        TOKEN,
        /** Class and distillation tokens, each with a classifier, averaged. */
        TWO_TOKENS,
        /** The mean of the patch tokens. */
        AVERAGE,
        /** A learned query's attention over all tokens, and an MLP (Zhai et al., 2022, arXiv 2106.04560). */
        ATTENTION
    }

    public VisionTransformer {
        if (patch < 1 || imageSize < patch) {
            throw new IllegalArgumentException("An image of " + imageSize + " pixels cannot be cut into patches of "
                    + patch + "; the image must be at least one patch wide.");
        }
    }

    /** The original architecture: class token, learned positions, pre-norm blocks, 1000 classes. */
    public static VisionTransformer of(int imageSize, int patch, int depth, TransformerBlock block) {
        return new VisionTransformer(
                imageSize,
                patch,
                Embedding.CONVOLUTION,
                Prefix.CLASS,
                Positions.ALL_TOKENS,
                Relative.NONE,
                block,
                depth,
                Readout.token(1000));
    }

    @Override
    public VisionTransformer withImageSize(int pixels) {
        return new VisionTransformer(pixels, patch, embedding, prefix, positions, relative, block, depth, readout);
    }

    public VisionTransformer withEmbedding(Embedding changed) {
        return new VisionTransformer(imageSize, patch, changed, prefix, positions, relative, block, depth, readout);
    }

    public VisionTransformer withPrefix(Prefix changed, Positions embedded) {
        return new VisionTransformer(imageSize, patch, embedding, changed, embedded, relative, block, depth, readout);
    }

    public VisionTransformer withRelative(Relative changed) {
        return new VisionTransformer(imageSize, patch, embedding, prefix, positions, changed, block, depth, readout);
    }

    public VisionTransformer withBlock(TransformerBlock changed) {
        return new VisionTransformer(imageSize, patch, embedding, prefix, positions, relative, changed, depth, readout);
    }

    public VisionTransformer withReadout(Readout changed) {
        return new VisionTransformer(imageSize, patch, embedding, prefix, positions, relative, block, depth, changed);
    }

    @Override
    public VisionTransformer withScale(ScalePlacement scale) {
        return withBlock(block.withScale(scale));
    }

    @Override
    public VisionTransformer forSelfDistillation(double dropPath) {
        TransformerBlock changed =
                block.withCode(Code.ORIGINAL).withScale(ScalePlacement.SCORES).withDropPath(dropPath);
        return withBlock(changed).withReadout(readout.withClasses(0));
    }

    /**
     * This network as BEiT's own code pre-trains it: without a readout, and with one position table for all blocks
     * where it has one in each.
     *
     * @param dropPath rate at which residual branches are dropped at random, growing from zero with depth
     */
    public VisionTransformer forMaskedModelling(double dropPath) {
        TransformerBlock changed = block.withCode(Code.ORIGINAL).withDropPath(dropPath);
        return withBlock(changed)
                .withRelative(new Relative(relative.kind(), true, relative.hidden()))
                .withReadout(Readout.token(0));
    }

    @Override
    public int width() {
        return block.width();
    }

    @Override
    public int patchPixels() {
        return patch;
    }

    @Override
    public Tensor tokens(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        return encode(b, patches(b, images, mask), images.shape().dimension(2) / patch);
    }

    /** The patches' embeddings {@code [batch, patches, width]}, without positions. */
    public Tensor patches(GraphBuilder b, Tensor images) {
        return patches(b, images, Optional.empty());
    }

    /** What the blocks make of the embeddings of {@code side} by {@code side} patches. */
    public Tensor encode(GraphBuilder b, Tensor patches, long side) {
        Tensor x = blocks(b, positioned(b, patches, side));
        return readout.normAfterPooling() ? x : b.layerNorm("norm", x);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = tokens(b, images);
        if (readout.pooling() == Pooling.TWO_TOKENS) {
            Tensor label = b.linear("head", b.select(x, 1, 0), readout.classes());
            Tensor teacher = b.linear("head_dist", b.select(x, 1, 1), readout.classes());
            return b.scalar(Arithmetic.DIVIDE, b.add(label, teacher));
        }
        Tensor pooled = pool(b, x);
        if (readout.normAfterPooling()) {
            pooled = b.layerNorm("fc_norm", pooled);
        }
        if (readout.representation()) {
            pooled = b.unary(Function.TANH, b.linear("pre_logits", pooled, width()));
        }
        return readout.classes() == 0 ? pooled : b.linear("head", pooled, readout.classes());
    }

    private Tensor pool(GraphBuilder b, Tensor x) {
        return switch (readout.pooling()) {
            case TOKEN, TWO_TOKENS -> b.select(x, 1, 0);
            case AVERAGE -> {
                Tensor patches = prefix.tokens() == 0
                        ? x
                        : b.slice(x, 1, prefix.tokens(), x.shape().dimension(1));
                yield b.reduce(Reduction.MEAN, patches, false, 1);
            }
            case ATTENTION -> b.module("attn_pool", () -> attentionPool(b, x));
        };
    }

    private Tensor attentionPool(GraphBuilder b, Tensor x) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        int heads = block.heads();
        long perHead = width() / heads;
        Tensor latent = b.expand(b.parameter("latent", 1, 1, width()), batch, 1, width());
        Tensor q = b.permute(b.reshape(b.linear("q", latent, width()), batch, 1, heads, perHead), 0, 2, 1, 3);
        Tensor kv = b.reshape(b.linear("kv", x, 2L * width()), batch, tokens, 2, heads, perHead);
        List<Tensor> parts = b.unbind(b.permute(kv, 2, 0, 3, 1, 4), 0);
        Tensor y = b.attention(block.scale(), q, parts.get(0), parts.get(1));
        Tensor projected = b.linear("proj", b.reshape(b.permute(y, 0, 2, 1, 3), batch, 1, width()), width());
        Tensor out = b.residual(projected, h -> {
            Tensor hidden = b.gelu(b.linear("mlp.fc1", b.layerNorm("norm", h), block.mlpWidth()));
            return b.linear("mlp.fc2", hidden, width());
        });
        return b.select(out, 1, 0);
    }

    private Tensor blocks(GraphBuilder b, Tensor embedded) {
        Supplier<Optional<Tensor>> bias = bias(b);
        if (block.dropPath() == 0) {
            return b.repeat("blocks", depth, embedded, x -> block.apply(b, x, bias));
        }
        // The drop rate grows from zero at the first block, which therefore drops nothing.
        Tensor x = b.module("blocks.0", () -> block.withDropPath(0).apply(b, embedded, bias));
        return depth == 1 ? x : b.repeat("blocks", depth - 1, x, h -> block.apply(b, h, bias));
    }

    /**
     * The tokens after each of {@code parts} equal parts of the blocks, not normalized: what a perceptual loss or a
     * dense head reads.
     *
     * @throws IllegalArgumentException if the depth is not a multiple of {@code parts}
     */
    public List<Tensor> stages(GraphBuilder b, Tensor images, int parts) {
        if (depth % parts != 0) {
            throw new IllegalArgumentException(
                    "The depth (" + depth + ") must be a multiple of the parts (" + parts + ").");
        }
        Supplier<Optional<Tensor>> bias = bias(b);
        List<Tensor> stages = new ArrayList<>();
        Tensor x = embed(b, images, Optional.empty());
        for (int part = 0; part < parts; part++) {
            x = b.repeat("blocks.part" + part, depth / parts, x, h -> block.apply(b, h, bias));
            stages.add(x);
        }
        return stages;
    }

    private Supplier<Optional<Tensor>> bias(GraphBuilder b) {
        int side = imageSize / patch;
        Supplier<Tensor> bias = switch (relative.kind()) {
            case NONE -> null;
            case TABLE -> () -> new RelativePosition.Table(side, prefix.classToken(), block.heads()).bias(b);
            case NETWORK ->
                () -> new RelativePosition.Network(side, prefix.tokens(), block.heads(), relative.hidden()).bias(b);
        };
        if (bias == null) {
            return Optional::empty;
        }
        if (relative.shared()) {
            Optional<Tensor> once = Optional.of(b.module("rel_pos_bias", bias));
            return () -> once;
        }
        return () -> Optional.of(bias.get());
    }

    /** The tokens that enter the blocks. */
    public Tensor embed(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        return positioned(b, patches(b, images, mask), images.shape().dimension(2) / patch);
    }

    private Tensor positioned(GraphBuilder b, Tensor patches, long side) {
        Tensor x = positions == Positions.PATCHES ? b.add(patches, positionsOf(b, side, 0)) : patches;
        x = withPrefix(b, x);
        if (positions == Positions.ALL_TOKENS) {
            x = b.add(x, positionsOf(b, side, prefix.tokens()));
        }
        return embedding == Embedding.NORMED_CONVOLUTION ? b.layerNorm("norm_pre", x) : x;
    }

    private Tensor patches(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        long batch = images.shape().dimension(0);
        long side = images.shape().dimension(2) / patch;
        if (embedding == Embedding.DUAL_NORM) {
            return b.module("patch_embed", () -> {
                Tensor pixels = b.reshape(images, batch, 3, side, patch, side, patch);
                pixels = b.reshape(b.permute(pixels, 0, 2, 4, 3, 5, 1), batch, side * side, 3L * patch * patch);
                return b.layerNorm("ln1", b.linear("dense", b.layerNorm("ln0", pixels), width()));
            });
        }
        boolean bias = embedding == Embedding.CONVOLUTION;
        Tensor map = b.convolution("patch_embed.proj", images, width(), patch, patch, 0, 1, bias);
        if (mask.isPresent()) {
            Tensor rows = b.permute(map, 0, 2, 3, 1);
            rows = b.apply(new MaskedReplace(), rows, mask.get(), b.parameter("masked_embed", 1, width()));
            map = b.permute(rows, 0, 3, 1, 2);
        }
        return b.permute(b.reshape(map, batch, width(), side * side), 0, 2, 1);
    }

    private Tensor withPrefix(GraphBuilder b, Tensor x) {
        if (prefix.tokens() == 0) {
            return x;
        }
        long batch = x.shape().dimension(0);
        List<Tensor> parts = new ArrayList<>();
        if (prefix.classToken()) {
            parts.add(b.expand(b.parameter("cls_token", 1, 1, width()), batch, 1, width()));
        }
        if (prefix.distillationToken()) {
            parts.add(b.expand(b.parameter("dist_token", 1, 1, width()), batch, 1, width()));
        }
        if (prefix.registers() > 0) {
            Tensor registers = b.parameter("reg_token", 1, prefix.registers(), width());
            parts.add(b.expand(registers, batch, prefix.registers(), width()));
        }
        parts.add(x);
        return b.concatenate(1, parts.toArray(new Tensor[0]));
    }

    /** The position embedding, resampled where the image is not of the size it was made for. */
    private Tensor positionsOf(GraphBuilder b, long side, long prefixed) {
        long made = imageSize / patch;
        Tensor embedded = b.parameter("pos_embed", 1, prefixed + made * made, width());
        if (side == made) {
            return embedded;
        }
        Tensor kept = prefixed == 0 ? null : prefixOf(b, embedded, prefixed);
        Tensor grid = b.slice(embedded, 1, prefixed, prefixed + made * made);
        grid = b.permute(b.reshape(grid, 1, made, made, width()), 0, 3, 1, 2);
        grid = b.apply(new Resize(Interpolation.BICUBIC, side, side), grid);
        grid = b.reshape(b.permute(grid, 0, 2, 3, 1), 1, side * side, width());
        return kept == null ? grid : b.concatenate(1, kept, grid);
    }

    private Tensor prefixOf(GraphBuilder b, Tensor embedded, long prefixed) {
        return block.code() == Code.ORIGINAL && prefixed == 1
                ? b.reshape(b.select(embedded, 1, 0), 1, 1, width())
                : b.slice(embedded, 1, 0, prefixed);
    }
}
