package org.corehours.models.importing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.corehours.core.graph.Operator.Attention.Masking;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.models.Model;
import org.corehours.models.Network;
import org.corehours.models.text.LanguageBlock;
import org.corehours.models.text.LanguageModel;
import org.corehours.models.text.LanguageModel.Head;
import org.corehours.models.vision.Code;
import org.corehours.models.vision.ConvNeXt;
import org.corehours.models.vision.Dinov2;
import org.corehours.models.vision.ProjectedVisionTransformer;
import org.corehours.models.vision.SwinTransformer;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.TransformerBlock.LayerScale;
import org.corehours.models.vision.TransformerBlock.Mlp;
import org.corehours.models.vision.TransformerBlock.Norm;
import org.corehours.models.vision.TransformerBlock.QkvBias;
import org.corehours.models.vision.VisionTransformer;
import org.corehours.models.vision.VisionTransformer.Embedding;
import org.corehours.models.vision.VisionTransformer.Pooling;
import org.corehours.models.vision.VisionTransformer.Positions;
import org.corehours.models.vision.VisionTransformer.Prefix;
import org.corehours.models.vision.VisionTransformer.Readout;
import org.corehours.models.vision.VisionTransformer.Relative;
import org.corehours.spec.SpecException;
import org.corehours.spec.SpecNode;
import org.jspecify.annotations.Nullable;

/**
 * Models described by the {@code config.json} of Hugging Face's transformers, mapped onto the families. Fields that
 * are left out have the library's defaults (huggingface/transformers, models/*&#47;configuration_*.py); a text model
 * is made for the longest sequences its configuration allows.
 */
public final class HuggingFaceConfig {

    /** The field that tells these files from others. */
    public static final String TYPE = "model_type";

    private static final Map<String, Function<ConfigFields, Network>> TYPES = new TreeMap<>(Map.of(
            "vit", HuggingFaceConfig::vit,
            "deit", HuggingFaceConfig::deit,
            "beit", HuggingFaceConfig::beit,
            "dinov2", HuggingFaceConfig::dinov2,
            "clip_vision_model", HuggingFaceConfig::clip,
            "swin", HuggingFaceConfig::swin,
            "convnext", HuggingFaceConfig::convnext,
            "bert", HuggingFaceConfig::bert,
            "gpt2", HuggingFaceConfig::gpt2));

    static {
        TYPES.put("llama", config -> llama(config, 2048, "LlamaForCausalLM", "LlamaModel", false));
        TYPES.put("mistral", config -> llama(config, 4096 * 32, "MistralForCausalLM", "MistralModel", false));
        TYPES.put("qwen2", config -> llama(config, 32_768, "Qwen2ForCausalLM", "Qwen2Model", true));
    }

    private HuggingFaceConfig() {}

    /** The {@code model_type}s that are understood. */
    public static List<String> types() {
        return List.copyOf(TYPES.keySet());
    }

    /** Whether a document is such a configuration. */
    public static boolean isOne(SpecNode root) {
        return root.isMapping()
                && root.fields(fields -> {
                    fields.ignoreOthers();
                    return fields.has(TYPE);
                });
    }

    /**
     * The model of a configuration.
     *
     * @param root the document
     * @param otherwise what the model is called where the file does not say
     * @throws SpecException if the type is not understood, or a field is wrong
     */
    public static Model read(SpecNode root, String otherwise) {
        return root.fields(fields -> {
            fields.ignoreOthers();
            List<String> type = new ArrayList<>();
            fields.required(TYPE, node -> type.add(known(node)));
            if (type.isEmpty()) {
                fields.done();
            }
            ConfigFields config = new ConfigFields(fields);
            String id = config.text("_name_or_path", otherwise);
            Network network = Objects.requireNonNull(TYPES.get(type.get(0))).apply(config);
            fields.done();
            return new Model(id, "Hugging Face " + type.get(0) + " of " + root.file(), network);
        });
    }

