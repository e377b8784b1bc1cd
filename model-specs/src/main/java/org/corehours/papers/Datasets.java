package org.corehours.papers;

import java.util.List;
import java.util.Map;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** The data sets that papers name. */
public final class Datasets {

    private Datasets() {}

    /** Read when first asked for. */
    private static final class BuiltIn {
        static final Map<String, Dataset> DATASETS =
                Resources.open("datasets.yaml").namedValues(Datasets::read);
    }

    private static Dataset read(SpecNode node) {
        return node.fields(fields -> {
            SpecField<String> name = fields.required("name", SpecNode::text);
            var samples = fields.required("samples", value -> value.sourced(each -> each.wholeNumber(1)));
            fields.done();
            return new Dataset(node.path(), name.get(), samples.get());
        });
    }

    /** {@return all of them, in the order of their file} */
    public static List<Dataset> all() {
        return List.copyOf(BuiltIn.DATASETS.values());
    }

    /**
     * The data set with an id.
     *
     * @param id the id
     * @return the data set
     * @throws IllegalArgumentException if there is none, naming the nearest
     */
    public static Dataset get(String id) {
        Dataset found = BuiltIn.DATASETS.get(id);
        if (found == null) {
            throw new IllegalArgumentException(Resources.unknown("data set", id, BuiltIn.DATASETS.keySet()));
        }
        return found;
    }
}
