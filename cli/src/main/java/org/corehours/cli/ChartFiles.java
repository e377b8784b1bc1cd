package org.corehours.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Document;
import org.corehours.cli.html.ChartImages;

/** The charts of a report as files, each named by the headings it stands under and its own title. */
final class ChartFiles {

    private ChartFiles() {}

    /**
     * Writes charts.
     *
     * @param folder the folder, made if it is not there
     * @param document the document they are in
     * @return how many were written
     * @throws UsageException if a file cannot be written
     */
    static int write(Path folder, Document document) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UsageException("Cannot write to " + folder + ": it is no folder, and none can be made there.", e);
        }
        String[] headings = {"", "", ""};
        Map<String, Integer> names = new HashMap<>();
        int written = 0;
        try (ChartImages images = new ChartImages()) {
            for (Block block : document.blocks()) {
                if (block instanceof Block.Heading heading) {
                    for (int level = heading.level(); level <= headings.length; level++) {
                        headings[level - 1] = level == heading.level() ? heading.text() : "";
                    }
                } else if (block instanceof Block.Figure figure) {
                    String name = Stream.of(headings[1], headings[2], figure.title())
                            .map(ChartFiles::slug)
                            .filter(each -> !each.isEmpty())
                            .collect(Collectors.joining("-"));
                    int same = names.merge(name, 1, Integer::sum);
                    String about =
                            Stream.of(headings).filter(each -> !each.isEmpty()).collect(Collectors.joining(" – "));
                    OutputFile.write(
                            folder.resolve(name + (same == 1 ? "" : "-" + same) + ".svg"), images.svg(figure, about));
                    written++;
                }
            }
        }
        return written;
    }

    /** The id in a heading that begins with one, else its words. */
    private static String slug(String heading) {
        int colon = heading.indexOf(':');
        return (colon < 0 ? heading : heading.substring(0, colon))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }
}
