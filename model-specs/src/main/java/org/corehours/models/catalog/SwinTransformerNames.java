package org.corehours.models.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.Code;
import org.corehours.models.vision.SwinTransformer;
import org.jspecify.annotations.Nullable;

/**
 * The names of Swin Transformers as timm spells them: {@code swin_SIZE_patchP_windowW_RESOLUTION}, and
 * {@code swin_s3_SIZE_RESOLUTION} for the searched ones.
 */
final class SwinTransformerNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile(
            "swin_(tiny|small|base|large)_patch(\\d{1,2})_window(\\d{1,2})_(\\d{2,4})(?:[._](?:ms_)?(in22k|in22ft1k|in1k|in22k_ft_in1k))?");

    /** Searched windows (Chen et al., 2021, arXiv 2111.14725). */
    private static final Pattern SEARCHED = Pattern.compile("swin_s3_(tiny|small|base)_(\\d{2,4})");

    private static final int IMAGENET_22K_CLASSES = 21_841;

    /** timm builds Swin with this rate unless told otherwise. */
    private static final double DROP_PATH = 0.1;

    private record Size(int embedding, List<Integer> depths, List<Integer> heads) {}

    /** Swin paper, section 3.3. */
    private static final Map<String, Size> SIZES = Map.of(
            "tiny", new Size(96, List.of(2, 2, 6, 2), List.of(3, 6, 12, 24)),
            "small", new Size(96, List.of(2, 2, 18, 2), List.of(3, 6, 12, 24)),
            "base", new Size(128, List.of(2, 2, 18, 2), List.of(4, 8, 16, 32)),
            "large", new Size(192, List.of(2, 2, 18, 2), List.of(6, 12, 24, 48)));

    /** timm, swin_transformer.py. */
    private static final Map<String, Size> SEARCHED_SIZES = Map.of(
            "tiny", new Size(96, List.of(2, 2, 6, 2), List.of(3, 6, 12, 24)),
            "small", new Size(96, List.of(2, 2, 18, 2), List.of(3, 6, 12, 24)),
            "base", new Size(96, List.of(2, 2, 30, 2), List.of(3, 6, 12, 24)));

    @Override
    public Optional<Model> resolve(String name) {
        Matcher plain = NAME.matcher(name);
        if (plain.matches()) {
            int classes = "in22k".equals(plain.group(5)) ? IMAGENET_22K_CLASSES : 1000;
            List<Integer> windows = Collections.nCopies(4, Integer.valueOf(plain.group(3)));
            return model(
                    name,
                    SIZES.get(plain.group(1)),
                    Integer.parseInt(plain.group(2)),
                    windows,
                    Integer.parseInt(plain.group(4)),
                    classes);
        }
        Matcher searched = SEARCHED.matcher(name);
        if (searched.matches()) {
            List<Integer> windows = searched.group(1).equals("small") ? List.of(14, 14, 14, 7) : List.of(7, 7, 14, 7);
            return model(
                    name, SEARCHED_SIZES.get(searched.group(1)), 4, windows, Integer.parseInt(searched.group(2)), 1000);
        }
        return Optional.empty();
    }

    private static Optional<Model> model(
            String name, @Nullable Size size, int patch, List<Integer> windows, int imageSize, int classes) {
        if (size == null || patch < 1 || windows.contains(0) || imageSize < 8 * patch) {
            return Optional.empty();
        }
        SwinTransformer network = new SwinTransformer(
                imageSize, patch, size.embedding, size.depths, size.heads, windows, classes, DROP_PATH, Code.TIMM);
        String description = String.format(
                Locale.ROOT,
                "Swin Transformer, stages of %s blocks from width %d, windows of %s, image %d",
                size.depths,
                size.embedding,
                windows.stream().distinct().toList(),
                imageSize);
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public List<String> listed() {
        return List.of(
                "swin_tiny_patch4_window7_224",
                "swin_small_patch4_window7_224",
                "swin_base_patch4_window7_224",
                "swin_large_patch4_window12_384",
                "swin_s3_tiny_224");
    }
}
