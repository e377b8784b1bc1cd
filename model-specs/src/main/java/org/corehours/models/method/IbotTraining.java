package org.corehours.models.method;

import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Convert;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.graph.Tensor.ElementType;
import org.corehours.core.step.DeviceReduction;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Backbone;
import org.corehours.models.TrainingMethod;

/**
 * iBOT: DINO, and the student besides predicts, at masked patches of the large crops, what the teacher says of them
 * unmasked (Zhou et al., 2022, arXiv 2111.07832; code: bytedance/ibot, main_ibot.py, models/head.py).
 *
 * <p>The head runs on every token of every crop. The small crops' patch logits are computed and then left unused.
 *
 * @param model the backbone's name
 * @param backbone what is trained
 * @param head the projection head of summary and patch tokens
 * @param sharedHead whether the student's patches use the summary's prototypes; the teacher's always do
 * @param crops the views of one image
 * @param dropPath rate at which the student's residual branches are dropped
 */
public record IbotTraining(
        String model, Backbone backbone, ProjectionHead head, boolean sharedHead, Crops crops, double dropPath)
        implements TrainingMethod {

    /** The published runs: a shared head with 8,192 prototypes of trained length, drop-path 0.1. */
    public static IbotTraining of(String model, Backbone backbone, int localCrops) {
        return new IbotTraining(
                model, backbone, new ProjectionHead(2048, 256, 8_192, true), true, Crops.standard(localCrops), 0.1);
    }

    /** Logits of the summary token {@code [crops·batch, outputs]} and of the patches. */
    private record Logits(Tensor summary, Tensor patches) {}

    @Override
    public long parameters(StepProgram step) {
        return SelfDistillation.parameters(step);
    }

    @Override
    public String usualInput() {
        return crops.input("ibot");
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder("ibot_" + model, samples);
        Backbone teacher = backbone.forSelfDistillation(0);
        Backbone student = backbone.forSelfDistillation(dropPath);

        b.section("teacher forward", false);
        // The crops are joined outside the networks: the wrapper's code names them until both parts have run.
        Tensor taughtImages = crops.global(b);
        Logits taught = b.module("teacher", () -> logits(b, teacher, true, taughtImages, Optional.empty()));
        b.section("student forward, global crops", true);
        Tensor images = crops.global(b);
        Tensor[] masks = masks(b);
        Logits global =
                b.module("student", () -> logits(b, student, sharedHead, images, Optional.of(b.concatenate(0, masks))));
        Tensor summaries = global.summary;
        if (crops.locals() > 0) {
            b.section("student forward, local crops", true);
            Tensor small = crops.local(b);
            Logits local = b.module("student", () -> logits(b, student, sharedHead, small, Optional.empty()));
            b.section("loss", true);
            summaries = b.concatenate(0, global.summary, local.summary);
        } else {
            b.section("loss", true);
        }
        Tensor loss = loss(b, summaries, global.patches, taught, masks);
        // Besides the centres, the code gathers two predictions and the labels, whole numbers of 64 bits, to report
        // them.
        List<DeviceReduction> reductions = List.of(
                SelfDistillation.center("centre of summaries", head),
                SelfDistillation.center("centre of patches", head),
                DeviceReduction.gather("predictions and labels", Math.multiplyExact(samples, 8L), 3));
        return new StepProgram(b.build(loss), SelfDistillation.UPDATE, reductions);
    }

    private Tensor[] masks(GraphBuilder b) {
        long side = crops.globalPixels() / backbone.patchPixels();
        Tensor[] masks = new Tensor[crops.globals()];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = b.booleans("masks." + i, b.batch(), side, side);
        }
        return masks;
    }

    private Logits logits(GraphBuilder b, Backbone network, boolean shared, Tensor images, Optional<Tensor> mask) {
        Tensor tokens = b.module("backbone", () -> network.tokens(b, images, mask));
        List<Tensor> logits = b.module("head", () -> head.perToken(b, tokens, shared));
        return new Logits(logits.get(0), logits.get(1));
    }

    private Tensor loss(GraphBuilder b, Tensor summaries, Tensor patches, Logits taught, Tensor[] masks) {
        Tensor center = b.input("center", 1, head.outputs());
        Tensor patchCenter = b.input("center2", 1, 1, head.outputs());
        List<Tensor> students = SelfDistillation.perCrop(b, summaries, crops.count());
        List<Tensor> studentPatches = SelfDistillation.perCrop(b, patches, crops.globals());
        List<Tensor> targets = SelfDistillation.targets(b, taught.summary, center, crops.globals());
        List<Tensor> patchTargets = SelfDistillation.targets(b, taught.patches, patchCenter, crops.globals());

        Tensor masked = masked(b, patchTargets.get(0), studentPatches.get(0), masks[0]);
        masked = b.scalar(Arithmetic.ADD, masked);
        for (int i = 1; i < masks.length; i++) {
            masked = b.addInPlace(masked, masked(b, patchTargets.get(i), studentPatches.get(i), masks[i]));
        }
        masked = b.scalar(Arithmetic.DIVIDE, masked);
        Tensor across = SelfDistillation.acrossCrops(b, targets, students);
        Tensor loss = b.add(b.scalar(Arithmetic.MULTIPLY, across), b.scalar(Arithmetic.MULTIPLY, masked));

        SelfDistillation.updateCenter(b, center, b.reduce(Reduction.SUM, taught.summary, true, 0));
        Tensor perImage = b.reduce(Reduction.MEAN, taught.patches, false, 1);
        SelfDistillation.updateCenter(b, patchCenter, b.reduce(Reduction.SUM, perImage, true, 0));
        return loss;
    }

    /** The mean over images of the mean cross-entropy of masked patches. The loss of every patch is computed, then weighted. */
    private static Tensor masked(GraphBuilder b, Tensor targets, Tensor logits, Tensor mask) {
        Tensor losses = Loss.perRow(b, targets, logits);
        Tensor flat = b.reshape(mask, mask.shape().dimension(0), mask.shape().elements(1, 3));
        Tensor weighted = b.multiply(losses, b.apply(new Convert(ElementType.REAL), flat));
        Tensor count = b.scalar(Arithmetic.MAXIMUM, b.reduce(Reduction.SUM, flat, false, -1));
        Tensor perImage = b.binary(Arithmetic.DIVIDE, b.reduce(Reduction.SUM, weighted, false, -1), count);
        return b.reduce(Reduction.MEAN, perImage, false, 0);
    }
}
