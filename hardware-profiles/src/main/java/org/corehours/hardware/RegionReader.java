package org.corehours.hardware;

import java.util.List;
import org.corehours.core.hardware.Region;
import org.corehours.core.quantity.Sourced;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** Reads the file of regions. */
final class RegionReader {

    private RegionReader() {}

    static List<Region> read(SpecNode root) {
        return root.fields(fields -> {
            SpecField<List<Region>> regions = fields.required("regions", node -> node.list(RegionReader::region));
            fields.done();
            return regions.get();
        });
    }

    private static Region region(SpecNode root) {
        return root.fields(fields -> {
            SpecField<String> id = fields.required("id", SpecNode::text);
            SpecField<String> name = fields.required("name", SpecNode::text);
            SpecField<Sourced<Double>> grams =
                    fields.required("grams_co2_per_kwh", node -> node.sourced(SpecNode::positiveNumber));
            SpecField<Integer> year = fields.required("year", SpecNode::count);
            SpecField<Sourced<Double>> pue = fields.required("pue", node -> node.sourced(SpecNode::positiveNumber));
            fields.done();
            return new Region(id.get(), name.get(), grams.get(), year.get(), pue.get());
        });
    }
}
