package org.corehours.papers;

import java.util.List;
import org.corehours.core.audit.NetworkKind;
import org.corehours.core.audit.PublishedUtilisation;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** The best utilisations that are published. */
public final class PublishedUtilisations {

    private PublishedUtilisations() {}

    /** Read when first asked for. */
    private static final class BuiltIn {
        static final List<PublishedUtilisation> ALL = Resources.open("utilisation.yaml")
                .fields(fields -> {
                    SpecField<List<PublishedUtilisation>> all =
                            fields.required("published", list -> list.list(PublishedUtilisations::read));
                    fields.done();
                    return List.copyOf(all.get());
                });
    }

    private static PublishedUtilisation read(SpecNode node) {
        return node.fields(fields -> {
            SpecField<String> devices = fields.required("devices", SpecNode::text);
            SpecField<NetworkKind> kind = fields.required("kind", each -> each.oneOf(NetworkKind.class));
            SpecField<String> precision = fields.required("precision", each -> each.oneOf(List.of("half", "fp32")));
            SpecField<Double> mfu = fields.required("mfu", SpecNode::share);
            SpecField<String> source = fields.required("source", SpecNode::text);
            fields.done();
            return new PublishedUtilisation(
                    devices.get(), kind.get(), precision.get().equals("half"), mfu.get(), source.get());
        });
    }

    /** {@return all of them, in the order of their file} */
    public static List<PublishedUtilisation> all() {
        return BuiltIn.ALL;
    }
}
