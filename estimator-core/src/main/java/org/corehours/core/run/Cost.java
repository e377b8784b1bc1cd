package org.corehours.core.run;

import org.corehours.core.hardware.Price;
import org.jspecify.annotations.Nullable;

/**
 * The money a run costs at list price.
 *
 * @param usd US dollars; 0 if no price is known
 * @param price the price it is computed with; null if none is known
 */
public record Cost(double usd, @Nullable Price price) {

    /** {@return whether a price is known} */
    public boolean known() {
        return price != null;
    }
}
