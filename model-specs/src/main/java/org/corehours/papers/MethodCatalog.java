package org.corehours.papers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Backbone;
import org.corehours.models.catalog.ModelCatalog;
import org.corehours.models.spec.JsonDocument;
import org.corehours.models.spec.YamlText;
import org.corehours.models.vision.PerceptualGroupTokenizer;
import org.corehours.models.vision.VisionTransformer;
import org.corehours.spec.SpecFile;

/**
 * The training steps and tokenizers that have a name. Each is a file's contents with the model's name filled in, read as
 * any file is: {@code mae_vit_base_patch16}, {@code dino_vit_small_patch16}, {@code ibot_vit_base_patch16_local10},
 * {@code beit_base_patch16_224_8k_vocab}, {@code dalle_encoder}, {@code beit_dvae}, {@code vqgan_f16_8192},
 * {@code vqkd_encoder}.
 */
public final class MethodCatalog {

    private static final Pattern MAE = Pattern.compile("mae_(vit_[a-z0-9]+_patch\\d{1,3})(?:_(\\d{2,4}))?");
    private static final Pattern CROPPED = Pattern.compile("(dino|ibot)_([a-z0-9_]+?)(?:_local(\\d{1,2}))?");
    private static final Pattern BEIT =
            Pattern.compile("(beit(?:v2)?_[a-z]+_patch\\d{1,2}_\\d{2,4})_8k_vocab(?:_(dalle|vqkd))?");
    private static final Pattern DVAE = Pattern.compile("beit_dvae(?:_(\\d{2,4}))?");
    private static final Pattern ENCODER = Pattern.compile("(dalle|beit_dvae|vqgan|vqkd)_encoder(?:_(\\d{2,4}))?");
    private static final Pattern VQGAN = Pattern.compile("vqgan_f16_(\\d{2,6})(_perceptual)?");
    private static final Pattern VQKD = Pattern.compile("vqkd_decoder(\\d)");

    private static final Map<String, Object> DALLE =
            mapping("type", "dalle", "width", 256, "blocks_per_group", 2, "decoder_input", 128, "vocabulary", 8192);

    private static final Map<String, Object> BEIT_DVAE =
            mapping("layers", 3, "width", 64, "vocabulary", 8192, "code_width", 512);

    private MethodCatalog() {}

    /** The method of a name, if it is one's. */
    public static Optional<NamedMethod> find(String name) {
        return data(name)
                .map(data -> MethodFile.read(SpecFile.parse(name, YamlText.document(data)), NamedModels.BUILT_IN));
    }

    /** The file that a name stands for, in YAML. */
    public static Optional<String> yaml(String name) {
        return data(name).map(YamlText::document);
    }

    /** The file that a name stands for, in JSON. */
    public static Optional<String> json(String name) {
        return data(name).map(JsonDocument::of);
    }

    /** The names a listing shows. Many more resolve. */
    public static List<String> listed() {
        return List.of(
                "mae_vit_base_patch16",
                "mae_vit_large_patch16",
                "mae_vit_huge_patch14",
                "dino_vit_small_patch16",
                "dino_vit_base_patch16",
                "dino_vit_small_patch8",
                "dino_pgt_g_base",
                "ibot_vit_small_patch16",
                "ibot_vit_base_patch16",
                "ibot_vit_large_patch16",
                "ibot_swin_tiny_patch4_window7",
                "beit_base_patch16_224_8k_vocab",
                "beit_base_patch16_224_8k_vocab_dalle",
                "beitv2_base_patch16_224_8k_vocab_vqkd",
                "dalle_encoder",
                "beit_dvae",
                "beit_dvae_encoder",
                "vqgan_f16_8192",
                "vqgan_f16_8192_perceptual",
                "vqgan_encoder",
                "vqkd_decoder1",
                "vqkd_decoder3",
                "vqkd_encoder");
    }

