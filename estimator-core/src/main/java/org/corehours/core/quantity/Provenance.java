package org.corehours.core.quantity;

import java.util.Locale;

/** How a value is known. Reports print it beside the value, so that a reader can tell a fact from a guess. */
public enum Provenance {
    /** Stated by the paper that is being examined. */
    REPORTED("the paper states it"),
    /** Read from the authors' published code or configuration. */
    CODE("read from the authors' published code"),
    /** Measured by somebody who published the measurement. */
    MEASURED("measured and published"),
    /** Stated by the vendor, in a datasheet, a product page or a price list. */
    DATASHEET("stated by the vendor"),
    /** Arithmetic on values that have sources. */
    DERIVED("computed from sourced values"),
    /** Fitted to published measurements, whose error the source states. */
    FITTED("fitted to published measurements"),
    /** Follows from what is reported, though nobody states it. */
    INFERRED("follows from what is reported"),
    /** Chosen because nobody reports it; an informed choice, not knowledge. */
    ASSUMED("assumed, nobody reports it"),
    /** Widely known, but not read again in a citable source. */
    RECALLED("widely known, not checked against a source");

    private final String definition;

    Provenance(String definition) {
        this.definition = definition;
    }

    /** {@return the name used in data files and JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return what the provenance means, as a phrase for readers of a report} */
    public String definition() {
        return definition;
    }
}
