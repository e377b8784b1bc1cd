package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.MlpMixer;

/** The names of MLP-Mixers as timm spells them: {@code mixer_b16_224}, {@code mixer_l32_224}. */
final class MlpMixerNames implements ModelFamily {
    private static final Pattern NAME =
            Pattern.compile("mixer_([sbl])(\\d+)_(\\d{2,4})(_miil)?(_in21k|_miil_in21k)?(?:\\.[a-z0-9_]+)?");

    /** Widths and depths: timm, mlp_mixer.py. */
    private static final Map<String, Size> SIZES =
            Map.of("s", new Size(512, 8), "b", new Size(768, 12), "l", new Size(1024, 24));

    private record Size(int width, int depth) {}

    private static final int CLASSES = 1000;
    private static final int CLASSES_21K = 21_843;

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Size size = SIZES.get(match.group(1));
        int patch = Integer.parseInt(match.group(2));
        int imageSize = Integer.parseInt(match.group(3));
        if (size == null || patch < 1 || imageSize < patch) {
            return Optional.empty();
        }
        MlpMixer network = new MlpMixer(
                imageSize,
                patch,
                size.width,
                size.depth,
                size.width / 2,
                4 * size.width,
                match.group(5) == null ? CLASSES : CLASSES_21K);
        String description = String.format(
                Locale.ROOT, "MLP-Mixer, %d blocks of width %d, patches of %d pixels", size.depth, size.width, patch);
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public List<String> listed() {
        return List.of("mixer_s16_224", "mixer_s32_224", "mixer_b16_224", "mixer_b32_224", "mixer_l16_224");
    }
}