    private static Optional<Map<String, Object>> data(String name) {
        List<Function<String, Optional<Recipe>>> ways = List.of(
                MethodCatalog::mae,
                MethodCatalog::cropped,
                MethodCatalog::beit,
                MethodCatalog::dvae,
                MethodCatalog::encoder,
                MethodCatalog::vqgan,
                MethodCatalog::vqkd);
        return ways.stream()
                .flatMap(way -> way.apply(name).stream())
                .findFirst()
                .map(recipe -> mapping(
                        MethodFile.NAME,
                        name,
                        MethodFile.DESCRIPTION,
                        recipe.description,
                        MethodFile.METHOD,
                        recipe.method));
    }

    private record Recipe(String description, Map<String, Object> method) {}

    /** He et al., 2022: a quarter of the patches seen, a decoder of eight blocks 512 wide. */
    private static Optional<Recipe> mae(String name) {
        Matcher match = MAE.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        String encoder = match.group(1) + "_" + (match.group(2) == null ? "224" : match.group(2));
        return network(encoder, VisionTransformer.class)
                .map(network -> new Recipe(
                        "MAE's step: a quarter of the patches of " + encoder + " seen, the others reconstructed",
                        mapping(
                                "type",
                                "mae",
                                "model",
                                match.group(1),
                                "network",
                                encoder,
                                "decoder",
                                mapping("width", 512, "heads", 16, "mlp_width", 2048),
                                "decoder_depth",
                                8,
                                "visible_patches",
                                square(network.imageSize() / network.patch()) / 4,
                                "update",
                                mapping("optimizer", "adamw"))));
    }

    private static int square(int side) {
        return side * side;
    }

    /** DINO's defaults and iBOT's published runs: main_dino.py, main_ibot.py and the papers' tables. */
    private static Optional<Recipe> cropped(String name) {
        Matcher match = CROPPED.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean dino = match.group(1).equals("dino");
        int locals = match.group(3) == null ? dino ? 8 : 10 : Integer.parseInt(match.group(3));
        Map<String, Object> head =
                mapping("hidden", 2048, "bottleneck", 256, "outputs", dino ? 65_536 : 8192, "trained_norms", !dino);
        Map<String, Object> crops = mapping("globals", 2, "global_pixels", 224, "locals", locals, "local_pixels", 96);
        String what = (dino ? "DINO's" : "iBOT's") + " step: 2 crops of 224 pixels and " + locals + " of 96, "
                + match.group(2);
        if (dino && network(match.group(2), PerceptualGroupTokenizer.class).isPresent()) {
            return Optional.of(new Recipe(
                    what,
                    mapping("type", "perceptual_group", "encoder", match.group(2), "head", head, "crops", crops)));
        }
        for (String backbone : List.of(match.group(2), match.group(2) + "_224")) {
            if (network(backbone, Backbone.class).isPresent()) {
                Map<String, Object> method =
                        mapping("type", match.group(1), "model", match.group(2), "backbone", backbone, "head", head);
                if (!dino) {
                    method.put("shared_head", true);
                }
                method.put("crops", crops);
                method.put("drop_path", 0.1);
                return Optional.of(new Recipe(what, method));
            }
        }
        return Optional.empty();
    }

