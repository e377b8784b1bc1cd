package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.TrainingMethod;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;

/**
 * A masked autoencoder: the encoder sees a random part of the patches, and a narrower decoder predicts the pixels of the
 * others (He et al., 2022, arXiv 2111.06377; code: facebookresearch/mae, models_mae.py).
 *
 * @param model the encoder's name
 * @param network the encoder: its patches, blocks and final norm are used, its positions are fixed ones
 * @param decoder the decoder's block; 512 wide with 16 heads in MAE
 * @param decoderDepth the decoder's blocks; 8 in MAE
 * @param visiblePatches patches the encoder sees; a quarter in MAE
 * @param update what follows the backward computation
 */
public record MaePretraining(
        String model,
        VisionTransformer network,
        TransformerBlock decoder,
        int decoderDepth,
        int visiblePatches,
        Update update)
        implements TrainingMethod {

    /** MAE's recipe: a quarter of the patches seen, a decoder of eight blocks 512 wide, AdamW. */
    public static MaePretraining of(String model, VisionTransformer network) {
        int side = network.imageSize() / network.patch();
        TransformerBlock decoder = TransformerBlock.of(512, 16, 2048);
        return new MaePretraining(model, network, decoder, 8, side * side / 4, Update.of(Optimizer.ADAMW));
    }

    public MaePretraining {
        int side = network.imageSize() / network.patch();
        if (visiblePatches < 1 || visiblePatches > side * side) {
            throw new IllegalArgumentException("The visible patches (" + visiblePatches + ") must be between 1 and the "
                    + side * side + " patches of the image.");
        }
    }

    @Override
    public String usualInput() {
        return "mae";
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder("mae_" + model, samples);
        b.section("encoder", true);
        Tensor seen = encode(b, network.input(b));
        b.section("decoder", true);
        Tensor predicted = decode(b, seen);
        b.section("loss", true);
        return new StepProgram(b.build(loss(b, predicted)), update);
    }

    private long patches() {
        long side = network.imageSize() / network.patch();
        return side * side;
    }

    private Tensor encode(GraphBuilder b, Tensor images) {
        long batch = b.batch();
        int width = network.width();
        Tensor x = network.patches(b, images);
        Tensor positions = b.frozen(() -> b.parameter("pos_embed", 1, patches() + 1, width));
        x = b.add(x, b.slice(positions, 1, 1, patches() + 1));
        x = picked(b, x, "ids_keep", visiblePatches);
        Tensor token = b.add(b.parameter("cls_token", 1, 1, width), b.slice(positions, 1, 0, 1));
        x = b.concatenate(1, b.expand(token, batch, 1, width), x);
        return b.layerNorm(
                "norm",
                b.repeat("blocks", network.depth(), x, h -> network.block().apply(b, h)));
    }

    private Tensor decode(GraphBuilder b, Tensor seen) {
        long batch = b.batch();
        int width = decoder.width();
        Tensor x = b.linear("decoder_embed", seen, width);
        long hidden = patches() - visiblePatches;
        Tensor visible = b.slice(x, 1, 1, visiblePatches + 1L);
        Tensor all = visible;
        if (hidden > 0) {
            Tensor masks = b.expand(b.parameter("mask_token", 1, 1, width), batch, hidden, width);
            all = b.concatenate(1, visible, masks);
        }
        Tensor ordered = picked(b, all, "ids_restore", patches());
        x = b.concatenate(1, b.slice(x, 1, 0, 1), ordered);
        x = b.add(x, b.frozen(() -> b.parameter("decoder_pos_embed", 1, patches() + 1, width)));
        x = b.layerNorm("decoder_norm", b.repeat("decoder_blocks", decoderDepth, x, h -> decoder.apply(b, h)));
        x = b.linear("decoder_pred", x, 3L * network.patch() * network.patch());
        return b.slice(x, 1, 1, patches() + 1);
    }

    /** Patches of each image in the order of integers drawn for it. */
    private static Tensor picked(GraphBuilder b, Tensor x, String order, long count) {
        long batch = x.shape().dimension(0);
        Tensor rows = b.reshape(x, batch * x.shape().dimension(1), x.shape().dimension(2));
        return b.gather(rows, b.integers(order, batch, count));
    }

    /** The mean squared error of the patches that were not seen. */
    private Tensor loss(GraphBuilder b, Tensor predicted) {
        Tensor target = b.input("target", predicted.shape().toArray());
        Tensor hidden = b.input("mask", b.batch(), patches());
        Tensor error = b.unary(Function.SQUARE, b.binary(Arithmetic.SUBTRACT, predicted, target));
        Tensor weighted = b.multiply(b.reduce(Reduction.MEAN, error, false, -1), hidden);
        return b.binary(
                Arithmetic.DIVIDE,
                b.reduce(Reduction.SUM, weighted, false, 0, 1),
                b.reduce(Reduction.SUM, hidden, false, 0, 1));
    }
}
