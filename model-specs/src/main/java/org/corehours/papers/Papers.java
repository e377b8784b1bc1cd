package org.corehours.papers;

import java.util.List;
import org.corehours.core.quantity.NameSuggestions;

/** The papers that come with the program. */
public final class Papers {

    private static final List<String> IDS =
            List.of("perceptual-group-tokenizer", "peco", "ibot", "dual-patchnorm", "class-embedding-space");

    private Papers() {}

    /** {@return their ids, in the order of a listing} */
    public static List<String> ids() {
        return IDS;
    }

    /**
     * A paper.
     *
     * @param id its id
     * @param environment what its runs are put together from
     * @return the paper
     * @throws UnknownPaperException if there is none with that id
     */
    public static Paper get(String id, RunEnvironment environment) {
        if (!IDS.contains(id)) {
            throw new UnknownPaperException(id, NameSuggestions.nearest(id, IDS, 3), IDS);
        }
        return new PaperReader(environment).read(Resources.open(id + ".yaml"));
    }
}
