package org.corehours.models.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.corehours.core.graph.FlopTable;
import org.corehours.core.graph.Graph;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.vision.VisionTransformer;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ModelSchema.json(), InputFormat.JSON);

    static List<String> builtIn() {
        return ModelCatalog.listed();
    }

    private static Model read(String text) {
        return ModelFile.read(SpecFile.parse("mine.yaml", text), "mine");
    }

    private static List<?> mistakes(String yaml) throws Exception {
        return SCHEMA.validate(new JsonMapper().writeValueAsString(new YAMLMapper().readTree(yaml)), InputFormat.JSON);
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void aBuiltInModelIsTheSameOnceWrittenAndRead(String name) throws Exception {
        Model model = ModelCatalog.get(name);
        String written = ModelFile.write(model);

        Model read = read(written);

        assertThat(read).isEqualTo(model);
        Graph expected = model.graph(2);
        Graph counted = read.graph(2);
        assertThat(counted.parameterCount()).isEqualTo(expected.parameterCount());
        assertThat(counted.flops().forwardByCategory())
                .isEqualTo(expected.flops().forwardByCategory());
        assertThat(counted.flops().trainingByCategory())
                .isEqualTo(expected.flops().trainingByCategory());
        assertThat(mistakes(written)).isEmpty();
    }

    @Test
    void fieldsThatAreAsUsualAreNotWritten() {
        assertThat(ModelFile.write(ModelCatalog.get("vit_base_patch16_224"))).isEqualTo("""
                name: vit_base_patch16_224
                description: "Vision Transformer, 12 blocks of width 768 and 12 heads, patches of 16 pixels, image 224"
                family: vit
                patch: 16
                block: {width: 768, heads: 12}
                depth: 12
                """);
    }

    @Test
    void twentyLinesMakeAVisionTransformer() throws Exception {
        String text = """
                input: {image: 224}
                blocks:
                  - patches: {size: 16, width: 384}
                  - learned_tokens: 1
                  - positions
                  - repeat:
                      times: 12
                      blocks:
                        - residual: [layer_norm, attention: 6]
                        - residual: [layer_norm, mlp: 1536]
                  - layer_norm
                  - select: {axis: 1}
                  - name: head
                    linear: 1000
                """;
        Graph mine = read(text).graph(3);
        Graph builtIn = ModelCatalog.get("vit_small_patch16_224").graph(3);

        assertThat(mine.parameterCount()).isEqualTo(builtIn.parameterCount()).isEqualTo(22_050_664);
        assertThat(mine.flops().forwardFlops()).isEqualTo(builtIn.flops().forwardFlops());
        assertThat(mine.flops().trainingFlops()).isEqualTo(builtIn.flops().trainingFlops());
        assertThat(mine.flops().forwardByModule(1)).containsKey("head");
        assertThat(mistakes(text)).isEmpty();
        assertThat(read(ModelFile.write(read(text))).graph(3).flops().trainingByCategory())
                .isEqualTo(mine.flops().trainingByCategory());
    }

    @Test
    void everyBlockIsReadWrittenAndCounted() throws Exception {
        String text = """
                name: every
                input: {image: {size: 32, channels: 1}}
                blocks:
                  - convolution: {channels: 8, kernel: 3, stride: 1, padding: 1, groups: 1, bias: false}
                  - batch_norm
                  - activation: relu
                  - pool: {kind: max, window: 2}
                  - depthwise_convolution: {kernel: 3, padding: 1}
                  - group_norm: 4
                  - resize: 2
                  - branch:
                      paths:
                        - []
                        - [{reduce: {kind: mean, axes: [2, 3], keep: true}}, {convolution: {channels: 8, kernel: 1}}]
                      join: multiply
                  - branch: {paths: [[], []], join: concatenate}
                  - transposed_convolution: {channels: 4, kernel: 2, stride: 2}
                  - scale: 1
                  - to_tokens
                  - to_map
                  - to_tokens
                  - slice: {axis: 1, start: 0, end: 1024}
                  - rms_norm
                  - attention: {heads: 4, key_value_heads: 2, causal: true}
                  - mlp: {features: 8, activation: silu, gated: true, bias: false}
                  - softmax
                  - multiply_constant
                  - name: tail
                    module: [{permute: [2, 1]}, {reshape: [2, -1]}, flatten]
                  - linear: {features: 2}
                """;
        Model model = read(text);
        assertThat(model.id()).isEqualTo("every");
        assertThat(mistakes(text)).isEmpty();
        String written = ModelFile.write(model);
        assertThat(mistakes(written)).isEmpty();
        assertThat(ModelFile.write(read(written))).isEqualTo(written);
        FlopTable flops = read(written).graph(1).flops();
        assertThat(flops.trainingFlops()).isEqualTo(model.graph(1).flops().trainingFlops());
    }

    @Test
    void repeatingIsWritingOut() {
        String repeated = """
                input: {features: [8]}
                blocks: [{repeat: {times: 3, blocks: [{linear: 8}]}}]
                """;
        String written = """
                input: {features: [8]}
                blocks: [{linear: 8}, {linear: 8}, {linear: 8}]
                """;
        assertThat(read(repeated).graph(5).parameterCount())
                .isEqualTo(read(written).graph(5).parameterCount())
                .isEqualTo(3 * 72);
        assertThat(read(repeated).graph(5).flops().trainingByCategory())
                .isEqualTo(read(written).graph(5).flops().trainingByCategory());
    }

    @Test
    void textGoesThroughAnEmbedding() {
        Model model = read("input: {tokens: 10}\nblocks: [{embedding: {vocabulary: 100, width: 8}}, {linear: 4}]");
        assertThat(model.graph(1).parameterCount()).isEqualTo(800 + 36);
        assertThatThrownBy(() -> read("input: {tokens: 10}\nblocks: [{linear: 4}]"))
                .hasMessageContaining("mine.yaml:2:10: blocks[0]: ")
                .hasMessageContaining("embedding");
    }

    @Test
    void imagesOfAnotherSizeGoIn() {
        Model model = read("input: {image: 32}\nblocks: [{convolution: {channels: 8, kernel: 3}}]");
        assertThat(model.withImageSize(64).graph(1).flops().forwardFlops()).isEqualTo(2L * 62 * 62 * 27 * 8);
    }

    /** What is wrong, where, and what was expected. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "family: vitt\n## mine.yaml:1:9: family: found vitt, expected one of vit, ## Did you mean vit?",
                "family: vit\npatch: 16\ndepth: 12\n## mine.yaml:1:1: block: is missing",
                "family: vit\npatch: 16\ndepth: 0\nblock: {width: 8, heads: 2}\n## mine.yaml:3:8: depth: found 0, expected"
                        + " a whole number of 1 or more",
                "family: vit\npatch: 16\ndepth: 2\nblock: {width: 8, heads: 3}\n## mine.yaml:4:8: block: ## must be a"
                        + " multiple of the heads (3)",
                "family: vit\npatch: 16\ndepth: 2\nblock: {width: 8, head: 2}\n## mine.yaml:4:19: block.head: is not a field"
                        + " here; did you mean heads?",
                "family: vit\npatch: 16\npatch: 8\ndepth: 2\nblock: {width: 8, heads: 2}\n## mine.yaml:3:1: patch: is"
                        + " given twice, first on line 2",
                "family: vit\npatch: 16\ndepth: 2\nblock: {width: 900000000, heads: 2}\n## mine.yaml:4:16: block.width: found"
                        + " 900000000, expected a whole number of at most 100000000",
                "family: vit\npatch: 32\nimage_size: 16\ndepth: 2\nblock: {width: 8, heads: 2}\n## at least one patch wide",
                "family: swin\nembedding: 8\ndepths: [2, 2]\nheads: [1]\n## must name as many stages",
                "blocks: [gelu]\n## mine.yaml:1:1: input: is missing",
                "input: {image: 32}\nblocks: [gelu]\n## mine.yaml:2:10: blocks[0]: found gelu, expected one of",
                "input: {image: 32}\nblocks: [linear]\n## blocks[0]: linear needs features: write linear: {features: ...}",
                "input: {image: 32}\nblocks: []\n## blocks: found 0 blocks, expected 1 to 1000",
                "input: {image: 32}\nblocks:\n  - flatten\n  - convolution: {channels: 8, kernel: 3}\n## mine.yaml:4:5:"
                        + " blocks[1]: does not go with its input [1, 3072]: expected a map",
                "input: {features: [7]}\nblocks: [{residual: [{linear: 8}]}]\n## blocks[0]: does not go with its input [1,"
                        + " 7]: the residual branch makes [1, 8] of it",
                "input: {features: [7, 8]}\nblocks: [{attention: 3}]\n## the width (8) must be a multiple of the heads (3)",
                "input: {features: [7]}\nblocks: [{linear: 8, gelu: {}}]\n## blocks[0].gelu: is not a field here",
                "input: {features: [7]}\nblocks: [{name: a, linear: 8}, {name: a, linear: 8}]\n## blocks[1]: the name a is"
                        + " taken",
                "input: {features: [7]}\nblocks: [{linear: 8, softmax: {}}]\n## found linear and softmax, expected one",
                "family: vit\nblocks: []\n## has a family and blocks",
                "depth: 3\n## describes no model",
                "[1, 2]\n## expected a mapping",
            })
    void mistakesAreLocated(String input) {
        String[] parts = input.split("## ", -1);
        var thrown = assertThatThrownBy(() -> read(parts[0])).isInstanceOf(SpecException.class);
        for (int i = 1; i < parts.length; i++) {
            thrown.hasMessageContaining(parts[i].strip());
        }
    }

    @Test
    void absurdSizesAreErrorsAndNotOverflows() {
        assertThatThrownBy(() -> read("input: {features: [100000000, 100000000, 100000000]}\nblocks: [flatten]"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("too large to count");
        assertThatThrownBy(() -> read("input: {features: [90000000, 90000000, 1000]}\nblocks: [layer_norm]"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("too large to count");
        assertThatThrownBy(() -> read("""
                        input: {features: [100000000]}
                        blocks: [{repeat: {times: 100000, blocks: [{linear: 100000000}]}}]
                        """))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("too large to count");
    }

    @Test
    void deepNestingIsRefused() {
        String blocks = "gelu";
        for (int i = 0; i < 30; i++) {
            blocks = "{residual: [" + blocks + "]}";
        }
        String text = "input: {features: [8]}\nblocks: [" + blocks + "]";
        assertThatThrownBy(() -> read(text)).isInstanceOf(SpecException.class);
    }

    @Test
    void theSchemaRefusesWhatTheReaderRefuses() throws Exception {
        assertThat(mistakes("family: vit\npatch: 16\ndepth: 12\n")).isNotEmpty();
        assertThat(mistakes("family: vit\npatch: 16\ndepth: 1\nblock: {width: 8, heads: 2, hat: 1}\n"))
                .isNotEmpty();
        assertThat(mistakes("input: {image: 32}\nblocks: [{linear: 8, softmax: {}}]"))
                .isNotEmpty();
        assertThat(mistakes("input: {image: 32}\nblocks: [linear]")).isNotEmpty();
    }

    @Test
    void aModelOfAFamilyKeepsItsType() {
        assertThat(read("family: vit\npatch: 16\ndepth: 12\nblock: {width: 192, heads: 3}")
                        .network())
                .isInstanceOf(VisionTransformer.class);
    }
}
