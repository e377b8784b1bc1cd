package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.ResNet;
import org.corehours.models.vision.ResNetV2;

/**
 * The names of pre-activation ResNets as timm spells them: {@code resnetv2_50}, {@code resnetv2_101d},
 * {@code resnetv2_50d_gn}, and Big Transfer's {@code resnetv2_101x3_bit} and {@code resnetv2_50x1_bitm}, of ImageNet-1k
 * or, with {@code _in21k}, ImageNet-21k.
 */
final class ResNetV2Names implements ModelFamily {
    private static final Pattern NAME = Pattern.compile("resnetv2_(?<depth>50|101|152)(?<variant>[dt])?(?<group>_gn)?"
            + "(?:x(?<width>[1-4])_(?<transfer>bit|bitm|bit_teacher))?(?<labels>_in21k)?(?:_(?<image>\\d{2,4}))?"
            + "(?:\\.(?<weights>[a-z0-9_]+))?");

    /** Blocks of the stages: timm, resnetv2.py. */
    private static final Map<String, List<Integer>> LAYERS =
            Map.of("50", List.of(3, 4, 6, 3), "101", List.of(3, 4, 23, 3), "152", List.of(3, 8, 36, 3));

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        List<Integer> layers = LAYERS.get(match.group("depth"));
        boolean transfer = match.group("transfer") != null;
        boolean group = match.group("group") != null;
        int image = imageSize(match);
        if (layers == null || (group && transfer) || image < 32) {
            return Optional.empty();
        }
        String weights = match.group("weights") == null ? "" : match.group("weights");
        String variant = match.group("variant");
        ResNetV2 network = new ResNetV2(
                image,
                layers,
                transfer ? Integer.parseInt(match.group("width")) : 1,
                "d".equals(variant)
                        ? ResNet.Stem.deep(32)
                        : "t".equals(variant) ? ResNet.Stem.TIERED : ResNet.Stem.PLAIN,
                variant != null,
                transfer || group ? ResNet.Norm.GROUP : ResNet.Norm.BATCH,
                transfer,
                true,
                LabelSets.of(match.group("labels") == null ? weights : match.group("labels")));
        String description = String.format(
                Locale.ROOT,
                "Pre-activation residual network of %s layers, %d times the width, image %d",
                match.group("depth"),
                network.widthFactor(),
                network.imageSize());
        return Optional.of(new Model(name, description, network));
    }

    /** Big Transfer's models tuned on ImageNet-1k are made for larger images (timm, resnetv2.py). */
    private static int imageSize(Matcher match) {
        if (match.group("image") != null) {
            return Integer.parseInt(match.group("image"));
        }
        String weights = match.group("weights") == null ? "" : match.group("weights");
        if (weights.endsWith("_384")) {
            return 384;
        }
        boolean tuned = "bitm".equals(match.group("transfer")) && match.group("labels") == null;
        if (!tuned && !weights.equals("goog_in21k_ft_in1k")) {
            return 224;
        }
        return "4".equals(match.group("width")) ? 480 : 448;
    }

    @Override
    public String title() {
        return "Pre-activation residual networks and Big Transfer";
    }

    @Override
    public List<String> listed() {
        return List.of("resnetv2_50", "resnetv2_101", "resnetv2_50x1_bit", "resnetv2_101x3_bit", "resnetv2_152x4_bit");
    }
}