    /** Bao et al., 2022: 75 of 196 patches named, by tokens that are ready-made or read in the step. */
    private static Optional<Recipe> beit(String name) {
        Matcher match = BEIT.matcher(name);
        if (!match.matches() || network(match.group(1), VisionTransformer.class).isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> method = mapping(
                "type",
                "beit",
                "model",
                match.group(1),
                "network",
                match.group(1),
                "vocabulary",
                8192,
                "masked_patches",
                75,
                "drop_path",
                0.1);
        String read = match.group(2) == null ? "" : match.group(2);
        if (!read.isEmpty()) {
            method.put("tokenizer", read.equals("dalle") ? DALLE : vqkdTokenizer(1));
        }
        method.put("update", mapping("optimizer", "adamw", "clipping", true));
        String tokens = switch (read) {
            case "dalle" -> "read by DALL-E's encoder";
            case "vqkd" -> "read by BEiT v2's tokenizer";
            default -> "ready-made";
        };
        return Optional.of(
                new Recipe("BEiT's pre-training of " + match.group(1) + ", visual tokens " + tokens, method));
    }

    private static Optional<Recipe> dvae(String name) {
        Matcher match = DVAE.matcher(name);
        return match.matches()
                ? Optional.of(new Recipe(
                        "BEiT's own discrete VAE, trained",
                        mapping("type", "dvae", "tokenizer", BEIT_DVAE, "image_size", image(match, 1, 256))))
                : Optional.empty();
    }

    private static Optional<Recipe> encoder(String name) {
        Matcher match = ENCODER.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Map<String, Object> tokenizer = switch (match.group(1)) {
            case "dalle" -> DALLE;
            case "beit_dvae" -> {
                Map<String, Object> typed = mapping("type", "dvae");
                typed.putAll(BEIT_DVAE);
                yield typed;
            }
            case "vqgan" -> {
                Map<String, Object> typed = mapping("type", "vqgan");
                typed.putAll(vqganTokenizer(8192));
                yield typed;
            }
            default -> vqkdTokenizer(1);
        };
        // BEiT names 14 × 14 patches with DALL-E's tokens of 8 × 8 pixels.
        int usual = match.group(1).equals("dalle") ? 112 : 224;
        return Optional.of(new Recipe(
                "Visual tokens read by the encoder of " + match.group(1),
                mapping("type", "encoding", "tokenizer", tokenizer, "image_size", image(match, 2, usual))));
    }

    private static int image(Matcher match, int group, int otherwise) {
        return match.group(group) == null ? otherwise : Integer.parseInt(match.group(group));
    }

    /** Dong et al., 2023, for the perceptual distance; Esser et al., 2021, arXiv 2012.09841, for the autoencoder. */
    private static Optional<Recipe> vqgan(String name) {
        Matcher match = VQGAN.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean perceptual = match.group(2) != null;
        return Optional.of(new Recipe(
                "A vector-quantized autoencoder of stride 16 and " + match.group(1) + " codes, trained"
                        + (perceptual ? " with a ViT-B's features" : ""),
                mapping(
                        "type",
                        "tokenizer",
                        "tokenizer",
                        vqganTokenizer(Integer.parseInt(match.group(1))),
                        "image_size",
                        224,
                        "quantizer",
                        "moving_average",
                        "perceptual",
                        "vit_base_patch16_224",
                        "perceptual_loss",
                        perceptual,
                        "feature_layers",
                        4)));
    }

    private static Map<String, Object> vqganTokenizer(int codes) {
        return mapping(
                "channels",
                128,
                "multipliers",
                List.of(1, 1, 2, 2, 4),
                "blocks",
                2,
                "code_width",
                256,
                "vocabulary",
                codes);
    }

    private static Optional<Recipe> vqkd(String name) {
        Matcher match = VQKD.matcher(name);
        if (!match.matches() || match.group(1).equals("0")) {
            return Optional.empty();
        }
        int depth = Integer.parseInt(match.group(1));
        Map<String, Object> tokenizer = vqkdTokenizer(depth);
        tokenizer.remove("type");
        return Optional.of(new Recipe(
                "BEiT v2's tokenizer, a decoder of " + depth + " blocks, trained on ready-made features",
                mapping("type", "vqkd", "tokenizer", tokenizer)));
    }

    private static Map<String, Object> vqkdTokenizer(int decoderDepth) {
        Map<String, Object> block = mapping(
                "width", 768, "heads", 12, "mlp_width", 3072, "qkv_bias", "query_and_value", "code", "original");
        return mapping(
                "type",
                "vqkd",
                "image_size",
                224,
                "patch",
                16,
                "block",
                block,
                "depth",
                12,
                "decoder_depth",
                decoderDepth,
                "code_width",
                32,
                "vocabulary",
                8192,
                "target_width",
                512);
    }

    private static <T> Optional<T> network(String name, Class<T> type) {
        return ModelCatalog.find(name)
                .map(model -> (Object) model.network())
                .filter(type::isInstance)
                .map(type::cast);
    }

    private static Map<String, Object> mapping(Object... keysAndValues) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            mapping.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return mapping;
    }
}
