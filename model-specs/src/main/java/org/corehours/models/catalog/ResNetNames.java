package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.ResNet;
import org.corehours.models.vision.ResNet.ChannelAttention;
import org.corehours.models.vision.ResNet.Norm;
import org.corehours.models.vision.ResNet.Shrinking;
import org.corehours.models.vision.ResNet.Stem;

/**
 * The names of ResNets as timm spells them: {@code resnet50}, {@code resnet101d}, {@code seresnet50t},
 * {@code ecaresnet50d}, {@code resnext101_32x8d}, {@code wide_resnet50_2}, {@code resnetaa50}, {@code resnetblur50d},
 * {@code resnetrs101}, {@code resnet50_gn}. Prefixes that name weights ({@code tv_}, {@code ssl_}, {@code swsl_},
 * {@code ig_}) and what follows a dot change nothing; {@code gluon_} names carry their variant at the end.
 */
final class ResNetNames implements ModelFamily {
    private static final Pattern NAME =
            Pattern.compile("(?:tv_|ssl_|swsl_|ig_|gluon_)?(?<wide>wide_)?(?<weighs>se|eca)?"
                    + "resne(?<grouped>x)?t(?<shrinks>aa|blur|rs)?(?<depth>\\d+)(?<variant>[cdst]|tn)?"
                    + "(?:_(?<groups>\\d{1,3})x(?<width>\\d{1,3})d)?(?<twice>_2)?(?<group>_gn)?(?:_v1(?<gluon>[bcds]))?"
                    + "(?:\\.[a-z0-9_]+)?");

    /** Blocks of the stages: timm, resnet.py. */
    private static final Map<Integer, List<Integer>> LAYERS = Map.ofEntries(
            Map.entry(10, List.of(1, 1, 1, 1)),
            Map.entry(14, List.of(1, 1, 1, 1)),
            Map.entry(18, List.of(2, 2, 2, 2)),
            Map.entry(26, List.of(2, 2, 2, 2)),
            Map.entry(34, List.of(3, 4, 6, 3)),
            Map.entry(50, List.of(3, 4, 6, 3)),
            Map.entry(101, List.of(3, 4, 23, 3)),
            Map.entry(152, List.of(3, 8, 36, 3)),
            Map.entry(200, List.of(3, 24, 36, 3)),
            Map.entry(269, List.of(3, 30, 48, 8)));

    /** Blocks of ResNet-RS's stages where they differ (Bello et al., 2021, table 9). */
    private static final Map<Integer, List<Integer>> RS_LAYERS = Map.of(
            270, List.of(4, 29, 53, 4),
            350, List.of(4, 36, 72, 4),
            420, List.of(4, 44, 87, 4));

    /** Images that timm trains ResNet-RS on, by depth. */
    private static final Map<Integer, Integer> RS_IMAGES =
            Map.of(50, 160, 101, 192, 152, 256, 200, 256, 270, 256, 350, 288, 420, 320);

    /** Depths counted with two convolutions a block instead of three. */
    private static final List<Integer> BASIC = List.of(10, 18, 34);

    private static final int IMAGE = 224;

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        String shrinks = given(match, "shrinks");
        int depth = Integer.parseInt(match.group("depth"));
        boolean scaled = shrinks.equals("rs");
        List<Integer> layers = scaled && RS_LAYERS.containsKey(depth) ? RS_LAYERS.get(depth) : LAYERS.get(depth);
        boolean wide = match.group("wide") != null;
        boolean grouped = match.group("grouped") != null;
        boolean basic = BASIC.contains(depth) && !grouped && !wide;
        if (layers == null
                || grouped != (match.group("groups") != null)
                || wide != (match.group("twice") != null)
                || (scaled && !RS_IMAGES.containsKey(depth))) {
            return Optional.empty();
        }
        String variant = given(match, "gluon") + given(match, "variant") + (scaled ? "d" : "");
        int groups = grouped ? Integer.parseInt(match.group("groups")) : 1;
        int width = grouped ? Integer.parseInt(match.group("width")) : wide ? 128 : 64;
        if (groups < 1 || width < 1) {
            return Optional.empty();
        }
        ResNet network = new ResNet(
                imageSize(match, depth, variant),
                !basic,
                layers,
                groups,
                width,
                stem(variant),
                !scaled,
                variant.startsWith("d") || variant.startsWith("t"),
                attention(given(match, "weighs"), scaled),
                shrinks.equals("aa") ? Shrinking.AVERAGE : shrinks.equals("blur") ? Shrinking.BLUR : Shrinking.STRIDE,
                match.group("group") == null ? Norm.BATCH : Norm.GROUP,
                LabelSets.IMAGENET_1K);
        return Optional.of(new Model(name, describe(network, depth), network));
    }

    private static String given(Matcher match, String group) {
        String found = match.group(group);
        return found == null ? "" : found;
    }

    private static ChannelAttention attention(String weighs, boolean scaled) {
        if (scaled) {
            return ChannelAttention.WIDE_SQUEEZE;
        }
        return switch (weighs) {
            case "se" -> ChannelAttention.SQUEEZE;
            case "eca" -> ChannelAttention.EFFICIENT;
            default -> ChannelAttention.NONE;
        };
    }

    /** Images that timm makes its variants for: the small "t" models' and the deep "d" models' own. */
    private static int imageSize(Matcher match, int depth, String variant) {
        if ("rs".equals(match.group("shrinks"))) {
            return RS_IMAGES.getOrDefault(depth, IMAGE);
        }
        boolean plain =
                match.group("grouped") == null && match.group("shrinks") == null && match.group("gluon") == null;
        if (variant.equals("t") && depth < 18) {
            return 176;
        }
        boolean efficient = "eca".equals(match.group("weighs"));
        boolean larger = (variant.equals("t") && (depth == 26 || efficient))
                || (variant.equals("d") && depth > 50 && !(efficient && depth == 101));
        return plain && larger ? efficient && depth == 269 ? 320 : 256 : IMAGE;
    }

    private static Stem stem(String variant) {
        return switch (variant) {
            case "c", "d" -> Stem.deep(32);
            case "s" -> Stem.deep(64);
            case "t", "tn" -> Stem.TIERED;
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
    public String title() {
        return "Residual networks";
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
                "resnet50_gn",
                "resnetaa50",
                "resnetblur50",
                "resnetrs101",
                "resnext50_32x4d",
                "resnext101_32x8d",
                "wide_resnet50_2",
                "seresnet50",
                "seresnext50_32x4d",
                "ecaresnet50t");
    }
}
