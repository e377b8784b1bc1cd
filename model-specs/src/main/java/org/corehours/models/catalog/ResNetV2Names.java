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
 * The names of pre-activation ResNets as timm spells them: {@code resnetv2_50}, {@code resnetv2_101d}, and Big Transfer's
 * {@code resnetv2_101x3_bit} and {@code resnetv2_50x1_bitm}, of ImageNet-1k or, with {@code _in21k}, ImageNet-21k.
 */
final class ResNetV2Names implements ModelFamily {
    private static final Pattern NAME = Pattern.compile(
            "resnetv2_(50|101|152)([dt])?(?:x([1-4])_bit(?:m|_teacher)?)?(_in21k)?(?:_(384))?(?:\\.[a-z0-9_]+)?");

    /** Blocks of the stages: timm, resnetv2.py. */
    private static final Map<String, List<Integer>> LAYERS =
            Map.of("50", List.of(3, 4, 6, 3), "101", List.of(3, 4, 23, 3), "152", List.of(3, 8, 36, 3));

    private static final int CLASSES = 1000;

    /** ImageNet-21k as Big Transfer has it. */
    private static final int CLASSES_21K = 21_843;

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        List<Integer> layers = LAYERS.get(match.group(1));
        if (layers == null) {
            return Optional.empty();
        }
        String variant = match.group(2);
        boolean bigTransfer = match.group(3) != null;
        ResNetV2 network = new ResNetV2(
                match.group(5) != null ? Integer.parseInt(match.group(5)) : 224,
                layers,
                bigTransfer ? Integer.parseInt(match.group(3)) : 1,
                "d".equals(variant)
                        ? ResNet.Stem.deep(32)
                        : "t".equals(variant) ? ResNet.Stem.TIERED : ResNet.Stem.PLAIN,
                variant != null,
                bigTransfer,
                match.group(4) == null ? CLASSES : CLASSES_21K);
        String description = String.format(
                Locale.ROOT,
                "Pre-activation residual network of %s layers, %d times the width, image %d",
                match.group(1),
                network.widthFactor(),
                network.imageSize());
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public List<String> listed() {
        return List.of("resnetv2_50", "resnetv2_101", "resnetv2_50x1_bit", "resnetv2_101x3_bit", "resnetv2_152x4_bit");
    }
}
