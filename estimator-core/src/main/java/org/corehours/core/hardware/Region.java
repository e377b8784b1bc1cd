package org.corehours.core.hardware;

import java.util.Map;
import org.corehours.core.quantity.Sourced;

/**
 * Where a run draws its electricity.
 *
 * @param id the id on the command line, such as {@code gcp/us-central1}, {@code country/fra} or {@code world}
 * @param name the place
 * @param gramsCo2PerKilowattHour the carbon intensity of the grid
 * @param year the year the intensity is of; it changes by tens of percent within a few
 * @param powerUsageEffectiveness facility energy per energy of the computers (PUE)
 */
public record Region(
        String id,
        String name,
        Sourced<Double> gramsCo2PerKilowattHour,
        int year,
        Sourced<Double> powerUsageEffectiveness) {

    private static final Map<String, String> PROVIDERS =
            Map.of("gcp/", "Google Cloud", "aws/", "AWS", "azure/", "Azure");

    /**
     * Whether the provider of this region sells at a price.
     *
     * @param price the price
     * @return whether it does; never where the region is no cloud's
     */
    public boolean isOf(Price price) {
        return PROVIDERS.entrySet().stream()
                .anyMatch(
                        each -> id.startsWith(each.getKey()) && each.getValue().equals(price.provider()));
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public Region {
        Checks.notBlank("a region", "id", id);
        Checks.notBlank(id, "name", name);
        Checks.positive(id, "carbon intensity", gramsCo2PerKilowattHour);
        if (year < 1990 || year > 2100) {
            throw new IllegalArgumentException("The year of " + id + " is written with four digits, not " + year + ".");
        }
        if (!(powerUsageEffectiveness.value() >= 1 && powerUsageEffectiveness.value() < 10)) {
            throw new IllegalArgumentException("The power usage effectiveness of " + id
                    + " must be at least 1 and below 10, not " + powerUsageEffectiveness.value() + ".");
        }
    }
}
