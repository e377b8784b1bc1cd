package org.corehours.cli.validation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.catalog.ModelCatalog;

/** The models that papers and model zoos name in their own way, by their names in the catalogue. */
final class ClaimedModels {

    private static final Map<String, String> SIZES =
            Map.of("ti", "tiny", "t", "tiny", "s", "small", "b", "base", "l", "large", "h", "huge", "g", "giant");

    /** A way of naming, and the name in the catalogue; {@code #} stands for the image size. */
    private record Rule(Pattern pattern, Function<MatchResult, String> name) {

        static Rule of(String pattern, Function<MatchResult, String> name) {
            return new Rule(Pattern.compile(pattern + "(?![\\w.]).*"), name);
        }
    }

    private static final List<Rule> RULES = List.of(
            Rule.of("deit-iii vit-(ti|s|b|l|h)/(\\d+)", m -> "deit3_" + size(m, 1) + "_patch" + m.group(2) + "_224"),
            Rule.of("vit-g/14", m -> "vit_gigantic_patch14_224"),
            Rule.of("vit-(ti|s|b|l|h)/(\\d+)", m -> "vit_" + size(m, 1) + "_patch" + m.group(2) + "_224"),
            Rule.of("deit-(ti|s|b)(?:/16)?", m -> "deit_" + size(m, 1) + "_patch16_224"),
            Rule.of("swin-(t|s|b|l)", m -> "swin_" + size(m, 1) + "_patch4_window@_#"),
            Rule.of("swinv2-(t|s|b|l)", m -> "swinv2_" + size(m, 1) + "_window@_#"),
            Rule.of("mixer-(s|b|l)/(\\d+)", m -> "mixer_" + m.group(1) + m.group(2) + "_224"),
            Rule.of(
                    "(se-)?resnext-(\\d+)(?:-(\\d+x\\d+d))?",
                    m -> (m.group(1) == null ? "" : "se") + "resnext" + m.group(2) + "_"
                            + (m.group(3) == null ? "32x4d" : m.group(3))),
            Rule.of("(se-)?resnet-?(\\d+)", m -> (m.group(1) == null ? "" : "se") + "resnet" + m.group(2)),
            Rule.of("senet-(\\d+)", m -> "seresnet" + m.group(1)),
            Rule.of(
                    "regnet([xy])-(\\d+)mf",
                    m -> "regnet" + m.group(1) + "_00" + m.group(2).charAt(0)),
            Rule.of(
                    "regnet([xy])-(\\d+)(?:\\.(\\d))?gf",
                    m -> String.format(
                            Locale.ROOT,
                            "regnet%s_%02d%s",
                            m.group(1),
                            Integer.parseInt(m.group(2)),
                            m.group(3) == null ? "0" : m.group(3))),
            Rule.of("efficientnet-(b\\d)", m -> "efficientnet_" + m.group(1)),
            Rule.of("efficientnetv2-(s|m|l|xl)", m -> "efficientnetv2_" + m.group(1)),
            Rule.of("nfnet-(f\\d)", m -> "dm_nfnet_" + m.group(1)),
            Rule.of("mobilenetv2", m -> "mobilenetv2_100"),
            Rule.of("mobilevit-(xxs|xs|s)", m -> "mobilevit_" + m.group(1)),
            Rule.of("densenet-(\\d+)", m -> "densenet" + m.group(1)),
            Rule.of("vgg-(\\d+)", m -> "vgg" + m.group(1)),
            Rule.of("convnext-(t|s|b|l)", m -> "convnext_" + size(m, 1)),
            Rule.of("bert-(base|large)", m -> "bert_" + m.group(1)),
            Rule.of("opt_13", m -> "opt_1.3b"));

    private static final Pattern SEQUENCE = Pattern.compile("seq(\\d+).*");
    private static final Pattern WINDOW = Pattern.compile(".*w(?:in)?(\\d+)");
    private static final int SWIN_WINDOW = 7;

    private ClaimedModels() {}

    private static String size(MatchResult match, int group) {
        return SIZES.getOrDefault(match.group(group), match.group(group));
    }

    /**
     * The model of a row, at the row's image size or sequence length.
     *
     * @throws NotCoveredException if no family understands the name
     */
    static Model of(MeasuredTable.Row row) throws NotCoveredException {
        String written = row.text("model");
        String size = row.text("image_size");
        String name = catalogName(written, size, row.text("patch/window"));
        Optional<Model> found;
        try {
            found = ModelCatalog.find(name);
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException("the model " + written + ": " + e.getMessage());
        }
        if (found.isEmpty()) {
            throw new NotCoveredException("no family understands the model", written);
        }
        try {
            Matcher sequence = SEQUENCE.matcher(size);
            if (sequence.matches()) {
                return found.get().withSequenceLength(Integer.parseInt(sequence.group(1)));
            }
            return size.matches("\\d+") ? found.get().withImageSize(Integer.parseInt(size)) : found.get();
        } catch (IllegalArgumentException e) {
            throw new NotCoveredException(String.valueOf(e.getMessage()));
        }
    }

    /** A name in the catalogue's way, whether or not the catalogue has it. */
    static String catalogName(String written, String imageSize, String patchAndWindow) {
        String name = written.toLowerCase(Locale.ROOT).strip();
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern().matcher(name);
            if (matcher.matches()) {
                Matcher window = WINDOW.matcher(patchAndWindow);
                return rule.name()
                        .apply(matcher.toMatchResult())
                        .replace("@", window.matches() ? window.group(1) : String.valueOf(SWIN_WINDOW))
                        .replace("#", imageSize.matches("\\d+") ? imageSize : "224");
            }
        }
        return name;
    }
}
