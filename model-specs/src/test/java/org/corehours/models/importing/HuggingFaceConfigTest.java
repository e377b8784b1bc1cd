package org.corehours.models.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.corehours.core.graph.Graph;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.spec.ModelFile;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceConfigTest {

    private static final String LABELS = labels(1000);

    private static String labels(int count) {
        StringBuilder text = new StringBuilder("\"id2label\": {");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append('"')
                    .append(i)
                    .append("\": \"label ")
                    .append(i)
                    .append('"');
        }
        return text.append('}').toString();
    }

    private static Model read(String fields) {
        String text = "{" + fields.replace('\'', '"').replace("LABELS", LABELS) + "}";
        return HuggingFaceConfig.read(SpecFile.parse("config.json", text), "mine");
    }

    /** Configurations as they are published, cut to what differs from the defaults; the built-in model each is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 'vit', 'architectures': ['ViTForImageClassification'], LABELS | vit_base_patch16_224",
                "'model_type': 'vit', 'hidden_size': 384, 'num_attention_heads': 6, 'intermediate_size': 1536, LABELS |"
                        + " vit_small_patch16_224",
                "'model_type': 'deit', 'architectures': ['DeiTForImageClassificationWithTeacher'], LABELS |"
                        + " deit_base_distilled_patch16_224",
                "'model_type': 'beit', 'architectures': ['BeitForImageClassification'],"
                        + " 'use_relative_position_bias': true, LABELS | beit_base_patch16_224",
                "'model_type': 'swin', 'architectures': ['SwinForImageClassification'], LABELS |"
                        + " swin_tiny_patch4_window7_224",
                "'model_type': 'convnext', 'architectures': ['ConvNextForImageClassification'], LABELS | convnext_tiny",
                "'model_type': 'bert', 'architectures': ['BertForMaskedLM'] | bert_base",
                "'model_type': 'gpt2', 'architectures': ['GPT2LMHeadModel'] | gpt2",
                "'model_type': 'llama', 'architectures': ['LlamaForCausalLM'], 'num_key_value_heads': null | llama_7b",
            })
    void aConfigurationIsTheBuiltInModel(String fields, String name) {
        Graph imported = read(fields).graph(1);
        Graph builtIn = ModelCatalog.get(name).graph(1);
        assertThat(imported.parameterCount()).isEqualTo(builtIn.parameterCount());
        assertThat(imported.flops().forwardByCategory())
                .isEqualTo(builtIn.flops().forwardByCategory());
        assertThat(imported.flops().trainingByCategory())
                .isEqualTo(builtIn.flops().trainingByCategory());
    }

    /**
     * Parameters of the models that mistralai/Mistral-7B-v0.1, Qwen/Qwen2-0.5B, google/vit-base-patch16-224-in21k (with
     * its tanh layer) and openai/clip-vit-base-patch32's image tower publish: recalled and summed by hand over their
     * layers, not read off the published weights.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 'mistral', 'intermediate_size': 14336, 'max_position_embeddings': 32768 | 7241732096",
                "'model_type': 'qwen2', 'hidden_size': 896, 'intermediate_size': 4864, 'num_attention_heads': 14,"
                        + " 'num_hidden_layers': 24, 'num_key_value_heads': 2, 'tie_word_embeddings': true,"
                        + " 'vocab_size': 151936, 'max_position_embeddings': 4096 | 494032768",
                "'model_type': 'vit', 'architectures': ['ViTModel'] | 86389248",
                "'model_type': 'clip_vision_model', 'architectures': ['CLIPVisionModel'] | 87456000",
                "'model_type': 'clip_vision_model', 'architectures': ['CLIPVisionModelWithProjection'] | 87849216",
            })
    void parametersAreThoseOfThePublishedWeights(String fields, long parameters) {
        assertThat(read(fields).graph(1).parameterCount()).isEqualTo(parameters);
    }

    /** 86,580,480 parameters, those of facebook/dinov2-base, and a classifier of two widths. */
    @Test
    void dinov2HasAMaskTokenAndAWideClassifier() {
        String fields = "'model_type': 'dinov2', 'image_size': 518, 'patch_size': 14";
        long classifier = 2 * 768 * 1000 + 1000;

        Graph model = read(fields + ", 'architectures': ['Dinov2Model']").graph(2);
        Graph classifying = read(fields + ", 'architectures': ['Dinov2ForImageClassification'], LABELS")
                .graph(2);

        assertThat(model.parameterCount()).isEqualTo(86_580_480);
        assertThat(classifying.parameterCount()).isEqualTo(86_580_480 + classifier);
        assertThat(classifying.flops().forwardFlops() - model.flops().forwardFlops())
                .isEqualTo(2L * 2 * 2 * 768 * 1000);
    }

    @Test
    void everyImportedModelCanBeWritten() {
        for (String type : HuggingFaceConfig.types()) {
            Model model = read("'model_type': '" + type + "'");
            Model again = ModelFile.read(SpecFile.parse("mine.yaml", ModelFile.write(model)), "");
            assertThat(again.network()).isEqualTo(model.network());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 't5' | config.json:1:16: model_type: found the text \"t5\", expected one of beit, bert,",
                "'model_type': 'clip' | take its vision_config",
                "'model_type': 'vit', 'architectures': ['ViTForMaskedImageModeling'] | architectures: found"
                        + " ViTForMaskedImageModeling, expected one of ViTForImageClassification, ViTModel",
                "'model_type': 'vit', 'hidden_size': '768' | hidden_size: found the text \"768\", expected a whole number",
                "'model_type': 'vit', 'hidden_size': 99999999999 | hidden_size: found 99999999999, expected a whole"
                        + " number of at most",
                "'model_type': 'vit', 'hidden_act': 'mish' | hidden_act: found mish, expected gelu or quick_gelu",
                "'model_type': 'vit', 'num_attention_heads': 7 | must be a multiple of the heads (7)",
                "'model_type': 'swin', 'mlp_ratio': 3.0 | mlp_ratio: is not what is understood here: expected 4",
            })
    void whatIsNotUnderstoodIsSaid(String fields, String message) {
        assertThatThrownBy(() -> read(fields)).isInstanceOf(SpecException.class).hasMessageContaining(message);
    }
}
