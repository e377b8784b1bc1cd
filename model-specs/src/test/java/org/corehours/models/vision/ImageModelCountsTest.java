package org.corehours.models.vision;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.models.Counts;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Every named image model equals the reference counter to the last digit. */
class ImageModelCountsTest {
    @ParameterizedTest(name = "{0} at {1}")
    @CsvFileSource(resources = "image-models.csv", useHeadersInDisplayName = true)
    void equalsTheReference(
            String name,
            int imageSize,
            long parameters,
            long forwardMatrix,
            long forwardConvolution,
            long trainingMatrix,
            long trainingConvolution,
            long trainingConvolutionBackward) {
        Graph graph = ModelCatalog.get(name).withImageSize(imageSize).graph(1);
        FlopTable flops = graph.flops();

        assertThat(graph.parameterCount()).as("parameters").isEqualTo(parameters);
        assertThat(Counts.matrix(flops.forwardByCategory()))
                .as("forward matrix")
                .isEqualTo(forwardMatrix);
        assertThat(flops.forwardByCategory().get(Category.CONVOLUTION))
                .as("forward convolution")
                .isEqualTo(forwardConvolution);
        assertThat(Counts.matrix(flops.trainingByCategory()))
                .as("training matrix")
                .isEqualTo(trainingMatrix);
        assertThat(flops.trainingByCategory().get(Category.CONVOLUTION))
                .as("training convolution")
                .isEqualTo(trainingConvolution);
        assertThat(flops.trainingByCategory().get(Category.CONVOLUTION_BACKWARD))
                .as("convolution backward")
                .isEqualTo(trainingConvolutionBackward);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "image-models.csv", useHeadersInDisplayName = true)
    void isLinearInTheBatch(String name, int imageSize) {
        Model model = ModelCatalog.get(name).withImageSize(imageSize);
        assertThat(model.graph(6).flops().trainingFlops())
                .isEqualTo(6 * model.graph(1).flops().trainingFlops());
    }
}
