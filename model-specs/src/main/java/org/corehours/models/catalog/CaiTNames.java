package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.CaiT;

/** The names of CaiTs as timm spells them: {@code cait_xxs24_224}, {@code cait_m48_448}. */
final class CaiTNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile("cait_(xxs|xs|s|m)(\\d+)_(\\d{2,4})(?:\\.[a-z0-9_]+)?");

    /** Widths: timm, cait.py. Every head is 48 wide. */
    private static final Map<String, Integer> WIDTHS = Map.of("xxs", 192, "xs", 288, "s", 384, "m", 768);

    private static final int HEAD = 48;

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Integer width = WIDTHS.get(match.group(1));
        int depth = Integer.parseInt(match.group(2));
        int imageSize = Integer.parseInt(match.group(3));
        if (width == null || depth < 1 || imageSize < 16) {
            return Optional.empty();
        }
        CaiT network = new CaiT(imageSize, width, depth, width / HEAD, 1000);
        String description =
                String.format(Locale.ROOT, "CaiT, %d blocks of width %d, image %d", depth, width, imageSize);
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public String title() {
        return "CaiT";
    }

    @Override
    public List<String> listed() {
        return List.of("cait_xxs24_224", "cait_xs24_384", "cait_s24_224", "cait_m36_384", "cait_m48_448");
    }
}
