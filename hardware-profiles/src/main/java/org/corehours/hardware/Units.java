package org.corehours.hardware;

import java.util.List;
import org.corehours.core.hardware.Price;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.spec.SpecField;
import org.corehours.spec.SpecNode;

/** Reads figures in the units that files are written in, whose names are in the fields, into SI units. */
final class Units {

    private Units() {}

    /** A sourced number above zero, times a factor. */
    static Sourced<Double> positive(SpecNode node, double factor) {
        return node.sourced(SpecNode::positiveNumber).map(value -> value * factor);
    }

    /** A sourced amount of memory in a binary unit; it may have a fraction, but not of a byte. */
    static Sourced<Long> bytes(SpecNode node, long unit) {
        return node.sourced(value -> {
            double bytes = value.positiveNumber() * unit;
            if (bytes != Math.rint(bytes) || bytes > Long.MAX_VALUE / 2.0) {
                throw value.wrong("expected an amount that is a whole number of bytes");
            }
            return (long) bytes;
        });
    }

    static List<Price> prices(SpecNode node) {
        return node.list(item -> item.fields(fields -> {
            SpecField<Double> usd = fields.required("usd_per_hour", SpecNode::positiveNumber);
            SpecField<String> provider = fields.required("provider", SpecNode::text);
            SpecField<String> offer = fields.required("offer", SpecNode::text);
            SpecField<String> asOf = fields.required("as_of", SpecNode::text);
            SpecField<Provenance> provenance = fields.required("provenance", each -> each.oneOf(Provenance.class));
            SpecField<String> source = fields.required("source", SpecNode::text);
            fields.done();
            return new Price(usd.get(), provider.get(), offer.get(), asOf.get(), provenance.get(), source.get());
        }));
    }
}
