package org.corehours.models.vision;

import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Attention;
import org.corehours.core.graph.Operator.MaskedReplace;
import org.corehours.core.graph.Operator.Pad;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Roll;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;
import org.corehours.models.Backbone;

/**
 * The Swin Transformer: attention within windows that every second block shifts, and between stages four neighbours
 * merged into one token of twice the width (Liu et al., 2021, arXiv 2103.14030; code: timm, bytedance/ibot).
 *
 * <p>A stage no larger than its window is one window, unshifted; this follows the size the model is made for, so a
 * smaller image is padded to whole windows.
 *
 * @param imageSize side of the square image it is made for, in pixels
 * @param patch side of a patch, in pixels
 * @param embedding token width of the first stage
 * @param depths blocks of each stage, even numbers
 * @param heads attention heads of each stage
 * @param windows side of each stage's windows, in tokens
 * @param classes outputs of the classifier; 0 for none
 * @param dropPath rate at which residual branches are dropped in training, growing from zero with depth
 * @param code whose code computes it
 */
public record SwinTransformer(
        int imageSize,
        int patch,
        int embedding,
        List<Integer> depths,
        List<Integer> heads,
        List<Integer> windows,
        int classes,
        double dropPath,
        Code code)
        implements Backbone {

    private static final int MLP_RATIO = 4;

    public SwinTransformer {
        depths = List.copyOf(depths);
        heads = List.copyOf(heads);
        windows = List.copyOf(windows);
        if (depths.size() != heads.size() || depths.size() != windows.size()) {
            throw new IllegalArgumentException("The depths " + depths + ", heads " + heads + " and windows " + windows
                    + " must name as many stages.");
        }
        for (int stage = 0; stage < heads.size(); stage++) {
            long width = Math.multiplyExact((long) embedding, 1L << stage);
            if (width % heads.get(stage) != 0) {
                throw new IllegalArgumentException("The width of stage " + (stage + 1) + " (" + width
                        + ") must be a multiple of its heads (" + heads.get(stage) + ").");
            }
        }
        if (depths.stream().anyMatch(depth -> depth < 2 || depth % 2 != 0)) {
            throw new IllegalArgumentException(
                    "The depths " + depths + " must be even: every second block shifts its windows.");
        }
    }

    @Override
    public SwinTransformer withImageSize(int pixels) {
        return new SwinTransformer(pixels, patch, embedding, depths, heads, windows, classes, dropPath, code);
    }

    @Override
    public SwinTransformer forSelfDistillation(double rate) {
        return new SwinTransformer(imageSize, patch, embedding, depths, heads, windows, 0, rate, Code.ORIGINAL);
    }

    @Override
    public int width() {
        return embedding << (depths.size() - 1);
    }

    @Override
    public int patchPixels() {
        return patch << (depths.size() - 1);
    }

    @Override
    public Tensor tokens(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        Tensor x = features(b, images, mask);
        long batch = x.shape().dimension(0);
        Tensor rows = b.reshape(x, batch, x.shape().elements(1, x.shape().rank() - 1), width());
        Tensor summary = b.reduce(Reduction.MEAN, b.permute(rows, 0, 2, 1), false, 2);
        return b.concatenate(1, b.reshape(summary, batch, 1, width()), rows);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        Tensor x = features(b, images, Optional.empty());
        Tensor pooled = code == Code.TIMM
                ? b.reduce(Reduction.MEAN, x, false, 1, 2)
                : b.reduce(Reduction.MEAN, b.permute(x, 0, 2, 1), false, 2);
        return classes == 0 ? pooled : b.linear("head.fc", pooled, classes);
    }

    /** The last stage's normalized tokens: {@code [batch, side, side, width]}, or in a row. */
    private Tensor features(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        Tensor x = embed(b, images, mask);
        long side = images.shape().dimension(2) / patch;
        for (int stage = 0; stage < depths.size(); stage++) {
            x = stage(b, x, stage, side);
            if (stage > 0) {
                side = (side + 1) / 2;
            }
        }
        return b.layerNorm("norm", x);
    }

    private Tensor stage(GraphBuilder b, Tensor x, int stage, long sideBefore) {
        return b.module("layers." + stage, () -> {
            boolean merges = stage > 0;
            Tensor merged = merges ? merge(b, x, sideBefore) : x;
            long side = merges ? (sideBefore + 1) / 2 : sideBefore;
            int pairs = depths.get(stage) / 2;
            if (stage > 0 || dropPath == 0) {
                return b.repeat("blocks", pairs, merged, h -> pair(b, h, stage, side, dropPath));
            }
            Tensor first = b.module("blocks.0", () -> pair(b, merged, stage, side, 0));
            return pairs == 1 ? first : b.repeat("blocks", pairs - 1, first, h -> pair(b, h, stage, side, dropPath));
        });
    }

    private Tensor pair(GraphBuilder b, Tensor x, int stage, long side, double firstRate) {
        Tensor plain = b.module("plain", () -> block(b, x, stage, side, false, firstRate));
        return b.module("shifted", () -> block(b, plain, stage, side, true, dropPath));
    }

    private Tensor block(GraphBuilder b, Tensor x, int stage, long side, boolean shifted, double rate) {
        boolean early = code == Code.ORIGINAL;
        long batch = x.shape().dimension(0);
        int width = embedding << stage;
        Tensor attended = b.residual(x, h -> {
            Tensor normalized = b.layerNorm("norm1", h);
            return b.dropPath(windowed(b, normalized, stage, side, shifted), rate, early);
        });
        Tensor rows = early ? attended : b.reshape(attended, batch, side * side, width);
        Tensor out = b.residual(rows, h -> {
            Tensor hidden = b.gelu(b.linear("mlp.fc1", b.layerNorm("norm2", h), (long) MLP_RATIO * width));
            return b.dropPath(b.linear("mlp.fc2", hidden, width), rate, early);
        });
        return early ? out : b.reshape(out, batch, side, side, width);
    }

    /** Attention within windows of the map, shifted by half a window where asked. */
    private Tensor windowed(GraphBuilder b, Tensor normalized, int stage, long side, boolean shifted) {
        int made = (imageSize / patch) >> stage;
        int window = Math.min(windows.get(stage), made);
        boolean shifts = shifted && made > windows.get(stage);
        long batch = normalized.shape().dimension(0);
        int width = embedding << stage;
        int missing = (int) ((window - side % window) % window);
        long padded = side + missing;
        Pad pad = new Pad(List.of(0, 0, 0, 0), List.of(0, missing, missing, 0));

        Tensor map;
        if (code == Code.TIMM) {
            map = b.apply(pad, shifts ? roll(b, normalized) : normalized);
        } else {
            Tensor square = b.apply(pad, b.reshape(normalized, batch, side, side, width));
            map = shifts ? roll(b, square) : square;
        }
        Tensor whole = Windows.apply(b, map, window, inside -> {
            Optional<Tensor> mask = shifts ? Optional.of(Windows.mask(b, padded, window)) : Optional.empty();
            return b.module("attn", () -> attention(b, inside, heads.get(stage), window, mask));
        });
        if (code == Code.TIMM) {
            Tensor cropped = crop(b, whole, side);
            return shifts ? roll(b, cropped) : cropped;
        }
        return b.reshape(crop(b, shifts ? roll(b, whole) : whole, side), batch, side * side, width);
    }

    private static Tensor roll(GraphBuilder b, Tensor map) {
        return b.apply(new Roll(List.of(1, 2)), map);
    }

    private static Tensor crop(GraphBuilder b, Tensor map, long side) {
        return map.shape().dimension(1) == side ? map : b.contiguous(b.slice(b.slice(map, 1, 0, side), 2, 0, side));
    }

    private Tensor attention(GraphBuilder b, Tensor x, int heads, int window, Optional<Tensor> mask) {
        long batch = x.shape().dimension(0);
        long tokens = x.shape().dimension(1);
        long width = x.shape().dimension(2);
        Tensor qkv = b.reshape(b.linear("qkv", x, 3 * width), batch, tokens, 3, heads, width / heads);
        Tensor joint = b.permute(qkv, 2, 0, 3, 1, 4);
        List<Tensor> parts = code == Code.TIMM
                ? b.unbind(joint, 0)
                : List.of(b.select(joint, 0, 0), b.select(joint, 0, 1), b.select(joint, 0, 2));
        Tensor bias = new RelativePosition.Table(window, false, heads).bias(b);
        Attention attention = new Attention(ScalePlacement.QUERY, false);
        Tensor y = mask.isPresent()
                ? b.apply(attention, parts.get(0), parts.get(1), parts.get(2), bias, mask.get())
                : b.apply(attention, parts.get(0), parts.get(1), parts.get(2), bias);
        return b.linear("proj", b.reshape(b.permute(y, 0, 2, 1, 3), batch, tokens, width), width);
    }

    /** Four neighbours joined and mapped to twice the width. */
    private Tensor merge(GraphBuilder b, Tensor x, long side) {
        long batch = x.shape().dimension(0);
        long width = x.shape().dimension(-1);
        long half = (side + 1) / 2;
        int odd = (int) (side % 2);
        Pad pad = new Pad(List.of(0, 0, 0, 0), List.of(0, odd, odd, 0));
        return b.module("downsample", () -> {
            Tensor joined;
            if (code == Code.TIMM) {
                Tensor cells = b.reshape(b.apply(pad, x), batch, half, 2, half, 2, width);
                joined = b.reshape(b.permute(cells, 0, 1, 3, 4, 2, 5), batch, half, half, 4 * width);
            } else {
                Tensor map = b.reshape(x, batch, side, side, width);
                Tensor cells = b.reshape(odd == 0 ? map : b.apply(pad, map), batch, half, 2, half, 2, width);
                Tensor[] corners = new Tensor[4];
                for (int i = 0; i < corners.length; i++) {
                    corners[i] = b.select(b.select(cells, 4, i / 2), 2, i % 2);
                }
                joined = b.reshape(b.concatenate(-1, corners), batch, half * half, 4 * width);
            }
            return b.linear("reduction", b.layerNorm("norm", joined), 2 * width, false);
        });
    }

    private Tensor embed(GraphBuilder b, Tensor images, Optional<Tensor> mask) {
        long batch = images.shape().dimension(0);
        Tensor map = b.convolution("patch_embed.proj", images, embedding, patch, patch, 0, 1, true);
        long side = map.shape().dimension(2);
        if (code == Code.TIMM) {
            return b.layerNorm("patch_embed.norm", b.permute(map, 0, 2, 3, 1));
        }
        Tensor rows = b.permute(b.reshape(map, batch, embedding, side * side), 0, 2, 1);
        Tensor normalized = b.permute(b.layerNorm("patch_embed.norm", rows), 0, 2, 1);
        Tensor grid = b.reshape(normalized, batch, embedding, side, side);
        if (mask.isPresent()) {
            grid = masked(b, grid, mask.get());
        }
        return b.permute(b.reshape(grid, batch, embedding, side * side), 0, 2, 1);
    }

    /** The map with the patches under a coarser mask replaced by a learned vector. */
    private Tensor masked(GraphBuilder b, Tensor grid, Tensor mask) {
        long batch = grid.shape().dimension(0);
        long side = grid.shape().dimension(2);
        long cells = mask.shape().dimension(1);
        long each = side / cells;
        Tensor wide = b.expand(b.reshape(mask, batch, cells, 1, cells, 1), batch, cells, each, cells, each);
        Tensor fine = b.reshape(wide, batch, side, side);
        Tensor vector = b.parameter("masked_embed", 1, embedding);
        Tensor replaced = b.apply(new MaskedReplace(), b.permute(grid, 0, 2, 3, 1), fine, vector);
        return b.permute(replaced, 0, 3, 1, 2);
    }
}
