package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.step.StepProgram;
import org.corehours.models.TrainingMethod;
import org.corehours.models.vision.PerceptualGroupTokenizer;

/**
 * Self-supervised training of a Perceptual Group Tokenizer: DINO's step, which the paper says it follows, on the
 * token that summarizes the groups (Deng, Chen and Li, 2024, arXiv 2311.18296). Crops and head are not reported.
 *
 * @param encoder what is trained
 * @param head the projection head; DINO's has 65,536 prototypes
 * @param crops the views of one image
 */
public record PerceptualGroupTraining(PerceptualGroupTokenizer encoder, ProjectionHead head, Crops crops)
        implements TrainingMethod {

    /** DINO's head and large crops, with small ones besides. */
    public static PerceptualGroupTraining of(PerceptualGroupTokenizer encoder, int localCrops) {
        return new PerceptualGroupTraining(
                encoder, new ProjectionHead(2048, 256, 65_536, false), Crops.standard(localCrops));
    }

    @Override
    public String model() {
        return encoder.reading().flow().couplings() == 0 ? "pgt_g_base" : "pgt_f_base";
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
        return DinoTraining.plan(
                new GraphBuilder("dino_" + model(), samples), encoder::features, encoder::features, head, crops);
    }
}
