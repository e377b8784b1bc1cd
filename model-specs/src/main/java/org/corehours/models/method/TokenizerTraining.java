package org.corehours.models.method;

import java.util.ArrayList;
import java.util.List;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.Arithmetic;
import org.corehours.core.graph.Operator.Function;
import org.corehours.core.graph.Operator.Reduction;
import org.corehours.core.graph.Tensor;
import org.corehours.core.step.Optimizer;
import org.corehours.core.step.StepProgram;
import org.corehours.core.step.Update;
import org.corehours.models.TrainingMethod;
import org.corehours.models.tokenizer.VqGan;
import org.corehours.models.vision.VisionTransformer;

/**
 * Training of a vector-quantized autoencoder on reconstruction and, where a perceptual network is
 * given, on the distance of its features: forward on the image without gradient, forward on the
 * reconstruction and backward through it, its own weights frozen (PeCo; Dong et al., 2023, arXiv
 * 2111.12710).
 *
 * @param tokenizer the autoencoder
 * @param imageSize side of the square images, in pixels
 * @param quantizer how the codebook follows the encoder
 * @param perceptual the frozen network whose features are compared; ignored if {@code perceptualLoss} is off
 * @param perceptualLoss whether the perceptual network runs
 * @param featureLayers depths at which features are compared, equally spaced; 4 for layers 3, 6, 9 and 12 of a ViT-B
 */
public record TokenizerTraining(
        VqGan tokenizer,
        int imageSize,
        VqGan.Quantizer quantizer,
        VisionTransformer perceptual,
        boolean perceptualLoss,
        int featureLayers)
        implements TrainingMethod {

    @Override
    public String model() {
        return "vqgan_f" + tokenizer.stride();
    }

    @Override
    public StepProgram plan(long samples) {
        GraphBuilder b = new GraphBuilder(model(), samples);
        Tensor images = b.input("images", samples, 3, imageSize, imageSize);
        List<Tensor> targets = perceptualLoss ? features(b, "perceptual_target", false, images) : List.of();
        b.section("autoencoder", true);
        Tensor map = tokenizer.encode(b, images);
        VqGan.Quantized quantized = tokenizer.quantize(b, map, quantizer);
        Tensor image = tokenizer.decode(b, quantized.map());
        List<Tensor> actual = perceptualLoss ? features(b, "perceptual", true, image) : List.of();
        b.section("loss", true);
        Tensor loss = b.add(distance(b, images, image), quantized.loss());
        for (int i = 0; i < targets.size(); i++) {
            Tensor compared = distance(b, b.unitLength(targets.get(i)), b.unitLength(actual.get(i)));
            loss = b.add(loss, b.scalar(Arithmetic.MULTIPLY, compared));
        }
        return new StepProgram(b.build(loss), Update.of(Optimizer.ADAM));
    }

    private List<Tensor> features(GraphBuilder b, String section, boolean gradient, Tensor images) {
        b.section(section, gradient);
        return b.frozen(() -> b.module("perceptual", () -> perceptual.stages(b, images, featureLayers)));
    }

    private static Tensor distance(GraphBuilder b, Tensor target, Tensor actual) {
        Tensor squares = b.unary(Function.SQUARE, b.binary(Arithmetic.SUBTRACT, target, actual));
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < squares.shape().rank(); i++) {
            axes.add(i);
        }
        return b.reduce(Reduction.MEAN, squares, false, axes.toArray(Integer[]::new));
    }
}
