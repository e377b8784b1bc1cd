package org.corehours.cli.html;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.document.Block;
import org.corehours.cli.document.Document;

/**
 * A document by its headings.
 *
 * @param title the heading of the first level; empty if there is none
 * @param intro what stands before the first section
 * @param sections what follows
 */
record Sections(String title, List<Block> intro, List<Section> sections) {

    /**
     * What stands under a heading of the second level.
     *
     * @param title the heading
     * @param intro what stands before the first part
     * @param parts what follows
     */
    record Section(String title, List<Block> intro, List<Part> parts) {}

    /**
     * What stands under a heading of the third level.
     *
     * @param title the heading
     * @param blocks the content
     */
    record Part(String title, List<Block> blocks) {}

    static Sections of(Document document) {
        String title = "";
        List<Block> intro = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        List<Block> target = intro;
        for (Block block : document.blocks()) {
            if (!(block instanceof Block.Heading heading)) {
                target.add(block);
            } else if (heading.level() == 1) {
                title = heading.text();
            } else if (heading.level() == 2 || sections.isEmpty()) {
                target = new ArrayList<>();
                sections.add(new Section(heading.text(), target, new ArrayList<>()));
            } else {
                target = new ArrayList<>();
                sections.get(sections.size() - 1).parts().add(new Part(heading.text(), target));
            }
        }
        return new Sections(title, intro, sections);
    }
}
