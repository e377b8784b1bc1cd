package org.corehours.core.hardware;

import java.util.regex.Pattern;
import org.corehours.core.quantity.Provenance;

/**
 * A list price. It is worth nothing without its date: providers cut the same machine's price by a third within a year.
 *
 * @param usdPerHour US dollars per hour of the thing that carries the price: one device, or one machine
 * @param provider who sells it at that price
 * @param offer what is sold, and what is not included
 * @param asOf when the price was listed: a year, {@code 2023-12} or {@code 2023-12-06}
 * @param provenance how the price is known
 * @param source the id of its citation
 */
public record Price(
        double usdPerHour, String provider, String offer, String asOf, Provenance provenance, String source) {

    private static final Pattern DATE = Pattern.compile("\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?");

    /** @throws IllegalArgumentException if the price is not above zero, a text is blank or the date is none */
    public Price {
        Checks.positive("an offer", "price", usdPerHour);
        Checks.notBlank("a price", "provider", provider);
        Checks.notBlank("a price", "offer", offer);
        Checks.notBlank("a price", "source", source);
        if (!DATE.matcher(asOf).matches()) {
            throw new IllegalArgumentException(
                    "The date of a price is written 2023, 2023-12 or 2023-12-06, not " + asOf + ".");
        }
    }
}
