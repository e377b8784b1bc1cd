package org.corehours.models.catalog;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.models.Model;
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
import org.jspecify.annotations.Nullable;

/**
 * The names of plain Vision Transformers as timm spells them:
 * {@code vit_SIZE_patchP[_VARIANT…]_RESOLUTION[_VARIANT…]}, with {@code vit_relpos_} and {@code vit_srelpos_} for
 * relative positions, {@code deit_}, {@code deit3_}, {@code beit_}, {@code beitv2_} and {@code eva_}. A variant is a
 * word that changes the architecture, or one that names weights and changes nothing. {@code flexivit_SIZE} has no more.
 */
final class VisionTransformerNames implements ModelFamily {
    private static final Pattern NAME =
            Pattern.compile("(vit_srelpos|vit_relpos|vit|deit3|deit|beitv2|beit|eva)_([a-z][a-z0-9]*)"
                    + "((?:_[a-z0-9]+)*)_patch(\\d{1,3})((?:_[a-z0-9]+)*)(?:\\.([a-z0-9_]+))?");

    /** FlexiViT at the resolution and patch it is published for (Beyer et al., 2023, arXiv 2212.08013). */
    private static final Pattern FLEXIBLE = Pattern.compile("flexivit_(small|base|large)(?:\\.([a-z0-9_]+))?");

    private static final Pattern RESOLUTION = Pattern.compile("\\d{2,4}");

    /** DINOv2's models are made for 518 pixels, and say so by no number (Oquab et al., 2023, arXiv 2304.07193). */
    private static final int DINOV2_IMAGE = 518;

    /** Words that name weights or a recipe. */
    private static final Set<String> WEIGHTS = Set.of(
            "sam", "in21ft1k", "in1k", "dino", "mae", "in22ft1k", "augreg", "augreg2", "orig", "laion2b", "openai");

    /** Widths, depths and heads: timm, vision_transformer.py. */
    private static final Map<String, Size> SIZES = Map.ofEntries(
            Map.entry("tiny", new Size(192, 12, 3, 768)),
            Map.entry("xsmall", new Size(256, 10, 4, 1024)),
            Map.entry("wee", new Size(256, 14, 4, 1280)),
            Map.entry("little", new Size(320, 14, 5, 1792)),
            Map.entry("small", new Size(384, 12, 6, 1536)),
            Map.entry("medium", new Size(512, 12, 8, 2048)),
            Map.entry("mediumd", new Size(512, 20, 8, 2048)),
            Map.entry("betwixt", new Size(640, 12, 10, 2560)),
            Map.entry("so150m", new Size(896, 18, 14, 2304)),
            Map.entry("so150m2", new Size(832, 21, 13, 2176)),
            Map.entry("base", new Size(768, 12, 12, 3072)),
            Map.entry("large", new Size(1024, 24, 16, 4096)),
            Map.entry("so400m", new Size(1152, 27, 16, 4304)),
            Map.entry("huge", new Size(1280, 32, 16, 5120)),
            Map.entry("giant", new Size(1408, 40, 16, 6144)),
            Map.entry("giantopt", new Size(1536, 40, 16, 6144)),
            Map.entry("gigantic", new Size(1664, 48, 16, 8192)));

    /** Sizes whose models with registers scale their branches: timm, vision_transformer.py. */
    private static final Set<String> SCALED_WITH_REGISTERS =
            Set.of("wee", "little", "medium", "mediumd", "betwixt", "so150m2");

    /** Sizes whose models without class token scale their branches and have no query, key or value bias: the same. */
    private static final Set<String> SCALED_WITHOUT_TOKENS = Set.of("medium", "betwixt");

    private record Size(int width, int depth, int heads, int mlpWidth) {
        TransformerBlock block() {
            return TransformerBlock.of(width, heads, mlpWidth);
        }
    }

    /** The plain Vision Transformer of a size that has a name. */
    static VisionTransformer plain(String sizeName, int imageSize, int patch) {
        Size size = Objects.requireNonNull(SIZES.get(sizeName), sizeName);
        return VisionTransformer.of(imageSize, patch, size.depth, size.block());
    }

    @Override
    public Optional<Model> resolve(String name) {
        Matcher flexible = FLEXIBLE.matcher(name);
        if (flexible.matches()) {
            VisionTransformer network = plain(flexible.group(1), 240, 16).withPrefix(Prefix.CLASS, Positions.PATCHES);
            return Optional.of(withClasses(network, flexible.group(2), Set.of()))
                    .map(each -> new Model(name, describe(each), each));
        }
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Set<String> words = Stream.of(match.group(3), match.group(5))
                .flatMap(part -> Stream.of(part.split("_")))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Optional<Integer> imageSize = words.stream()
                .filter(word -> RESOLUTION.matcher(word).matches())
                .findFirst()
                .map(Integer::valueOf)
                .or(() -> words.contains("dinov2") ? Optional.of(DINOV2_IMAGE) : Optional.empty());
        words.removeIf(word -> RESOLUTION.matcher(word).matches());
        Size size = SIZES.get(match.group(2));
        int patch = Integer.parseInt(match.group(4));
        if (size == null || patch < 1 || imageSize.isEmpty() || imageSize.get() < patch) {
            return Optional.empty();
        }
        if (match.group(1).equals("eva") && !match.group(2).equals("large")) {
            return Optional.empty();
        }
        return architecture(match.group(1), match.group(2), size, patch, imageSize.get(), words)
                .map(network -> withClasses(network, match.group(6), words))
                .map(network -> new Model(name, describe(network), network));
    }

