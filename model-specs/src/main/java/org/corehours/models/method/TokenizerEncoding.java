package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.StepProgram;
import org.corehours.models.TrainingMethod;
import org.corehours.models.tokenizer.ImageTokenizer;

/**
 * The reading of images' visual tokens, as masked image modelling needs them: forward passes of a tokenizer's encoder.
 *
 * @param tokenizer what names the patches
 * @param imageSize side of the square images, in pixels
 */
public record TokenizerEncoding(ImageTokenizer tokenizer, int imageSize) implements TrainingMethod {
    @Override
    public String model() {
        return "tokenizer_f" + tokenizer.stride();
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model(), samples);
        b.section("encoding", false);
        Tensor images = b.input("images", samples, 3, imageSize, imageSize);
        return StepProgram.inference(b.build(tokenizer.codes(b, images)));
    }
}
