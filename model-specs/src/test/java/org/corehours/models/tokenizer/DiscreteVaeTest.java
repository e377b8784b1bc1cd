package org.corehours.models.tokenizer;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ReferenceCounts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscreteVaeTest {
    @ParameterizedTest
    @CsvSource({"256,3,64,1", "112,3,64,1", "224,4,256,1", "112,3,64,3"})
    void matchesTheReferenceCounts(int side, int layers, int width, int batch) {
        DiscreteVae model = new DiscreteVae(layers, width, 8192, 512);
        String name = "beit_dvae_" + side + "_L" + layers + "_h" + width + "_t8192_";

        GraphBuilder whole = new GraphBuilder(name, batch);
        reference(name + "loss").verify(whole.build(model.loss(whole, images(whole, side))));

        GraphBuilder encoder = new GraphBuilder(name, batch);
        reference(name + "encoder").verify(encoder.build(model.encode(encoder, images(encoder, side))));

        GraphBuilder decoder = new GraphBuilder(name, batch);
        int grid = side / model.stride();
        Tensor codes = decoder.differentiableInput("codes", batch, 512, grid, grid);
        reference(name + "decoder").verify(decoder.build(model.decode(decoder, codes)));
    }

    private static ReferenceCounts reference(String name) {
        return ReferenceCounts.of("dvae.csv", name);
    }

    private static Tensor images(GraphBuilder b, int side) {
        return b.input("images", b.batch(), 3, side, side);
    }
}
