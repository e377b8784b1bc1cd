package org.corehours.models.catalog;

import java.util.List;
import java.util.Optional;
import org.corehours.models.Model;

/** The names of one family of models, understood by pattern. */
public interface ModelFamily {
    /**
     * The model a name spells.
     *
     * @return empty if the name does not follow this family's pattern
     */
    Optional<Model> resolve(String name);

    /** What a listing calls the family. */
    String title();

    /** The names a listing shows; each resolves. */
    List<String> listed();
}
