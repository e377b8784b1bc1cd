package org.corehours.models.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.corehours.core.graph.FlopTable.Category;
import org.corehours.core.graph.Graph;
import org.corehours.models.catalog.ModelCatalog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of the models whose work is a map's, and names that are variants of one another. */
class ConvolutionalModelsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "resnet50",
                "resnet50d",
                "resnext50_32x4d",
                "wide_resnet50_2",
                "seresnet50",
                "resnetaa50",
                "resnetblur50",
                "resnetrs50",
                "ecaresnet50t",
                "convnext_tiny",
                "convnextv2_tiny"
            })
    void workGrowsWithTheAreaOfTheImage(String name) {
        Graph small = ModelCatalog.get(name).withImageSize(224).graph(1);
        Graph large = ModelCatalog.get(name).withImageSize(448).graph(1);
        assertThat(large.parameterCount()).isEqualTo(small.parameterCount());
        double ratio = (double) large.flops().forwardFlops() / small.flops().forwardFlops();
        assertThat(ratio).isCloseTo(4, within(0.01));
    }

    /** Parameters as timm lists them, in millions: its results-imagenet.csv and benchmark tables. */
    @ParameterizedTest
    @CsvSource({
        "resnet26t,16.01",
        "resnet50t,25.57",
        "resnet50d,25.58",
        "resnet101d,44.57",
        "resnet200,64.67",
        "gluon_resnet50_v1s,25.68",
        "seresnet50,28.09",
        "wide_resnet50_2,68.88",
        "ig_resnext101_32x32d,468.53",
        "resnetv2_50,25.55",
        "resnetv2_50t,25.57",
        "resnetv2_101d,44.56",
        "resnetv2_152d,60.2",
        "resnetv2_152x2_bitm,236.34",
        "convnext_nano,15.59",
        "convnext_xlarge_in22ft1k,350.2",
        "mixer_l32_224,206.94",
        "cait_m36_384,271.22",
        "resnetrs50,35.69",
        "resnetrs101,63.62",
        "resnetrs270,129.86",
        "resnetrs350,163.96",
        "ecaresnet50t,25.57",
        "resnetaa50,25.56",
        "resnetv2_50d_gn,25.57",
        "convnext_tiny_hnfd,28.59"
    })
    void variantsHaveTheirListedSize(String name, double millions) {
        assertThat(ModelCatalog.get(name).graph(1).parameterCount() / 1e6).isCloseTo(millions, within(0.006));
    }

    @ParameterizedTest
    @ValueSource(ints = {176, 224, 225, 288})
    void averagedShortcutsKeepOddMaps(int side) {
        Graph graph = ModelCatalog.get("resnet50d").withImageSize(side).graph(2);
        assertThat(graph.flops().forwardByCategory().get(Category.CONVOLUTION)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"resnet51", "resnext50", "wide_resnet50", "resnetv2_50x9_bit", "convnext_pocket", "mixer_x16_224"
            })
    void whatIsNoModelIsNotUnderstood(String name) {
        assertThat(ModelCatalog.find(name)).isEmpty();
    }
}
