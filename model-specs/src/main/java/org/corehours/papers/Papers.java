package org.corehours.papers;

import java.util.List;
import java.util.stream.Stream;
import org.corehours.core.quantity.NameSuggestions;

/**
 * The papers that come with the program: five in full, and the library, whose files carry over what a source publishes
 * of its runs' time and memory.
 */
public final class Papers {

    private static final List<String> IDS =
            List.of("perceptual-group-tokenizer", "peco", "ibot", "dual-patchnorm", "class-embedding-space");

    private Papers() {}

    /** Read when first asked for. */
    private static final class Library {
        static final List<String> IDS = Resources.lines("library/index.txt");
    }

    /** {@return the ids of the papers in full, in the order of a listing} */
    public static List<String> ids() {
        return IDS;
    }

    /** {@return the ids of the library's files, in alphabetical order} */
    public static List<String> libraryIds() {
        return Library.IDS;
    }

    /**
     * A paper, or a file of the library.
     *
     * @param id its id
     * @param environment what its runs are put together from
     * @return the paper
     * @throws UnknownPaperException if there is none with that id
     */
    public static Paper get(String id, RunEnvironment environment) {
        if (IDS.contains(id)) {
            return new PaperReader(environment).read(Resources.open(id + ".yaml"));
        }
        if (libraryIds().contains(id)) {
            return new PaperReader(environment).read(Resources.open("library/" + id + ".yaml"));
        }
        List<String> all = Stream.concat(IDS.stream(), libraryIds().stream()).toList();
        throw new UnknownPaperException(id, NameSuggestions.nearest(id, all, 3), IDS);
    }
}
