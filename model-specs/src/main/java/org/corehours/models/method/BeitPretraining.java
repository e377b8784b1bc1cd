package org.corehours.models.method;

import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Convert;
import org.corehours.core.graph.Operator.MaskedSelect;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.TrainingMethod;
import org.corehours.models.tokenizer.ImageTokenizer;
import org.corehours.models.vision.VisionTransformer;

/**
 * BEiT's masked image modelling: some patches are replaced by a learned vector, and a linear layer names the visual
 * token of each from what the blocks make of the rest (Bao et al., 2022, arXiv 2106.08254; code: microsoft/unilm,
 * beit/modeling_pretrain.py). PeCo trains alike with another tokenizer (Dong et al., 2023, arXiv 2111.12710).
 *
 * <p>The visual tokens are read by a frozen tokenizer in every step, outside the step's mixed precision,
 * or come ready-made.
 *
 * @param model the backbone's name
 * @param network the backbone; its classifier is not used, and position tables of its blocks become one
 * @param vocabulary visual tokens; 8192 in BEiT
 * @param maskedPatches patches masked per image; 75 of 196 in BEiT
 * @param tokenizer what names the patches in every step; empty where the names come ready-made
 * @param dropPath rate at which residual branches are dropped; 0.1 in BEiT
 * @param update what follows the backward computation
 */
public record BeitPretraining(
        String model,
        VisionTransformer network,
        int vocabulary,
        int maskedPatches,
        Optional<ImageTokenizer> tokenizer,
        double dropPath,
        Update update)
        implements TrainingMethod {

    private static final String MASK_TOKEN = "mask_token";
    private static final String NAMING_LAYER = "lm_head";

    public BeitPretraining {
        int side = network.imageSize() / network.patch();
        if (maskedPatches < 1 || maskedPatches > side * side) {
            throw new IllegalArgumentException("The masked patches (" + maskedPatches + ") must be between 1 and the "
                    + side * side + " patches of the image.");
        }
    }

    /** BEiT's recipe: 75 of 196 patches masked, drop-path 0.1, AdamW, gradients clipped to a norm. */
    public static BeitPretraining of(String model, VisionTransformer network, Optional<ImageTokenizer> tokenizer) {
        return new BeitPretraining(
                model, network, 8192, 75, tokenizer, 0.1, new Update(Optimizer.ADAMW, true, false, ""));
    }

    /** Without the layer that names visual tokens, the mask token and the tokenizer. */
    @Override
    public long parameters(StepProgram step) {
        return step.graph()
                .parameterCount(parameter -> parameter.trainable()
                        && !parameter.name().equals(MASK_TOKEN)
                        && !parameter.name().startsWith(NAMING_LAYER + "."));
    }

    @Override
    public String usualInput() {
        return tokenizer.isPresent() ? "beit" : "mae";
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder("beit_" + model, samples);
        long rows = Math.multiplyExact(samples, maskedPatches);
        long side = network.imageSize() / network.patch();
        Tensor mask = b.booleans("mask", samples, side * side);
        Tensor labels =
                tokenizer.map(reader -> labels(b, reader, mask, rows)).orElseGet(() -> b.integers("labels", rows));
        b.section("forward", true);
        Tensor logits = logits(b, network.input(b), mask, rows);
        b.section("loss", true);
        return new StepProgram(b.build(b.crossEntropy(logits, labels)), update);
    }

    private Tensor labels(GraphBuilder b, ImageTokenizer reader, Tensor mask, long rows) {
        if (reader.halfPrecision()) {
            b.section("tokenizer", false);
        } else {
            b.fullPrecisionSection("tokenizer");
        }
        long pixels = network.imageSize() / network.patch() * (long) reader.stride();
        Tensor images = b.input("tokenizer_images", b.batch(), 3, pixels, pixels);
        Tensor codes = b.module("tokenizer", () -> b.frozen(() -> reader.codes(b, images)));
        Tensor flat = b.reshape(codes, b.batch(), mask.shape().dimension(1));
        return b.apply(new MaskedSelect(rows), flat, mask);
    }

    /** The logits {@code [masked patches of the batch, vocabulary]}. */
    private Tensor logits(GraphBuilder b, Tensor images, Tensor mask, long rows) {
        VisionTransformer encoder = network.forMaskedModelling(dropPath);
        Tensor embedded = masked(b, encoder.patches(b, images), mask);
        Tensor tokens = encoder.encode(b, embedded, network.imageSize() / network.patch());
        Tensor patches = b.slice(tokens, 1, 1, tokens.shape().dimension(1));
        return b.linear(NAMING_LAYER, b.apply(new MaskedSelect(rows), patches, mask), vocabulary);
    }

    /** The learned vector where the mask is one, the patch elsewhere, as a weighted sum. */
    private Tensor masked(GraphBuilder b, Tensor patches, Tensor mask) {
        long batch = patches.shape().dimension(0);
        long count = patches.shape().dimension(1);
        int width = network.width();
        Tensor vector = b.expand(b.parameter(MASK_TOKEN, 1, 1, width), batch, count, width);
        Tensor weight = b.apply(new Convert(ElementType.REAL), b.reshape(mask, batch, count, 1));
        Tensor kept = b.multiply(patches, b.scalar(Arithmetic.SUBTRACT, weight));
        return b.add(kept, b.multiply(vector, weight));
    }
}
