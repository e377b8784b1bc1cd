package org.corehours.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ReferenceCounts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DalleTokenizerTest {
    private static final DalleTokenizer MODEL = DalleTokenizer.RELEASED;

    @ParameterizedTest
    @CsvSource({"112,1", "224,1", "256,1", "112,2", "256,3"})
    void encoderMatchesTheReferenceCounts(int side, int batch) {
        GraphBuilder b = new GraphBuilder("encoder", batch);
        Graph graph = b.build(MODEL.encode(b, b.input("images", batch, 3, side, side)));
        ReferenceCounts.of("dalle.csv", "dalle_encoder_" + side).verify(graph);
    }

    @ParameterizedTest
    @CsvSource({"112,1", "224,1", "256,1", "112,2"})
    void decoderMatchesTheReferenceCounts(int side, int batch) {
        GraphBuilder fixed = new GraphBuilder("decoder", batch);
        Tensor codes = fixed.input("codes", batch, 8192, side / 8, side / 8);
        ReferenceCounts.of("dalle.csv", "dalle_decoder_" + side + "_input_no_grad")
                .verify(fixed.build(MODEL.decode(fixed, codes)));

        GraphBuilder learned = new GraphBuilder("decoder", batch);
        Tensor soft = learned.differentiableInput("codes", batch, 8192, side / 8, side / 8);
        ReferenceCounts.of("dalle.csv", "dalle_decoder_" + side + "_input_grad")
                .verify(learned.build(MODEL.decode(learned, soft)));
    }

    @ParameterizedTest
    @ValueSource(ints = {112, 224, 256})
    void autoencoderMatchesTheReferenceCounts(int side) {
        GraphBuilder b = new GraphBuilder("autoencoder", 1);
        Tensor images = b.input("images", 1, 3, side, side);
        Tensor codes = b.softmax(b.module("0", () -> MODEL.encode(b, images)), 1);
        Graph graph = b.build(b.module("1", () -> MODEL.decode(b, codes)));
        ReferenceCounts.of("dalle.csv", "dalle_autoencoder_" + side + "_soft_codes")
                .verify(graph);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 112, 248})
    void workGrowsWithTheAreaOfTheImage(int side) {
        assertThat(forward(2 * side)).isEqualTo(4 * forward(side));
    }

    @ParameterizedTest
    @ValueSource(ints = {112, 224})
    void codesFormAGridOfTheStride(int side) {
        GraphBuilder b = new GraphBuilder("codes", 2);
        Tensor codes = MODEL.codes(b, b.input("images", 2, 3, side, side));
        assertThat(codes.shape().toArray()).containsExactly(2, side / MODEL.stride(), side / MODEL.stride());
        assertThat(codes.type()).isEqualTo(Tensor.ElementType.INTEGER);
    }

    private static long forward(int side) {
        GraphBuilder b = new GraphBuilder("encoder", 1);
        return b.build(MODEL.encode(b, b.input("images", 1, 3, side, side)))
                .flops()
                .forwardFlops();
    }
}