    private static String known(SpecNode node) {
        if (node.text().equals("clip")) {
            throw node.problem("found clip, which is two models; take its vision_config, with model_type"
                    + " clip_vision_model, as a file of its own");
        }
        return node.oneOf(TYPES.keySet());
    }

    // ---- images

    private static Network vit(ConfigFields config) {
        String architecture = config.architecture(List.of("ViTForImageClassification", "ViTModel"));
        return patches(config, 16).withBlock(block(config)).withReadout(readout(config, architecture));
    }

    private static Network deit(ConfigFields config) {
        String teacher = "DeiTForImageClassificationWithTeacher";
        String architecture = config.architecture(List.of("DeiTForImageClassification", teacher, "DeiTModel"));
        Readout readout = architecture.equals(teacher)
                ? new Readout(Pooling.TWO_TOKENS, false, false, config.labels())
                : readout(config, architecture);
        return patches(config, 16)
                .withBlock(block(config))
                .withPrefix(new Prefix(true, true, 0), Positions.ALL_TOKENS)
                .withReadout(readout);
    }

    private static Network beit(ConfigFields config) {
        config.architecture(List.of("BeitForImageClassification"));
        config.expect(!config.flag("use_mask_token", false), "use_mask_token", "false, as in a fine-tuned model");
        boolean scaled = config.number("layer_scale_init_value", 0.1) > 0;
        boolean shared = config.flag("use_shared_relative_position_bias", false);
        boolean relative = config.flag("use_relative_position_bias", false) || shared;
        boolean mean = config.flag("use_mean_pooling", true);
        TransformerBlock block = block(config)
                .withQkvBias(QkvBias.QUERY_AND_VALUE)
                .withLayerScale(scaled ? LayerScale.PARAMETER : LayerScale.NONE);
        return patches(config, 16)
                .withBlock(block)
                .withPrefix(
                        Prefix.CLASS,
                        config.flag("use_absolute_position_embeddings", false) ? Positions.ALL_TOKENS : Positions.NONE)
                .withRelative(relative ? new Relative(Relative.Kind.TABLE, shared, 0) : Relative.NONE)
                .withReadout(new Readout(mean ? Pooling.AVERAGE : Pooling.TOKEN, mean, false, config.labels()));
    }

    private static Network dinov2(ConfigFields config) {
        String architecture = config.architecture(List.of("Dinov2ForImageClassification", "Dinov2Model"));
        int width = config.size("hidden_size", 768);
        int ratio = config.size("mlp_ratio", 4);
        boolean gated = config.flag("use_swiglu_ffn", false);
        int hidden = Math.multiplyExact(width, ratio);
        // Gated MLPs have two thirds of the width, rounded up to a multiple of eight.
        int mlpWidth = gated ? (int) ((hidden * 2L / 3 + 7) / 8 * 8) : hidden;
        TransformerBlock block = new TransformerBlock(
                width,
                config.size("num_attention_heads", 12),
                mlpWidth,
                Norm.PRE,
                qkvBias(config),
                false,
                LayerScale.MODULE,
                gated ? Mlp.SWIGLU : mlp(config),
                0,
                Code.TIMM,
                ScalePlacement.QUERY);
        VisionTransformer tower = patches(config, 14).withBlock(block).withReadout(Readout.token(0));
        return new Dinov2(
                tower, config.flag("use_mask_token", true), architecture.endsWith("Model") ? 0 : config.labels());
    }

    private static Network clip(ConfigFields config) {
        String architecture = config.architecture(List.of("CLIPVisionModel", "CLIPVisionModelWithProjection"));
        TransformerBlock block = TransformerBlock.of(
                        config.size("hidden_size", 768),
                        config.size("num_attention_heads", 12),
                        config.size("intermediate_size", 3072))
                .withMlp(config.activation(
                        "hidden_act", "quick_gelu", HuggingFaceConfig::mlpOf, Mlp.QUICK_GELU, "gelu or quick_gelu"));
        VisionTransformer tower = patches(config, 32)
                .withEmbedding(Embedding.NORMED_CONVOLUTION)
                .withBlock(block)
                .withReadout(new Readout(Pooling.TOKEN, true, false, 0));
        return architecture.endsWith("Model")
                ? tower
                : new ProjectedVisionTransformer(tower, config.size("projection_dim", 512));
    }

