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
import org.corehours.models.vision.SwinTransformerV2;
import org.corehours.models.vision.SwinTransformerV2.Version;
import org.jspecify.annotations.Nullable;

/**
 * The names of Swin Transformers as timm spells them: {@code swin_SIZE_patchP_windowW_RESOLUTION},
 * {@code swin_s3_SIZE_RESOLUTION} for the searched ones, {@code swinv2_SIZE_windowW_RESOLUTION} and
 * {@code swinv2_cr_SIZE_RESOLUTION} for version 2.
 */
final class SwinTransformerNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile(
            "swin_(tiny|small|base|large)_patch(\\d{1,2})_window(\\d{1,2})_(\\d{2,4})(_in22k|_in22ft1k|_in1k)?"
                    + "(?:\\.([a-z0-9_]+))?");

    /** A name of version 2; where a window or a resolution grew after pre-training, the second counts. */
    private static final Pattern SECOND = Pattern.compile("swinv2_(tiny|small|base|large)_window(?:\\d{1,2}to)?"
            + "(\\d{1,2})_(?:\\d{2,4}to)?(\\d{2,4})(_22k|_22kft1k)?(?:\\.([a-z0-9_]+))?");

    /** timm's own version 2 (swin_transformer_v2_cr.py), whose windows are a 32nd of the image. */
    private static final Pattern REICH =
            Pattern.compile("swinv2_cr_(tiny|small|base|large)(_ns)?_(\\d{2,4})(?:\\.([a-z0-9_]+))?");

    /** Searched windows (Chen et al., 2021, arXiv 2111.14725). */
    private static final Pattern SEARCHED = Pattern.compile("swin_s3_(tiny|small|base)_(\\d{2,4})(?:\\.[a-z0-9_]+)?");

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
            List<Integer> windows = Collections.nCopies(4, Integer.valueOf(plain.group(3)));
            return model(
                    name,
                    SIZES.get(plain.group(1)),
                    Integer.parseInt(plain.group(2)),
                    windows,
                    Integer.parseInt(plain.group(4)),
                    classes(plain, 5));
        }
        Matcher searched = SEARCHED.matcher(name);
        if (searched.matches()) {
            List<Integer> windows = searched.group(1).equals("small") ? List.of(14, 14, 14, 7) : List.of(7, 7, 14, 7);
            return model(
                    name, SEARCHED_SIZES.get(searched.group(1)), 4, windows, Integer.parseInt(searched.group(2)), 1000);
        }
        return second(name);
    }

    private static int classes(Matcher match, int suffix) {
        String ending = match.group(suffix + 1) == null ? match.group(suffix) : match.group(suffix + 1);
        return ending == null ? LabelSets.IMAGENET_1K : LabelSets.of(ending);
    }

    private static Optional<Model> second(String name) {
        Matcher authors = SECOND.matcher(name);
        if (authors.matches()) {
            return second(
                    name,
                    SIZES.get(authors.group(1)),
                    Integer.parseInt(authors.group(3)),
                    Integer.parseInt(authors.group(2)),
                    Version.AUTHORS,
                    classes(authors, 4));
        }
        Matcher reich = REICH.matcher(name);
        if (reich.matches()) {
            int image = Integer.parseInt(reich.group(3));
            Version version = reich.group(2) == null ? Version.REICH : Version.REICH_STAGE_NORMS;
            return second(name, SIZES.get(reich.group(1)), image, image / 32, version, LabelSets.IMAGENET_1K);
        }
        return Optional.empty();
    }

    private static Optional<Model> second(
            String name, @Nullable Size size, int image, int window, Version version, int classes) {
        if (size == null || window < 1 || image % window != 0 || image % 32 != 0) {
            return Optional.empty();
        }
        SwinTransformerV2 network =
                new SwinTransformerV2(image, 4, size.embedding, size.depths, size.heads, window, version, classes);
        String description = String.format(
                Locale.ROOT,
                "Swin Transformer V2, stages of %s blocks from width %d, windows of %d, image %d",
                size.depths,
                size.embedding,
                window,
                image);
        return Optional.of(new Model(name, description, network));
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
    public String title() {
        return "Swin Transformers";
    }

    @Override
    public List<String> listed() {
        return List.of(
                "swin_tiny_patch4_window7_224",
                "swin_small_patch4_window7_224",
                "swin_base_patch4_window7_224",
                "swin_large_patch4_window12_384",
                "swin_s3_tiny_224",
                "swinv2_tiny_window8_256",
                "swinv2_base_window16_256",
                "swinv2_cr_tiny_224");
    }
}