    private static VisionTransformer withClasses(
            VisionTransformer network, @Nullable String weights, Set<String> words) {
        String labels = String.join("_", words) + (weights == null ? "" : "_" + weights);
        return network.withReadout(network.readout().withClasses(LabelSets.of(labels)));
    }

    private static Optional<VisionTransformer> architecture(
            String prefix, String sizeName, Size size, int patch, int imageSize, Set<String> variants) {
        boolean registers = variants.stream().anyMatch(variant -> variant.matches("reg\\d+"));
        boolean pooled = variants.contains("gap") && !registers && prefix.equals("vit");
        // timm's base without class token has more heads.
        Size actual = pooled && sizeName.equals("base") && !variants.contains("siglip")
                ? new Size(size.width, size.depth, 16, size.mlpWidth)
                : size;
        boolean unbiased = pooled && SCALED_WITHOUT_TOKENS.contains(sizeName);
        boolean scaled = prefix.equals("deit3") || unbiased || (registers && SCALED_WITH_REGISTERS.contains(sizeName));
        for (String variant : variants) {
            if (variant.equals("plus")) {
                // 7/6 of the base width: timm's vit_base_patch32_plus_256.
                actual = new Size(896, 12, 14, 3584);
                scaled = true;
            } else if (variant.matches("\\d+x1")) {
                int depth = Integer.parseInt(variant.substring(0, variant.indexOf('x')));
                actual = new Size(size.width, depth, size.heads, size.mlpWidth);
                scaled = true;
            }
        }
        TransformerBlock block = actual.block();
        if (scaled) {
            block = block.withLayerScale(LayerScale.MODULE);
        }
        if (unbiased || sizeName.equals("so150m2")) {
            block = block.withQkvBias(QkvBias.NONE);
        }
        VisionTransformer network = VisionTransformer.of(imageSize, patch, actual.depth, block);
        if (prefix.equals("deit3")) {
            network = network.withPrefix(Prefix.CLASS, Positions.PATCHES);
        } else if (prefix.startsWith("beit")) {
            network = beit(network);
        } else if (prefix.endsWith("relpos")) {
            network = relative(network, prefix.equals("vit_srelpos"), variants);
        } else if (prefix.equals("eva")) {
            network = network.withReadout(
                    new Readout(Pooling.AVERAGE, true, false, network.readout().classes()));
        }
        for (String variant : variants) {
            Optional<VisionTransformer> changed = variant(network, variant);
            if (changed.isEmpty()) {
                return Optional.empty();
            }
            network = changed.get();
        }
        if (sizeName.equals("so150m") && registers) {
            // Its registers have positions, and its norm follows the blocks.
            Readout readout = network.readout();
            network = network.withPrefix(network.prefix(), Positions.ALL_TOKENS)
                    .withReadout(new Readout(readout.pooling(), false, false, readout.classes()));
        }
        return Optional.of(network);
    }

    /** BEiT as it is fine-tuned: a position table in every block, no absolute positions, average pooling. */
    private static VisionTransformer beit(VisionTransformer plain) {
        TransformerBlock block =
                plain.block().withQkvBias(QkvBias.QUERY_AND_VALUE).withLayerScale(LayerScale.PARAMETER);
        return plain.withBlock(block)
                .withPrefix(Prefix.CLASS, Positions.NONE)
                .withRelative(new Relative(Relative.Kind.TABLE, false, 0))
                .withReadout(new Readout(
                        Pooling.AVERAGE, true, false, plain.readout().classes()));
    }

    /** timm's relative-position ViTs: no absolute positions, layer scale, average pooling unless a class token is asked. */
    private static VisionTransformer relative(VisionTransformer plain, boolean shared, Set<String> variants) {
        boolean plus = variants.contains("plus");
        TransformerBlock block = plain.block().withLayerScale(LayerScale.MODULE);
        // timm's default hidden width is 128; shared networks and the medium model with a class token differ.
        int hidden = shared ? block.width() : variants.contains("cls") && block.width() == 512 ? 256 : 128;
        // Norm after pooling came with the per-block models of the standard widths.
        boolean normAfter = !shared && !plus && !variants.contains("rpn") && !variants.contains("cls");
        return plain.withBlock(plus ? block : block.withQkvBias(QkvBias.NONE))
                .withPrefix(Prefix.NONE, Positions.NONE)
                .withRelative(new Relative(Relative.Kind.NETWORK, shared, hidden))
                .withReadout(new Readout(
                        Pooling.AVERAGE, normAfter, false, plain.readout().classes()));
    }

