package org.corehours.models.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.models.Backbone;
import org.corehours.models.Counts;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** iBOT's backbones, heads and whole steps equal the reference counter to the last digit. */
class IbotTrainingTest {
    private static final String GLOBAL = "student forward, global crops";
    private static final String LOCAL = "student forward, local crops";

    static Backbone backbone(String name) {
        return switch (name) {
            case "vit_tiny_16" -> vit(192, 12);
            case "vit_small_16" -> vit(384, 12);
            case "vit_base_16" -> vit(768, 12);
            case "swin_tiny_7" ->
                (Backbone) ModelCatalog.get("swin_tiny_patch4_window7_224").network();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static VisionTransformer vit(int width, int depth) {
        return VisionTransformer.of(224, 16, depth, TransformerBlock.of(width, width / 64, 4 * width));
    }

    @ParameterizedTest(name = "{0}, batch {2}, {3} local crops, shared head {4}")
    @CsvFileSource(resources = "ibot-steps.csv", useHeadersInDisplayName = true)
    void stepEqualsTheReference(
            String backbone,
            boolean trainedNorms,
            long batch,
            int localCrops,
            boolean sharedHead,
            long parameters,
            long trainable,
            long teacherMatrix,
            long teacherConvolution,
            long globalMatrix,
            long globalConvolution,
            long localMatrix,
            long localConvolution,
            long backwardMatrix,
            long backwardConvolution) {
        ProjectionHead head = new ProjectionHead(2048, 256, 8192, trainedNorms);
        Graph graph = new IbotTraining(backbone, backbone(backbone), head, sharedHead, Crops.standard(localCrops), 0.1)
                .plan(batch)
                .graph();
        FlopTable flops = graph.flops();

        assertThat(Counts.parametersOutside(graph, "teacher.")).isEqualTo(parameters);
        assertThat(graph.trainableParameterCount()).isEqualTo(trainable);
        assertThat(flops.forwardFlops("teacher forward")).isEqualTo(teacherMatrix + teacherConvolution);
        assertThat(flops.forwardFlops(GLOBAL)).isEqualTo(globalMatrix + globalConvolution);
        assertThat(flops.forwardFlops(LOCAL)).isEqualTo(localMatrix + localConvolution);
        assertThat(Counts.of(flops.forwardByCategory(), Category.CONVOLUTION))
                .isEqualTo(teacherConvolution + globalConvolution + localConvolution);
        assertThat(flops.backwardFlops()).isEqualTo(backwardMatrix + backwardConvolution);
        assertThat(Counts.of(flops.trainingByCategory(), Category.CONVOLUTION_BACKWARD))
                .isEqualTo(backwardConvolution);
    }

    @ParameterizedTest(name = "{0} of {1} at {3}, batch {4}, shared head {5}")
    @CsvFileSource(resources = "ibot-parts.csv", useHeadersInDisplayName = true)
    void partEqualsTheReference(
            String part,
            String backbone,
            boolean trainedNorms,
            int image,
            long batch,
            boolean sharedHead,
            long parameters,
            long trainable,
            long forwardMatrix,
            long forwardConvolution,
            long trainingMatrix,
            long trainingConvolution,
            long trainingConvolutionBackward) {
        GraphBuilder b = new GraphBuilder(part, batch);
        Backbone bare = backbone(backbone).forSelfDistillation(0.1);
        Graph graph;
        if (part.equals("backbone")) {
            graph = b.build(bare.tokens(b, b.input("images", batch, 3, image, image), Optional.empty()));
        } else {
            long side = image / bare.patchPixels();
            Tensor tokens = b.differentiableInput("tokens", batch, side * side + 1, bare.width());
            List<Tensor> logits = new ProjectionHead(2048, 256, 8192, trainedNorms).perToken(b, tokens, sharedHead);
            graph = b.build(logits.toArray(new Tensor[0]));
        }

        assertThat(graph.parameterCount()).isEqualTo(parameters);
        assertThat(graph.trainableParameterCount()).isEqualTo(trainable);
        assertThat(Counts.matrix(graph.flops().forwardByCategory())).isEqualTo(forwardMatrix);
        assertThat(Counts.of(graph.flops().forwardByCategory(), Category.CONVOLUTION))
                .isEqualTo(forwardConvolution);
        assertThat(Counts.matrix(graph.flops().trainingByCategory())).isEqualTo(trainingMatrix);
        assertThat(Counts.of(graph.flops().trainingByCategory(), Category.CONVOLUTION))
                .isEqualTo(trainingConvolution);
        assertThat(Counts.of(graph.flops().trainingByCategory(), Category.CONVOLUTION_BACKWARD))
                .isEqualTo(trainingConvolutionBackward);
    }
}
