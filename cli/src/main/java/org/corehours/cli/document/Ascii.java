package org.corehours.cli.document;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import org.corehours.cli.chart.Intervals;

/** Text for terminals that show nothing beyond ASCII. */
final class Ascii {

    private static final Map<Character, String> INSTEAD = Map.ofEntries(
            Map.entry('–', "-"),
            Map.entry('—', "-"),
            Map.entry('−', "-"),
            Map.entry('×', "x"),
            Map.entry('·', "."),
            Map.entry('…', "..."),
            Map.entry('µ', "u"),
            Map.entry('≥', ">="),
            Map.entry('≤', "<="),
            Map.entry('≈', "~"),
            Map.entry('→', "->"),
            Map.entry('±', "+-"),
            Map.entry('²', "^2"),
            Map.entry('“', "\""),
            Map.entry('”', "\""),
            Map.entry('‘', "'"),
            Map.entry('’', "'"),
            Map.entry('█', "#"),
            Map.entry('▉', "#"),
            Map.entry('▊', "#"),
            Map.entry('▋', "#"),
            Map.entry('▌', "#"),
            Map.entry('▍', "."),
            Map.entry('▎', "."),
            Map.entry('▏', "."),
            Map.entry('░', "-"));

    private Ascii() {}

    /** A block with the same words. */
    static Block of(Block block) {
        if (block instanceof Block.Heading heading) {
            return new Block.Heading(heading.level(), of(heading.text()));
        }
        if (block instanceof Block.Paragraph paragraph) {
            return new Block.Paragraph(of(paragraph.text()));
        }
        if (block instanceof Block.Bullets bullets) {
            return new Block.Bullets(bullets.items().stream().map(Ascii::of).toList());
        }
        if (block instanceof Block.Table table) {
            return new Block.Table(
                    table.columns().stream().map(Ascii::of).toList(),
                    table.rows().stream()
                            .map(row -> row.stream().map(Ascii::of).toList())
                            .toList());
        }
        return block;
    }

    private static Block.Column of(Block.Column column) {
        Map<String, Intervals.Tone> tones = new HashMap<>();
        column.tones().forEach((word, tone) -> tones.put(of(word), tone));
        return new Block.Column(of(column.title()), column.right(), tones);
    }

    static String of(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        for (char each : text.toCharArray()) {
            if (each < 128) {
                ascii.append(each);
            } else {
                String plain = INSTEAD.getOrDefault(
                        each,
                        Normalizer.normalize(String.valueOf(each), Normalizer.Form.NFD)
                                .replaceAll("\\p{M}", ""));
                ascii.append(plain.chars().allMatch(letter -> letter < 128) ? plain : "?");
            }
        }
        return ascii.toString();
    }
}
