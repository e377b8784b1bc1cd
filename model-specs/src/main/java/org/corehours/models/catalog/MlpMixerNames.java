package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.MlpMixer;
import org.corehours.models.vision.MlpMixer.Mixing;

/**
 * The names of MLP-Mixers and their relatives as timm spells them: {@code mixer_b16_224}, {@code gmixer_24_224},
 * {@code resmlp_12_224}, {@code gmlp_s16_224}.
 */
final class MlpMixerNames implements ModelFamily {
    private static final String WEIGHTS = "((?:_[a-z0-9]+)*)(?:\\.([a-z0-9_]+))?";

    private static final Pattern MIXER = Pattern.compile("mixer_([sbl])(\\d{1,3})_(\\d{2,4})" + WEIGHTS);
    private static final Pattern GATED = Pattern.compile("gmlp_(ti|s|b)(\\d{1,3})_(\\d{2,4})" + WEIGHTS);
    private static final Pattern LINEAR =
            Pattern.compile("(gmixer|resmlp)_(big_)?(\\d{1,3})(?:_distilled)?_(\\d{2,4})" + WEIGHTS);

    /** Widths and depths: timm, mlp_mixer.py. */
    private static final Map<String, Size> SIZES =
            Map.of("s", new Size(512, 8), "b", new Size(768, 12), "l", new Size(1024, 24));

    private static final Map<String, Integer> GATED_WIDTHS = Map.of("ti", 128, "s", 256, "b", 512);
    private static final int GATED_DEPTH = 30;

    private record Size(int width, int depth) {}

    @Override
    public Optional<Model> resolve(String name) {
        return mixer(name)
                .or(() -> gated(name))
                .or(() -> linear(name))
                .filter(network -> network.patch() >= 1 && network.imageSize() >= network.patch())
                .map(network -> new Model(name, describe(network), network));
    }

    private static Optional<MlpMixer> mixer(String name) {
        Matcher match = MIXER.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Size size = Objects.requireNonNull(SIZES.get(match.group(1)));
        return Optional.of(new MlpMixer(
                Integer.parseInt(match.group(3)),
                Integer.parseInt(match.group(2)),
                size.width,
                size.depth,
                Mixing.MLP,
                size.width / 2,
                4 * size.width,
                classes(match, 4)));
    }

    private static Optional<MlpMixer> gated(String name) {
        Matcher match = GATED.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        int width = Objects.requireNonNull(GATED_WIDTHS.get(match.group(1)));
        return Optional.of(new MlpMixer(
                Integer.parseInt(match.group(3)),
                Integer.parseInt(match.group(2)),
                width,
                GATED_DEPTH,
                Mixing.SPATIAL_GATE,
                0,
                6 * width,
                classes(match, 4)));
    }

    private static Optional<MlpMixer> linear(String name) {
        Matcher match = LINEAR.matcher(name);
        boolean gates = name.startsWith("gmixer");
        if (!match.matches()
                || (gates && match.group(2) != null)
                || match.group(3).matches("0+")) {
            return Optional.empty();
        }
        boolean big = match.group(2) != null;
        int width = big ? 768 : 384;
        return Optional.of(new MlpMixer(
                Integer.parseInt(match.group(4)),
                big ? 8 : 16,
                width,
                Integer.parseInt(match.group(3)),
                gates ? Mixing.GATED_MLP : Mixing.LINEAR,
                gates ? width : 0,
                4 * width,
                classes(match, 5)));
    }

    private static int classes(Matcher match, int suffix) {
        return LabelSets.of(match.group(suffix + 1) == null ? match.group(suffix) : match.group(suffix + 1));
    }

    private static String describe(MlpMixer network) {
        String what = switch (network.mixing()) {
            case MLP -> "MLP-Mixer";
            case GATED_MLP -> "MLP-Mixer with gates";
            case LINEAR -> "ResMLP";
            case SPATIAL_GATE -> "gMLP";
        };
        return String.format(
                Locale.ROOT,
                "%s, %d blocks of width %d, patches of %d pixels",
                what,
                network.depth(),
                network.width(),
                network.patch());
    }

    @Override
    public String title() {
        return "MLP-Mixers";
    }

    @Override
    public List<String> listed() {
        return List.of(
                "mixer_s16_224",
                "mixer_s32_224",
                "mixer_b16_224",
                "mixer_b32_224",
                "mixer_l16_224",
                "gmixer_24_224",
                "resmlp_12_224",
                "resmlp_24_224",
                "gmlp_s16_224");
    }
}
