package org.corehours.models.vision;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Interpolation;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Operator.Resize;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;

/**
 * The Perceptual Group Tokenizer: layers that bind many input tokens to a few sampled group tokens by
 * iterated attention, and refine the input tokens with what the groups gathered (Deng, Chen and Li,
 * ICLR 2024, arXiv 2311.18296). No code was published; what the paper leaves open is a
 * {@link GroupingReading}.
 *
 * <p>One layer, for tokens {@code [n, width]} and, per head, groups {@code [m, d]}:
 *
 * <ol>
 *   <li>keys and values of the normalized tokens, per head;
 *   <li>groups sampled from a learned distribution;
 *   <li>{@code iterations} times: scores of all token-group pairs, softmax over the groups, division by
 *       the sum over the tokens ("doubly normalized"), weighted mean of the values, and a GRU step;
 *   <li>tokens plus the groups they attend to; tokens plus an MLP.
 * </ol>
 *
 * @param imageSize side of the square image the position embedding is made for, in pixels
 * @param patch side of a patch, in pixels; 4 in the paper
 * @param width token width; 384 in the paper
 * @param groupWidths widths of the group tokens, one per block; 98, 192 and 288 in the paper
 * @param layersPerBlock grouping layers of a block; 10 in the paper
 * @param iterations rounds of binding in a layer; 3 in the paper
 * @param heads grouping heads; 6 in the paper
 * @param groupTokens group tokens of a layer; 256 in training, up to 1024 in inference
 * @param mlpWidth hidden width of the MLPs; 384 in the paper
 * @param summaryWidth width of the learned token that attends to the groups at the end; 2048 in the paper
 * @param reading what the paper leaves open
 */
