package org.corehours.models.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.corehours.core.graph.Graph;
import org.corehours.core.graph.Node;
import org.corehours.core.graph.Operator;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.spec.SpecException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are made by src/test/onnx/make_models.py. */
class OnnxFileTest {

    private static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(OnnxFileTest.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Model read(String name) {
        return OnnxFile.read(file(name + ".onnx"), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_tiny_patch16_224", "resnet18", "resnet50", "mixer_s32_224"})
    void anExportCountsAsTheBuiltInFamily(String name) {
        for (long batch : new long[] {1, 6}) {
            Graph exported = read(name).graph(batch);
            Graph builtIn = ModelCatalog.get(name).graph(batch);
            assertThat(exported.results().get(0).shape())
                    .isEqualTo(builtIn.results().get(0).shape());
            assertThat(exported.parameterCount()).isEqualTo(builtIn.parameterCount());
            assertThat(exported.flops().forwardByCategory())
                    .isEqualTo(builtIn.flops().forwardByCategory());
            assertThat(exported.flops().trainingByCategory())
                    .isEqualTo(builtIn.flops().trainingByCategory());
        }
    }

    /** Products of the input with every gate's weights, of the state step by step, and of the states with each other. */
    @Test
    void recurrentLayersAndEinsumsAreProducts() {
        long hidden = 32;
        long weights = 2 * 4 * hidden * (24 + hidden) + 3 * hidden * (2 * hidden + hidden) + hidden * (hidden + hidden);
        long biases = 2 * 2 * 4 * hidden + 2 * 3 * hidden + 2 * hidden;
        for (long batch : new long[] {1, 5}) {
            Graph graph = read("recurrent").graph(batch);
            assertThat(graph.parameterCount()).isEqualTo(weights + biases);
            assertThat(graph.flops().forwardFlops()).isEqualTo(batch * (2 * 20 * weights + 2 * (2 * 20 * 20 * hidden)));
            assertThat(graph.results().get(0).shape().toArray()).containsExactly(batch, 20, hidden);
        }
    }

    @Test
    void aGeluInPartsIsOne() {
        assertThat(gelus("vit_tiny_patch16_224")).isEqualTo(12);
        assertThat(gelus("mixer_s32_224")).isEqualTo(16);
    }

    private static long gelus(String name) {
        return read(name).graph(1).sections().stream()
                .flatMap(section -> section.elements().stream())
                .filter(element -> element instanceof Node node
                        && node.operator() instanceof Operator.Unary unary
                        && unary.function() == Operator.Function.GELU)
                .count();
    }

    @Test
    void modulesFollowTheExportersNames() {
        assertThat(read("vit_tiny_patch16_224").graph(1).flops().forwardByModule(1))
                .containsKeys("patch_embed", "blocks", "head");
    }

    @Test
    void weightsInTheFileAreWeightsToo() {
        Graph graph = read("mlp").graph(3);
        assertThat(graph.parameterCount()).isEqualTo(8 * 16 + 16 + 16 * 4);
        assertThat(graph.flops().forwardFlops()).isEqualTo(2L * 3 * (8 * 16 + 16 * 4) + 2L * 3 * 3 * 4);
        // No gradient of the input; both gradients of the later products.
        assertThat(graph.flops().backwardFlops())
                .isEqualTo(2L * 3 * 8 * 16 + 2 * (2L * 3 * 16 * 4) + 2 * (2L * 3 * 3 * 4));
    }

    @Test
    void aBatchWrittenIntoTheFileCanBeAnother() {
        for (long batch : new long[] {1, 5}) {
            Graph graph = read("baked").graph(batch);
            long linear = 2L * batch * 17 * (64 * 3 * 64 + 64 * 64);
            long attention = 2L * 2 * batch * 4 * 17 * 17 * 16;
            assertThat(graph.flops().forwardFlops()).isEqualTo(2 * (linear + attention));
        }
    }

    @Test
    void whatCannotTakeAnotherBatchSaysSo() {
        Model model = read("across");
        assertThat(model.graph(4).flops().forwardFlops()).isEqualTo(2L * 4 * 4 * 8);
        assertThatThrownBy(() -> model.graph(1))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("holds shapes for a batch of 4 and no other, found 1");
    }

    @Test
    void unknownOperatorsAreNamedAndCounted() {
        assertThatThrownBy(() -> read("unknown"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("unknown.onnx: has operators that are not known")
                .hasMessageContaining("2 × GridSample, 1 × NonZero");
    }

    @Test
    void aMissingFileAndAFolderAreErrors(@TempDir Path folder) {
        assertThatThrownBy(() -> OnnxFile.read(folder.resolve("none.onnx"), "none"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> OnnxFile.read(folder, "folder")).isInstanceOf(SpecException.class);
    }

    /** Whatever happens to a file's bytes, reading it ends in a model or in a message. */
    @Test
    void damagedFilesAreErrors() throws IOException {
        byte[] whole = Files.readAllBytes(file("mlp.onnx"));
        for (int length = 0; length < whole.length; length++) {
            endsInAModelOrAMessage(Arrays.copyOf(whole, length));
        }
        Random random = new Random(20260101);
        for (int i = 0; i < 3000; i++) {
            byte[] changed = whole.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            endsInAModelOrAMessage(changed);
        }
    }

    private static void endsInAModelOrAMessage(byte[] damaged) {
        try {
            OnnxFile.read("damaged.onnx", ByteBuffer.wrap(damaged), "damaged");
        } catch (SpecException e) {
            assertThat(e).hasMessageContaining("damaged.onnx");
        }
    }

    @Test
    void aCycleIsAnError(@TempDir Path folder) throws IOException {
        Path file = write(folder, node("Relu", "b", "a"), node("Relu", "a", "b"));
        assertThatThrownBy(() -> OnnxFile.read(file, "cycle"))
                .hasMessageContaining("node[0] Relu: reads \"b\", which nothing before it makes: a cycle");
    }

    @Test
    void tooManyOperatorsAreAnError() {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        byte[] empty = field(1, new byte[0]);
        for (int i = 0; i < 1_000_001; i++) {
            graph.writeBytes(empty);
        }
        byte[] file = field(7, graph.toByteArray());
        assertThatThrownBy(() -> OnnxFile.read("many.onnx", ByteBuffer.wrap(file), "many"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("has more than 1000000 operators");
    }

    @Test
    void absurdDimensionsAreErrors(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("huge.onnx");
        long huge = 1L << 40;
        byte[] graph = join(
                field(1, node("Relu", "x", "y")),
                field(11, input("x", huge, huge, huge)),
                field(12, field(1, text("y"))));
        Files.write(file, field(7, graph));
        assertThatThrownBy(() -> OnnxFile.read(file, "huge"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("huge.onnx");
    }

    @Test
    void dimensionsOtherThanTheBatchMustBeGiven(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("open.onnx");
        byte[] shape = join(field(1, field(2, text("n"))), field(1, field(2, text("height"))));
        byte[] type = field(1, join(new byte[] {8, 1}, field(2, shape)));
        byte[] graph = join(
                field(1, node("Relu", "x", "y")),
                field(11, join(field(1, text("x")), field(2, type))),
                field(12, field(1, text("y"))));
        Files.write(file, field(7, graph));
        assertThatThrownBy(() -> OnnxFile.read(file, "open"))
                .hasMessageContaining("input \"x\": its dimension 1 (height) is open; only the batch may be");
    }

    // ---- bytes of small files

    private static Path write(Path folder, byte[]... nodes) throws IOException {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        for (byte[] node : nodes) {
            graph.write(field(1, node));
        }
        graph.write(field(11, input("x", 1, 4)));
        graph.write(field(12, field(1, text("a"))));
        Path file = folder.resolve("small.onnx");
        Files.write(file, field(7, graph.toByteArray()));
        return file;
    }

    private static byte[] node(String operator, String input, String output) {
        return join(field(1, text(input)), field(2, text(output)), field(4, text(operator)));
    }

    private static byte[] input(String name, long... dimensions) {
        byte[] shape = new byte[0];
        for (long dimension : dimensions) {
            shape = join(shape, field(1, join(new byte[] {8}, varint(dimension))));
        }
        byte[] type = field(1, join(new byte[] {8, 1}, field(2, shape)));
        return join(field(1, text(name)), field(2, type));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] field(int number, byte[] content) {
        return join(new byte[] {(byte) (number << 3 | 2)}, varint(content.length), content);
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        while (left > 127) {
            out.write((int) (left & 127 | 128));
            left >>>= 7;
        }
        out.write((int) left);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
