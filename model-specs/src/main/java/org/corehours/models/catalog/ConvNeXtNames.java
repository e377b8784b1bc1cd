package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.ConvNeXt;
import org.corehours.models.vision.ConvNeXt.Balance;
import org.corehours.models.vision.ConvNeXt.Stem;

/**
 * The names of ConvNeXts as timm spells them: {@code convnext_tiny}, {@code convnext_base_384_in22ft1k},
 * {@code convnext_large_in22k}, {@code convnext_base.fb_in22k_ft_in1k}, {@code convnext_nano_ols},
 * {@code convnextv2_tiny}.
 */
final class ConvNeXtNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile(
            "convnext(v2)?_([a-z]+)(?:_(ols|hnf|hnfd))?(?:_(\\d{2,4}))?(_in22ft1k|_in22k)?" + "(?:\\.([a-z0-9_]+))?");

    /** A resolution at the end of a tag of weights. */
    private static final Pattern TAGGED_IMAGE = Pattern.compile(".*_(256|320|384|512)");

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

    /** The one size that version 2 has for itself (Woo et al., 2023, appendix A.1). */
    private static final Size HUGE = new Size(List.of(3, 3, 27, 3), List.of(352, 704, 1408, 2816), false);

    private record Size(List<Integer> depths, List<Integer> widths, boolean convolutionalMlp) {}

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean second = match.group(1) != null;
        boolean huge = second && match.group(2).equals("huge");
        Size size = huge ? HUGE : SIZES.get(match.group(2));
        String variant = match.group(3) == null ? "" : match.group(3);
        if (size == null || (second && (!variant.isEmpty() || match.group(2).equals("xlarge")))) {
            return Optional.empty();
        }
        String weights = match.group(6) == null ? "" : match.group(6);
        Matcher tagged = TAGGED_IMAGE.matcher(weights);
        int image = match.group(4) != null
                ? Integer.parseInt(match.group(4))
                : tagged.matches() ? Integer.parseInt(tagged.group(1)) : 224;
        if (image < 32) {
            return Optional.empty();
        }
        // timm's smallest start narrow.
        Stem overlapping = match.group(2).equals("nano") ? Stem.OVERLAPPING : Stem.OVERLAPPING_TIERED;
        ConvNeXt network = new ConvNeXt(
                image,
                variant.equals("ols") ? overlapping : Stem.PATCHES,
                size.depths,
                size.widths,
                size.convolutionalMlp || variant.startsWith("hnf"),
                second ? Balance.RESPONSE_NORM : Balance.LAYER_SCALE,
                variant.startsWith("hnf"),
                LabelSets.of(match.group(5) == null ? weights : match.group(5)));
        String description = String.format(Locale.ROOT, "ConvNeXt, blocks %s of width %s", size.depths, size.widths);
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public String title() {
        return "ConvNeXt";
    }

    @Override
    public List<String> listed() {
        return List.of(
                "convnext_nano",
                "convnext_tiny",
                "convnext_small",
                "convnext_base",
                "convnext_large",
                "convnext_xlarge",
                "convnextv2_nano",
                "convnextv2_tiny",
                "convnextv2_base",
                "convnextv2_huge");
    }
}
