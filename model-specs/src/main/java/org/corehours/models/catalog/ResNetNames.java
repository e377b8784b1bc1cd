package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.ResNet;
import org.corehours.models.vision.ResNet.Stem;
import org.jspecify.annotations.Nullable;

/**
 * The names of ResNets as timm spells them: {@code resnet50}, {@code resnet101d}, {@code seresnet50t},
 * {@code resnext101_32x8d}, {@code wide_resnet50_2}. Prefixes that name weights ({@code tv_}, {@code ssl_},
 * {@code swsl_}, {@code ig_}) change nothing; {@code gluon_} names carry their variant at the end.
 */
final class ResNetNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile("(?:tv_|ssl_|swsl_|ig_|gluon_)?(wide_)?(se)?resne(x)?t(\\d+)"
            + "([dt])?(?:_(\\d+)x(\\d+)d)?(?:_(2))?(?:_v1([bcds]))?(?:\\.[a-z0-9_]+)?");

    /** Blocks of the stages: timm, resnet.py. */
    private static final Map<Integer, List<Integer>> LAYERS = Map.of(
            10, List.of(1, 1, 1, 1),
            14, List.of(1, 1, 1, 1),
            18, List.of(2, 2, 2, 2),
            26, List.of(2, 2, 2, 2),
            34, List.of(3, 4, 6, 3),
            50, List.of(3, 4, 6, 3),
            101, List.of(3, 4, 23, 3),
            152, List.of(3, 8, 36, 3),
            200, List.of(3, 24, 36, 3));

    /** Depths counted with two convolutions a block instead of three. */
    private static final List<Integer> BASIC = List.of(10, 18, 34);

    private static final int IMAGE = 224;
    private static final int CLASSES = 1000;

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        int depth = Integer.parseInt(match.group(4));
        List<Integer> layers = LAYERS.get(depth);
        boolean wide = match.group(1) != null;
        boolean grouped = match.group(3) != null;
        if (layers == null || grouped != (match.group(6) != null) || wide != (match.group(8) != null)) {
            return Optional.empty();
        }
        String variant = match.group(9) != null ? match.group(9) : match.group(5);
        ResNet network = new ResNet(
                imageSize(depth, match.group(5)),
                !BASIC.contains(depth),
                layers,
                grouped ? Integer.parseInt(match.group(6)) : 1,
                grouped ? Integer.parseInt(match.group(7)) : wide ? 128 : 64,
                stem(variant),
                "d".equals(variant) || "t".equals(variant),
                match.group(2) != null,
                CLASSES);
        return Optional.of(new Model(name, describe(network, depth), network));
    }

    /** Images that timm makes its variants for: the small "t" models' and the deep "d" models' own. */
    private static int imageSize(int depth, @Nullable String variant) {
        if ("t".equals(variant) && depth < 18) {
            return 176;
        }
        boolean larger = ("t".equals(variant) && depth == 26) || ("d".equals(variant) && depth > 50);
        return larger ? 256 : IMAGE;
    }

    private static Stem stem(@Nullable String variant) {
        if (variant == null) {
            return Stem.PLAIN;
        }
        return switch (variant) {
            case "c", "d" -> Stem.deep(32);
            case "s" -> Stem.deep(64);
            case "t" -> Stem.TIERED;
            default -> Stem.PLAIN;
        };
    }

    private static String describe(ResNet network, int depth) {
        return String.format(
                Locale.ROOT,
                "Residual network of %d layers, %d groups of %d channels, image %d",
                depth,
                network.groups(),
                network.groupWidth(),
                network.imageSize());
    }

    @Override
    public List<String> listed() {
        return List.of(
                "resnet18",
                "resnet34",
                "resnet50",
                "resnet50d",
                "resnet101",
                "resnet152",
                "resnext50_32x4d",
                "resnext101_32x8d",
                "wide_resnet50_2",
                "seresnet50");
    }
}
