package org.corehours.models.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Parameter;
import org.corehours.models.Backbone;
import org.corehours.models.Counts;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** DINO's backbones, heads and steps equal the reference counter to the last digit. */
class DinoTrainingTest {
    private static final ProjectionHead HEAD = new ProjectionHead(2048, 256, 65_536, false);

    @ParameterizedTest(name = "{0} of width {1}, patch {2}, {3}")
    @CsvFileSource(resources = "dino.csv", useHeadersInDisplayName = true)
    void equalsTheReference(
            String part,
            int width,
            int patch,
            int imageOrLocalCrops,
            long parameters,
            long trainable,
            long forwardMatrix,
            long forwardConvolution,
            long trainingMatrix,
            long trainingConvolution,
            long trainingConvolutionBackward) {
        VisionTransformer backbone =
                VisionTransformer.of(224, patch, 12, TransformerBlock.of(width, width / 64, 4 * width));
        Graph graph = switch (part) {
            case "backbone" -> backbone(backbone, imageOrLocalCrops);
            case "head" -> head(width);
            default ->
                DinoTraining.of("vit", backbone, imageOrLocalCrops).plan(1).graph();
        };

        assertThat(Counts.parametersOutside(graph, "teacher.")).isEqualTo(parameters);
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

    private static Graph backbone(VisionTransformer backbone, int pixels) {
        GraphBuilder b = new GraphBuilder("backbone", 1);
        Backbone bare = backbone.forSelfDistillation(0.1);
        return b.build(b.select(bare.tokens(b, b.input("images", 1, 3, pixels, pixels)), 1, 0));
    }

    private static Graph head(int width) {
        GraphBuilder b = new GraphBuilder("head", 1);
        return b.build(HEAD.apply(b, b.differentiableInput("summary", 1, width)));
    }

    @Test
    void teacherHasTheStudentsShapes() {
        VisionTransformer backbone = VisionTransformer.of(224, 16, 12, TransformerBlock.of(384, 6, 1536));
        Graph graph = DinoTraining.of("vit", backbone, 10).plan(2).graph();
        assertThat(graph.parameters().stream()
                        .filter(p -> p.name().startsWith("teacher."))
                        .mapToLong(Parameter::elements)
                        .sum())
                .isEqualTo(Counts.parametersOutside(graph, "teacher."));
    }
}
