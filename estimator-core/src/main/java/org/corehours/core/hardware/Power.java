package org.corehours.core.hardware;

import org.corehours.core.quantity.Sourced;

/**
 * The power one device draws, without its share of the host.
 *
 * @param idleWatts drawn when nothing runs
 * @param maxWatts the most it may draw: the board's power limit (TDP), or the highest the vendor publishes
 */
public record Power(Sourced<Double> idleWatts, Sourced<Double> maxWatts) {

    /** @throws IllegalArgumentException if a value is not above zero or idle is above the maximum */
    public Power {
        Checks.positive("a device", "idle power", idleWatts);
        Checks.positive("a device", "maximum power", maxWatts);
        if (idleWatts.value() > maxWatts.value()) {
            throw new IllegalArgumentException("A device cannot draw more when idle (" + idleWatts.value()
                    + " W) than at most (" + maxWatts.value() + " W).");
        }
    }
}