    private static VisionTransformer patches(ConfigFields config, int patch) {
        config.expect(config.size("num_channels", 3) == 3, "num_channels", "3");
        return VisionTransformer.of(
                config.size("image_size", 224),
                config.size("patch_size", patch),
                config.size("num_hidden_layers", 12),
                TransformerBlock.of(1, 1, 1));
    }

    private static TransformerBlock block(ConfigFields config) {
        return TransformerBlock.of(
                        config.size("hidden_size", 768),
                        config.size("num_attention_heads", 12),
                        config.size("intermediate_size", 3072))
                .withQkvBias(qkvBias(config))
                .withMlp(mlp(config));
    }

    private static QkvBias qkvBias(ConfigFields config) {
        return config.flag("qkv_bias", true) ? QkvBias.ALL : QkvBias.NONE;
    }

    private static Mlp mlp(ConfigFields config) {
        return config.activation("hidden_act", "gelu", HuggingFaceConfig::mlpOf, Mlp.GELU, "gelu or quick_gelu");
    }

    private static @Nullable Mlp mlpOf(String activation) {
        return switch (activation) {
            case "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Mlp.GELU;
            case "quick_gelu" -> Mlp.QUICK_GELU;
            default -> null;
        };
    }

    /** A classifier of the class token, or the tanh layer of the model alone. */
    private static Readout readout(ConfigFields config, String architecture) {
        return architecture.endsWith("Model")
                ? new Readout(Pooling.TOKEN, false, true, 0)
                : Readout.token(config.labels());
    }

    private static Network swin(ConfigFields config) {
        String architecture = config.architecture(List.of("SwinForImageClassification", "SwinModel"));
        config.expect(config.size("num_channels", 3) == 3, "num_channels", "3");
        config.expect(config.number("mlp_ratio", 4) == 4, "mlp_ratio", "4");
        config.expect(config.flag("qkv_bias", true), "qkv_bias", "true");
        config.expect(!config.flag("use_absolute_embeddings", false), "use_absolute_embeddings", "false");
        List<Integer> depths = config.sizes("depths", List.of(2, 2, 6, 2));
        return new SwinTransformer(
                config.size("image_size", 224),
                config.size("patch_size", 4),
                config.size("embed_dim", 96),
                depths,
                config.sizes("num_heads", List.of(3, 6, 12, 24)),
                Collections.nCopies(depths.size(), config.size("window_size", 7)),
                architecture.endsWith("Model") ? 0 : config.labels(),
                0,
                Code.TIMM);
    }

    private static Network convnext(ConfigFields config) {
        config.architecture(List.of("ConvNextForImageClassification"));
        config.expect(config.size("num_channels", 3) == 3, "num_channels", "3");
        config.expect(config.size("patch_size", 4) == 4, "patch_size", "4");
        config.expect(config.number("layer_scale_init_value", 1e-6) > 0, "layer_scale_init_value", "more than 0");
        return new ConvNeXt(
                config.size("image_size", 224),
                ConvNeXt.Stem.PATCHES,
                config.sizes("depths", List.of(3, 3, 9, 3)),
                config.sizes("hidden_sizes", List.of(96, 192, 384, 768)),
                false,
                ConvNeXt.Balance.LAYER_SCALE,
                false,
                config.labels());
    }

    // ---- text