    private static Optional<VisionTransformer> variant(VisionTransformer network, String variant) {
        int classes = network.readout().classes();
        TransformerBlock block = network.block();
        boolean relative = network.relative().kind() != Relative.Kind.NONE;
        VisionTransformer changed = switch (variant) {
            case "plus" -> network;
            case "distilled" ->
                network.withPrefix(new Prefix(true, true, 0), Positions.ALL_TOKENS)
                        .withReadout(new Readout(Pooling.TWO_TOKENS, false, false, classes));
            case "miil" -> network.withBlock(block.withQkvBias(QkvBias.NONE));
            case "rpn" ->
                relative
                        ? network.withBlock(block.withNorm(Norm.BRANCH_END).withLayerScale(LayerScale.NONE))
                        : network.withBlock(block.withNorm(Norm.BRANCH_END)
                                        .withLayerScale(LayerScale.NONE)
                                        .withQkvBias(QkvBias.NONE))
                                .withPrefix(Prefix.NONE, Positions.ALL_TOKENS)
                                .withReadout(new Readout(Pooling.AVERAGE, true, false, classes));
            case "cls" -> network.withPrefix(Prefix.CLASS, network.positions()).withReadout(Readout.token(classes));
            case "gap" ->
                network.withPrefix(new Prefix(false, false, network.prefix().registers()), network.positions())
                        .withReadout(
                                new Readout(Pooling.AVERAGE, network.prefix().registers() > 0, false, classes));
            case "clsgap" -> network.withPrefix(Prefix.CLASS, network.positions());
            case "map" ->
                network.withPrefix(new Prefix(false, false, network.prefix().registers()), Positions.ALL_TOKENS)
                        .withReadout(new Readout(Pooling.ATTENTION, false, false, classes));
            case "siglip" ->
                network.withPrefix(Prefix.NONE, Positions.ALL_TOKENS)
                        .withReadout(new Readout(Pooling.ATTENTION, false, false, classes));
            case "clip" -> network.withEmbedding(Embedding.NORMED_CONVOLUTION);
            case "quickgelu" -> network.withBlock(block.withMlp(Mlp.QUICK_GELU));
            case "qknorm" -> network.withBlock(block.withQkNorm());
            case "dpn" -> network.withEmbedding(Embedding.DUAL_NORM);
            case "dinov2" -> dinov2(network);
            case "in21k", "in22k" -> network;
            default -> null;
        };
        if (changed == null && variant.matches("reg\\d+")) {
            int registers = Integer.parseInt(variant.substring(3));
            boolean classToken = network.prefix().classToken();
            changed = network.withPrefix(new Prefix(classToken, false, registers), Positions.PATCHES);
        }
        if (changed == null && (WEIGHTS.contains(variant) || variant.matches("\\d+x1"))) {
            changed = network;
        }
        return Optional.ofNullable(changed);
    }

    private static VisionTransformer dinov2(VisionTransformer network) {
        TransformerBlock block = network.block();
        if (block.width() != 1408) {
            return network.withBlock(block.withLayerScale(LayerScale.MODULE));
        }
        // DINOv2's giant is wider than the usual one and gated.
        TransformerBlock gated =
                TransformerBlock.of(1536, 24, 4096).withMlp(Mlp.SWIGLU).withLayerScale(LayerScale.MODULE);
        return network.withBlock(gated);
    }

    private static String describe(VisionTransformer network) {
        return String.format(
                Locale.ROOT,
                "Vision Transformer, %d blocks of width %d and %d heads, patches of %d pixels, image %d",
                network.depth(),
                network.width(),
                network.block().heads(),
                network.patch(),
                network.imageSize());
    }

    @Override
    public String title() {
        return "Vision Transformers";
    }

    @Override
    public List<String> listed() {
        return List.of(
                "vit_tiny_patch16_224",
                "vit_small_patch16_224",
                "vit_small_patch32_224",
                "vit_base_patch16_224",
                "vit_base_patch16_384",
                "vit_base_patch32_224",
                "vit_large_patch16_224",
                "vit_huge_patch14_224",
                "vit_giant_patch14_224",
                "vit_base_patch16_224_miil",
                "vit_base_patch16_rpn_224",
                "vit_base_patch16_clip_224",
                "vit_base_patch16_siglip_224",
                "vit_so400m_patch14_siglip_384",
                "vit_base_patch16_dpn_224",
                "vit_relpos_base_patch16_224",
                "vit_srelpos_small_patch16_224",
                "vit_small_patch14_dinov2",
                "vit_base_patch14_reg4_dinov2",
                "vit_medium_patch16_reg4_gap_256",
                "deit_tiny_patch16_224",
                "deit_small_patch16_224",
                "deit_base_patch16_224",
                "deit_small_distilled_patch16_224",
                "deit3_small_patch16_224",
                "deit3_base_patch16_224",
                "deit3_large_patch16_384",
                "beit_base_patch16_224",
                "beit_large_patch16_512",
                "beitv2_base_patch16_224",
                "eva_large_patch14_196",
                "flexivit_base");
    }
}
