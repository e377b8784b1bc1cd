package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.ImageNetwork;
import org.corehours.models.Model;
import org.corehours.models.vision.HybridVisionTransformer;
import org.corehours.models.vision.ResNet;
import org.corehours.models.vision.ResNetV2;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.jspecify.annotations.Nullable;

/**
 * The names of Vision Transformers on a residual network's map as timm spells them:
 * {@code vit_SIZE_rDEPTH_sSTRIDE[_pPATCH]_RESOLUTION}, {@code vit_base_resnet50_384} and
 * {@code vit_small_resnet26d_224}.
 */
final class HybridVisionTransformerNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile(
            "vit_(tiny|small|base|large)_r(\\d{2})?_s(\\d{2})(?:_p(\\d{1,2}))?_(\\d{2,4})(_in21k)?(?:\\.([a-z0-9_]+))?");

    /** What timm calls vit_base_r50_s16 too. */
    private static final Pattern ORIGINAL = Pattern.compile("vit_base_resnet50_(\\d{2,4})(_in21k)?");

    /** On ResNet-D; the small one has fewer and narrower blocks than usual. */
    private static final Pattern ON_RESNET_D =
            Pattern.compile("vit_(small|base)_resnet(26|50)d(_s16)?_(\\d{2,4})(?:\\.[a-z0-9_]+)?");

    /** Blocks of the stages by depth and stride: timm, vision_transformer_hybrid.py. */
    private static final Map<String, List<Integer>> LAYERS = Map.of(
            "_s16", List.of(),
            "20_s16", List.of(2, 2, 2),
            "20_s16_p2", List.of(2, 4),
            "26_s32", List.of(2, 2, 2, 2),
            "50_s16", List.of(3, 4, 9),
            "50_s32", List.of(3, 4, 6, 3));

    @Override
    public Optional<Model> resolve(String name) {
        return usual(name)
                .or(() -> original(name))
                .or(() -> onResNetD(name))
                .map(network -> new Model(name, describe(network), network));
    }

    private static Optional<HybridVisionTransformer> usual(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        String depth = match.group(2) == null ? "" : match.group(2);
        int patch = match.group(4) == null ? 1 : Integer.parseInt(match.group(4));
        String key = depth + "_s" + match.group(3);
        List<Integer> layers = LAYERS.get(key.equals("20_s16") && patch == 2 ? "20_s16_p2" : key);
        String weights = match.group(7) == null ? match.group(6) : match.group(7);
        return layers == null || (depth.isEmpty() && match.group(4) == null)
                ? Optional.empty()
                : onBigTransfer(match.group(1), layers, patch, Integer.parseInt(match.group(5)), weights);
    }

    private static Optional<HybridVisionTransformer> original(String name) {
        Matcher match = ORIGINAL.matcher(name);
        return match.matches()
                ? onBigTransfer("base", List.of(3, 4, 9), 1, Integer.parseInt(match.group(1)), match.group(2))
                : Optional.empty();
    }

    private static Optional<HybridVisionTransformer> onBigTransfer(
            String size, List<Integer> layers, int patch, int image, @Nullable String weights) {
        // The stem and its pooling halve the map twice, every stage but the first once.
        int stride = 4 << Math.max(0, layers.size() - 1);
        if (image < stride * patch || image % (stride * patch) != 0) {
            return Optional.empty();
        }
        ImageNetwork map = new ResNetV2(image, layers, 1, ResNet.Stem.PLAIN, false, ResNet.Norm.GROUP, true, false, 0);
        VisionTransformer tower = VisionTransformerNames.plain(size, image / stride, patch);
        int classes = LabelSets.of(weights == null ? "" : weights);
        return Optional.of(HybridVisionTransformer.of(
                image, stride, map, tower.withReadout(tower.readout().withClasses(classes))));
    }

    private static Optional<HybridVisionTransformer> onResNetD(String name) {
        Matcher match = ON_RESNET_D.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean early = match.group(3) != null;
        int stride = early ? 16 : 32;
        int image = Integer.parseInt(match.group(4));
        if (image < stride || image % stride != 0) {
            return Optional.empty();
        }
        List<Integer> layers = match.group(2).equals("26") ? List.of(2, 2, 2, 2) : List.of(3, 4, 6, 3);
        ImageNetwork map = new ResNet(
                image,
                true,
                early ? layers.subList(0, 3) : layers,
                1,
                64,
                ResNet.Stem.deep(32),
                true,
                true,
                ResNet.ChannelAttention.NONE,
                ResNet.Shrinking.STRIDE,
                ResNet.Norm.BATCH,
                0);
        boolean small = match.group(1).equals("small");
        VisionTransformer tower = small
                ? VisionTransformer.of(image / stride, 1, 8, TransformerBlock.of(768, 8, 3 * 768))
                : VisionTransformerNames.plain("base", image / stride, 1);
        return Optional.of(HybridVisionTransformer.of(image, stride, map, tower));
    }

    private static String describe(HybridVisionTransformer network) {
        return String.format(
                Locale.ROOT,
                "Vision Transformer on a residual network's map, %d blocks of width %d, stride %d, image %d",
                network.tower().depth(),
                network.tower().width(),
                network.stride() * network.tower().patch(),
                network.imageSize());
    }

    @Override
    public String title() {
        return "Vision Transformers on residual networks";
    }

    @Override
    public List<String> listed() {
        return List.of(
                "vit_small_r26_s32_224", "vit_base_r50_s16_224", "vit_large_r50_s32_224", "vit_base_resnet50_384");
    }
}
