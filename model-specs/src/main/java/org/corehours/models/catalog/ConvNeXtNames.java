package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.ConvNeXt;

/**
 * The names of ConvNeXts as timm spells them: {@code convnext_tiny}, {@code convnext_base_384_in22ft1k},
 * {@code convnext_large_in22k}, {@code convnext_base.fb_in22k_ft_in1k}.
 */
final class ConvNeXtNames implements ModelFamily {
    private static final Pattern NAME =
            Pattern.compile("convnext_([a-z]+)(?:_(384))?(_in22ft1k|_in22k)?(?:\\.([a-z0-9_]+))?");

    /** ImageNet-22k as ConvNeXt's authors have it. */
    private static final int CLASSES_22K = 21_841;

    /** Depths, widths and how the MLP is written: timm, convnext.py. */
    private static final Map<String, Size> SIZES = Map.of(
            "atto", new Size(List.of(2, 2, 6, 2), List.of(40, 80, 160, 320), true),
            "femto", new Size(List.of(2, 2, 6, 2), List.of(48, 96, 192, 384), true),
            "pico", new Size(List.of(2, 2, 6, 2), List.of(64, 128, 256, 512), true),
            "nano", new Size(List.of(2, 2, 8, 2), List.of(80, 160, 320, 640), true),
            "tiny", new Size(List.of(3, 3, 9, 3), List.of(96, 192, 384, 768), false),
            "small", new Size(List.of(3, 3, 27, 3), List.of(96, 192, 384, 768), false),
            "base", new Size(List.of(3, 3, 27, 3), List.of(128, 256, 512, 1024), false),
            "large", new Size(List.of(3, 3, 27, 3), List.of(192, 384, 768, 1536), false),
            "xlarge", new Size(List.of(3, 3, 27, 3), List.of(256, 512, 1024, 2048), false));

    private record Size(List<Integer> depths, List<Integer> widths, boolean convolutionalMlp) {}

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Size size = SIZES.get(match.group(1));
        if (size == null) {
            return Optional.empty();
        }
        String weights = match.group(4) == null ? "" : match.group(4);
        boolean large = "_in22k".equals(match.group(3)) || weights.endsWith("in22k");
        ConvNeXt network = new ConvNeXt(
                match.group(2) != null || weights.endsWith("_384") ? 384 : 224,
                size.depths,
                size.widths,
                size.convolutionalMlp,
                large ? CLASSES_22K : 1000);
        String description = String.format(Locale.ROOT, "ConvNeXt, blocks %s of width %s", size.depths, size.widths);
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public List<String> listed() {
        return List.of(
                "convnext_nano",
                "convnext_tiny",
                "convnext_small",
                "convnext_base",
                "convnext_large",
                "convnext_xlarge");
    }
}
