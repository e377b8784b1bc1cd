package org.corehours.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.corehours.core.graph.Graph;
import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VqGanTest {
    /** Counted from taming-transformers' configs/imagenet_vqgan.yaml at 224 pixels: 29.3 M and 52.9 GMAC. */
    @Test
    void encoderHasTheKnownSize() {
        Graph graph = encoder(VqGan.F16, 224, 1);
        long quantConvolution = 256 * 256 + 256;
        assertThat((graph.parameterCount() - quantConvolution) / 1e6).isCloseTo(29.3, within(0.05));
        assertThat(graph.flops().forwardFlops() / 2e9).isCloseTo(52.9, within(0.1));
    }

    /** Counted from the same configuration: 42.4 M and 96.7 GMAC. */
    @Test
    void decoderHasTheKnownSize() {
        GraphBuilder b = new GraphBuilder("decoder", 1);
        Graph graph = b.build(VqGan.F16.decode(b, b.differentiableInput("map", 1, 256, 14, 14)));
        long postQuantConvolution = 256 * 256 + 256;
        assertThat((graph.parameterCount() - postQuantConvolution) / 1e6).isCloseTo(42.4, within(0.1));
        assertThat(graph.flops().forwardFlops() / 2e9).isCloseTo(96.7, within(0.1));
    }

    @Test
    void narrowEncoderHasThirtySevenAndAHalfMillionParameters() {
        long quantConvolution = 256 * 256 + 256;
        long parameters = encoder(VqGan.NARROW, 224, 1).parameterCount() - quantConvolution;
        assertThat(parameters / 1e6).isCloseTo(37.5, within(0.05));
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 5})
    void workIsLinearInTheBatch(long batch) {
        assertThat(encoder(VqGan.NARROW, 224, batch).flops().trainingFlops())
                .isEqualTo(batch * encoder(VqGan.NARROW, 224, 1).flops().trainingFlops());
    }

    @Test
    void codesFormAGridOfTheStride() {
        GraphBuilder b = new GraphBuilder("codes", 2);
        Tensor codes = VqGan.F16.codes(b, b.input("images", 2, 3, 224, 224));
        assertThat(codes.shape().toArray()).containsExactly(2, 14, 14);
    }

    @ParameterizedTest
    @EnumSource(VqGan.Quantizer.class)
    void gradientReachesTheEncoderThroughTheQuantizer(VqGan.Quantizer quantizer) {
        GraphBuilder b = new GraphBuilder("quantize", 1);
        Tensor map = b.differentiableInput("map", 1, 256, 14, 14);
        VqGan.Quantized quantized = VqGan.F16.quantize(b, map, quantizer);
        Graph graph = b.build(quantized.map(), quantized.loss());
        long distances = 2L * 196 * 256 * 8192;
        // The sums of a moving average are a second product of the same size; neither is differentiated.
        assertThat(graph.flops().forwardFlops())
                .isEqualTo(quantizer == VqGan.Quantizer.LOSS ? distances : 2 * distances);
        assertThat(graph.flops().backwardFlops()).isZero();
        assertThat(graph.differentiates(map)).isTrue();
    }

    private static Graph encoder(VqGan model, int side, long batch) {
        GraphBuilder b = new GraphBuilder("encoder", batch);
        return b.build(model.encode(b, b.input("images", batch, 3, side, side)));
    }
}
