package org.corehours.models.method;

import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.Backbone;
import org.corehours.models.TrainingMethod;

/**
 * DINO: a student matches, from every crop of an image, what a teacher that averages its weights says of the large
 * crops (Caron et al., 2021, arXiv 2104.14294; code: facebookresearch/dino, main_dino.py).
 *
 * <p>Teacher and student run the backbone on all crops of a size at once, and the head on the summary tokens.
 *
 * @param model the backbone's name
 * @param backbone what is trained
 * @param head the projection head
 * @param crops the views of one image
 * @param dropPath rate at which the student's residual branches are dropped
 */
public record DinoTraining(String model, Backbone backbone, ProjectionHead head, Crops crops, double dropPath)
        implements TrainingMethod {

    /** The code's defaults: 65,536 prototypes of fixed length, drop-path 0.1. */
    public static DinoTraining of(String model, Backbone backbone, int localCrops) {
        return new DinoTraining(
                model, backbone, new ProjectionHead(2048, 256, 65_536, false), Crops.standard(localCrops), 0.1);
    }

    @Override
    public long parameters(StepProgram step) {
        return SelfDistillation.parameters(step);
    }

    @Override
    public String usualInput() {
        return crops.input("dino");
    }

    @Override
    public StepProgram plan(long samples) {
        Backbone teacher = backbone.forSelfDistillation(0);
        Backbone student = backbone.forSelfDistillation(dropPath);
        return plan(
                new GraphBuilder("dino_" + model, samples),
                (b, images) -> b.select(teacher.tokens(b, images), 1, 0),
                (b, images) -> b.select(student.tokens(b, images), 1, 0),
                head,
                crops);
    }

    /** What an encoder says of whole images: {@code [batch, width]}. */
    interface Summary {
        Tensor of(GraphBuilder b, Tensor images);
    }

    /** One step with encoders of any kind. */
    static StepProgram plan(GraphBuilder b, Summary teacher, Summary student, ProjectionHead head, Crops crops) {
        b.section("teacher forward", false);
        Tensor taught = b.module("teacher", () -> {
            Tensor images = crops.global(b);
            Tensor summary = b.module("backbone", () -> teacher.of(b, images));
            return b.module("head", () -> head.apply(b, summary));
        });
        b.section("student forward, global crops", true);
        Tensor global = b.module("student", () -> {
            Tensor images = crops.global(b);
            return b.module("backbone", () -> student.of(b, images));
        });
        Tensor all = global;
        if (crops.locals() > 0) {
            b.section("student forward, local crops", true);
            Tensor local = b.module("student", () -> {
                Tensor images = crops.local(b);
                return b.module("backbone", () -> student.of(b, images));
            });
            all = b.concatenate(0, global, local);
        }
        Tensor summaries = all;
        b.section("student head", true);
        Tensor learned = b.module("student", () -> b.module("head", () -> head.apply(b, summaries)));
        b.section("loss", true);
        return new StepProgram(
                b.build(loss(b, learned, taught, head, crops)),
                SelfDistillation.UPDATE,
                List.of(SelfDistillation.center("centre", head)));
    }

    private static Tensor loss(GraphBuilder b, Tensor learned, Tensor taught, ProjectionHead head, Crops crops) {
        Tensor center = b.input("center", 1, head.outputs());
        Tensor loss = SelfDistillation.acrossCrops(
                b,
                SelfDistillation.targets(b, taught, center, crops.globals()),
                SelfDistillation.perCrop(b, learned, crops.count()));
        SelfDistillation.updateCenter(b, center, b.reduce(Reduction.SUM, taught, true, 0));
        return loss;
    }
}