public record PerceptualGroupTokenizer(
        int imageSize,
        int patch,
        int width,
        List<Integer> groupWidths,
        int layersPerBlock,
        int iterations,
        int heads,
        int groupTokens,
        int mlpWidth,
        int summaryWidth,
        GroupingReading reading)
        implements ImageNetwork {
    public PerceptualGroupTokenizer {
        groupWidths = List.copyOf(groupWidths);
    }

    /** The base model (PGT-B) under a reading, with 256 group tokens. */
    public static PerceptualGroupTokenizer base(GroupingReading reading) {
        return new PerceptualGroupTokenizer(224, 4, 384, List.of(98, 192, 288), 10, 3, 6, 256, 384, 2048, reading);
    }

    /** This model with another number of group tokens, as in its adaptive inference; the weights stay. */
    public PerceptualGroupTokenizer withGroupTokens(int tokens) {
        return new PerceptualGroupTokenizer(
                imageSize,
                patch,
                width,
                groupWidths,
                layersPerBlock,
                iterations,
                heads,
                tokens,
                mlpWidth,
                summaryWidth,
                reading);
    }

    @Override
    public PerceptualGroupTokenizer withImageSize(int pixels) {
        return new PerceptualGroupTokenizer(
                pixels,
                patch,
                width,
                groupWidths,
                layersPerBlock,
                iterations,
                heads,
                groupTokens,
                mlpWidth,
                summaryWidth,
                reading);
    }

    @Override
    public Tensor forward(GraphBuilder b, Tensor images) {
        return features(b, images);
    }

    /** Group tokens of one head. */
    public int tokensOfHead() {
        return reading.tokensPerHead() ? groupTokens : (groupTokens + heads - 1) / heads;
    }

    /** Width of a group token in one head; 98 over 6 heads gives 16. */
    public int widthOfHead(int block) {
        return reading.widthPerHead() ? groupWidths.get(block) : groupWidths.get(block) / heads;
    }

    /** The image's feature {@code [batch, summaryWidth]}: the learned token after attending to the last groups. */
    public Tensor features(GraphBuilder b, Tensor images) {
        Tensor x = embed(b, images);
        int last = groupWidths.size() - 1;
        for (int block = 0; block <= last; block++) {
            int group = widthOfHead(block);
            int repeated = block == last ? layersPerBlock - 1 : layersPerBlock;
            if (repeated > 0) {
                Tensor in = x;
                x = b.module("block" + block, () -> b.repeat("layers", repeated, in, h -> layer(b, h, group).tokens));
            }
        }
        Tensor in = x;
        Layer end = b.module("block" + last + ".last", () -> layer(b, in, widthOfHead(last)));
        return summarize(b, b.layerNorm("norm", end.groups));
    }

    /** A layer's results: the refined input tokens and the group tokens. */
    private record Layer(Tensor tokens, Tensor groups) {}

    /** One round of binding: the new group tokens and who is bound to whom, {@code [batch, heads, n, m]}. */
    private record Binding(Tensor groups, Tensor assignment) {}

    private Tensor embed(GraphBuilder b, Tensor images) {
        long batch = images.shape().dimension(0);
        long side = images.shape().dimension(2) / patch;
        Tensor x = b.convolution("patch_embed", images, width, patch, patch, 0, 1, true);
        x = b.permute(b.reshape(x, batch, width, side * side), 0, 2, 1);
        long trained = imageSize / patch;
        Tensor positions = b.parameter("pos_embed", 1, trained * trained, width);
        if (side != trained) {
            Tensor grid = b.permute(b.reshape(positions, 1, trained, trained, width), 0, 3, 1, 2);
            grid = b.apply(new Resize(Interpolation.BICUBIC, side, side), grid);
            positions = b.reshape(b.permute(grid, 0, 2, 3, 1), 1, side * side, width);
        }
        return b.add(x, positions);
    }

    private Layer layer(GraphBuilder b, Tensor x, int group) {
        Tensor normalized = b.layerNorm("norm_inputs", x);
        Tensor keys = heads(b, b.linear("key", normalized, (long) heads * group), group);
        Tensor values = heads(b, b.linear("value", normalized, (long) heads * group), group);
        Tensor sampled = b.module("init", () -> sample(b, x.shape().dimension(0), group));
        Tensor groups = sampled;
        for (int i = 1; i < iterations; i++) {
            groups = bind(b, keys, values, groups, group).groups;
        }
        Binding bound = bind(b, keys, values, connect(b, sampled, groups), group);
        Tensor refined = b.add(x, refine(b, normalized, bound, group));
        Tensor tokens = b.residual(refined, h -> mlp(b, "mlp", b.layerNorm("norm_mlp", h), width));
        return new Layer(tokens, bound.groups);
    }

    /** The initial group tokens {@code [batch, heads, m, group]}. */
    private Tensor sample(GraphBuilder b, long batch, int group) {
        long samples = reading.sampledPerImage() ? batch : 1;
        long tokens = tokensOfHead();
        Tensor noise = b.input("noise", samples, heads, tokens, group);
        Tensor scaled = b.multiply(noise, b.parameter("scale", heads, 1, group));
        Tensor drawn = b.add(scaled, b.parameter("mean", heads, 1, group));
        for (int i = 0; i < reading.flow().couplings(); i++) {
            drawn = couple(b, "flow." + i, drawn, group);
        }
        return samples == batch ? drawn : b.expand(drawn, batch, heads, tokens, group);
    }

    /** An affine coupling: one half of the vector scaled and shifted by functions of the other. */
    private Tensor couple(GraphBuilder b, String name, Tensor x, int group) {
        return b.module(name, () -> {
            long half = group / 2;
            Tensor kept = b.slice(x, 3, 0, half);
            Tensor changed = b.slice(x, 3, half, group);
            Tensor h = kept;
            for (int i = 0; i < reading.flow().hiddenLayers(); i++) {
                h = b.relu(b.linear("hidden" + i, h, reading.flow().hiddenWidth()));
            }
            List<Tensor> affine = b.split(b.linear("out", h, 2 * (group - half)), 3, 2);
            Tensor scaled = b.multiply(changed, b.unary(Function.EXP, affine.get(0)));
            return b.concatenate(3, b.add(scaled, affine.get(1)), kept);
        });
    }

    /** What the last round starts from, by what the backward computation is to pass through. */
    private Tensor connect(GraphBuilder b, Tensor sampled, Tensor groups) {
        return switch (reading.differentiation()) {
            case UNROLLED -> groups;
            case LAST_ITERATION -> iterations == 1 ? groups : b.detach(groups);
            case STRAIGHT_THROUGH ->
                iterations == 1
                        ? groups
                        : b.add(b.detach(groups), b.binary(Arithmetic.SUBTRACT, sampled, b.detach(sampled)));
        };
    }

    private Binding bind(GraphBuilder b, Tensor keys, Tensor values, Tensor groups, int group) {
        Tensor queries = project(b, "query", b.layerNorm("norm_groups", groups), group, false);
        queries = b.scalar(Arithmetic.MULTIPLY, queries);
        Tensor scores = b.matrixProduct(keys, b.permute(queries, 0, 1, 3, 2));
        Tensor assignment = b.softmax(scores, -1);
        Tensor weights = b.binary(Arithmetic.DIVIDE, assignment, b.reduce(Reduction.SUM, assignment, true, 2));
        Tensor updates = b.matrixProduct(b.permute(weights, 0, 1, 3, 2), values);
        Tensor updated = b.module("gru", () -> recur(b, updates, groups, group));
        if (reading.groupMlp()) {
            updated = b.residual(updated, h -> mlp(b, "group_mlp", b.layerNorm("norm_group_mlp", h), group));
        }
        return new Binding(updated, assignment);
    }

    /** A gated recurrent unit of the groups' width. */
    private Tensor recur(GraphBuilder b, Tensor updates, Tensor state, int group) {
        List<Tensor> in = b.split(project(b, "input", updates, 3 * group, true), 3, 3);
        List<Tensor> carried = b.split(project(b, "hidden", state, 3 * group, true), 3, 3);
        Tensor reset = b.unary(Function.SIGMOID, b.add(in.get(0), carried.get(0)));
        Tensor keep = b.unary(Function.SIGMOID, b.add(in.get(1), carried.get(1)));
        Tensor candidate = b.unary(Function.TANH, b.add(in.get(2), b.multiply(reset, carried.get(2))));
        Tensor difference = b.binary(Arithmetic.SUBTRACT, state, candidate);
        return b.add(candidate, b.multiply(keep, difference));
    }

    private Tensor refine(GraphBuilder b, Tensor tokens, Binding bound, int group) {
        Tensor gathered = switch (reading.refinement()) {
            case ASSIGNMENT -> b.matrixProduct(bound.assignment, bound.groups);
            case CROSS_ATTENTION ->
                b.module("refine", () -> {
                    Tensor queries = heads(b, b.linear("query", tokens, (long) heads * group), group);
                    Tensor groups = b.layerNorm("norm", bound.groups);
                    Tensor keys = project(b, "key", groups, group, false);
                    return b.attention(ScalePlacement.QUERY, queries, keys, project(b, "value", groups, group, false));
                });
        };
        long batch = tokens.shape().dimension(0);
        long n = tokens.shape().dimension(1);
        Tensor merged = b.reshape(b.permute(gathered, 0, 2, 1, 3), batch, n, (long) heads * group);
        return b.linear("out", merged, width);
    }

    /** A linear map of group tokens {@code [batch, heads, m, in]}, one for all heads or one per head. */
    private Tensor project(GraphBuilder b, String name, Tensor x, int features, boolean bias) {
        if (reading.sharedOverHeads()) {
            return b.linear(name, x, features, bias);
        }
        return b.module(name, () -> {
            Tensor weight = b.parameter("weight", heads, x.shape().dimension(3), features);
            Tensor y = b.matrixProduct(x, weight);
            return bias ? b.add(y, b.parameter("bias", heads, 1, features)) : y;
        });
    }

    private Tensor mlp(GraphBuilder b, String name, Tensor x, int features) {
        return b.module(name, () -> b.linear("fc2", b.gelu(b.linear("fc1", x, mlpWidth)), features));
    }

    private Tensor heads(GraphBuilder b, Tensor x, int group) {
        long batch = x.shape().dimension(0);
        long n = x.shape().dimension(1);
        return b.permute(b.reshape(x, batch, n, heads, group), 0, 2, 1, 3);
    }

    /** Attention of one learned token to the groups of all heads. */
    private Tensor summarize(GraphBuilder b, Tensor groups) {
        return b.module("summary", () -> {
            long batch = groups.shape().dimension(0);
            long rows = groups.shape().elements(1, 3);
            Tensor flat = b.reshape(groups, batch, rows, groups.shape().dimension(3));
            Tensor token = b.expand(b.parameter("token", 1, 1, summaryWidth), batch, 1, summaryWidth);
            long head = summaryWidth / heads(summaryWidth);
            Tensor q = split(b, b.linear("query", token, summaryWidth), head);
            Tensor k = split(b, b.linear("key", flat, summaryWidth), head);
            Tensor v = split(b, b.linear("value", flat, summaryWidth), head);
            Tensor y = b.attention(ScalePlacement.QUERY, q, k, v);
            Tensor merged = b.reshape(b.permute(y, 0, 2, 1, 3), batch, summaryWidth);
            return b.linear("out", merged, summaryWidth);
        });
    }

    private static Tensor split(GraphBuilder b, Tensor x, long head) {
        long batch = x.shape().dimension(0);
        long n = x.shape().dimension(1);
        long width = x.shape().dimension(2);
        return b.permute(b.reshape(x, batch, n, width / head, head), 0, 2, 1, 3);
    }

    /** Heads of the final attention: 64 wide, as usual in vision transformers; the paper does not say. */
    private static long heads(long width) {
        return Math.max(1, width / 64);
    }
}
