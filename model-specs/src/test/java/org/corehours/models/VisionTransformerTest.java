package org.corehours.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.junit.jupiter.api.Test;

class VisionTransformerTest {
    @Test
    void tinyMatchesTheReferenceCounts() {
        VisionTransformer tiny = new VisionTransformer(
                224,
                16,
                192,
                12,
                3,
                768,
                1000,
                1,
                VisionTransformer.Pooling.TOKEN,
                true,
                false,
                false,
                false,
                0,
                ScalePlacement.QUERY);
        GraphBuilder b = new GraphBuilder("vit_tiny_patch16_224", 1);
        Graph graph = b.build(tiny.logits(b, b.input("images", 1, 3, 224, 224)));
        assertThat(graph.parameterCount()).isEqualTo(5_717_416);
        assertThat(graph.flops().forwardFlops()).isEqualTo(2_507_366_400L);
        assertThat(graph.flops().trainingFlops()).isEqualTo(7_464_296_448L);
    }
}
