package org.corehours.core.run;

import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
import org.jspecify.annotations.Nullable;

/**
 * Where a run takes place, for money and carbon.
 *
 * @param region its grid and facility
 * @param price the price that is paid; null for the list price, of the region's provider
 *     before others, of the machine before the device
 * @param priceUnit what the price is of, where one is given
 */
public record Placement(Region region, @Nullable Price price, PriceUnit priceUnit) {

    /** What a price is of. */
    public enum PriceUnit {
        /** One device. */
        DEVICE,
        /** One machine with its devices. */
        MACHINE
    }

    /**
     * A region, at list price.
     *
     * @param region the region
     * @return the placement
     */
    public static Placement in(Region region) {
        return new Placement(region, null, PriceUnit.DEVICE);
    }
}