    private static Network bert(ConfigFields config) {
        String architecture = config.architecture(List.of("BertForMaskedLM", "BertModel"));
        int width = config.size("hidden_size", 768);
        int heads = config.size("num_attention_heads", 12);
        LanguageBlock block = new LanguageBlock(
                width,
                heads,
                heads,
                config.size("intermediate_size", 3072),
                LanguageBlock.Norm.LAYER,
                false,
                LanguageBlock.Bias.ALL,
                false,
                false,
                config.activation(
                        "hidden_act", "gelu", HuggingFaceConfig::textMlpOf, LanguageBlock.Mlp.GELU, TEXT_MLPS),
                Masking.NONE,
                true);
        int positions = config.size("max_position_embeddings", 512);
        return new LanguageModel(
                config.size("vocab_size", 30_522),
                positions,
                positions,
                config.count("type_vocab_size", 2),
                true,
                block,
                config.size("num_hidden_layers", 12),
                architecture.equals("BertModel") ? Head.POOLER : Head.MASKED_TOKENS);
    }

    private static Network gpt2(ConfigFields config) {
        String architecture = config.architecture(List.of("GPT2LMHeadModel", "GPT2Model"));
        int width = config.size("n_embd", 768);
        int heads = config.size("n_head", 12);
        LanguageBlock block = new LanguageBlock(
                width,
                heads,
                heads,
                config.size("n_inner", Math.multiplyExact(4, width)),
                LanguageBlock.Norm.LAYER,
                true,
                LanguageBlock.Bias.ALL,
                true,
                false,
                config.activation(
                        "activation_function",
                        "gelu_new",
                        HuggingFaceConfig::textMlpOf,
                        LanguageBlock.Mlp.GELU_WRITTEN_OUT,
                        TEXT_MLPS),
                Masking.REPLACED,
                true);
        int positions = config.size("n_positions", 1024);
        return new LanguageModel(
                config.size("vocab_size", 50_257),
                positions,
                positions,
                0,
                false,
                block,
                config.size("n_layer", 12),
                architecture.equals("GPT2Model") ? Head.NONE : Head.NEXT_TOKEN);
    }

    private static final String TEXT_MLPS = "gelu or relu";

    private static LanguageBlock.@Nullable Mlp textMlpOf(String activation) {
        return switch (activation) {
            case "gelu", "gelu_pytorch_tanh" -> LanguageBlock.Mlp.GELU;
            case "gelu_new", "gelu_fast" -> LanguageBlock.Mlp.GELU_WRITTEN_OUT;
            case "relu" -> LanguageBlock.Mlp.RELU;
            default -> null;
        };
    }

    /** Llama and what is built like it; Qwen2 has biases on query, key and value. */
    private static Network llama(
            ConfigFields config, int positions, String withHead, String without, boolean attentionBias) {
        String architecture = config.architecture(List.of(withHead, without));
        int width = config.size("hidden_size", 4096);
        int heads = config.size("num_attention_heads", 32);
        int usual = withHead.startsWith("Mistral") ? 8 : heads;
        config.expect(config.text("hidden_act", "silu").equals("silu"), "hidden_act", "silu");
        config.expect(!config.flag("attention_bias", false), "attention_bias", "false");
        config.expect(!config.flag("mlp_bias", false), "mlp_bias", "false");
        config.expect(
                (long) config.size("head_dim", Math.max(1, width / heads)) * heads == width,
                "head_dim",
                "hidden_size / num_attention_heads");
        LanguageBlock plain = LanguageBlock.llama(
                width, heads, config.size("num_key_value_heads", usual), config.size("intermediate_size", 11_008));
        boolean tied = config.flag("tie_word_embeddings", false);
        return new LanguageModel(
                config.size("vocab_size", 32_000),
                config.size("max_position_embeddings", positions),
                0,
                0,
                false,
                attentionBias ? plain.withBias(LanguageBlock.Bias.QUERY_KEY_VALUE) : plain,
                config.size("num_hidden_layers", 32),
                architecture.equals(without) ? Head.NONE : tied ? Head.NEXT_TOKEN : Head.NEXT_TOKEN_UNTIED);
    }
}
