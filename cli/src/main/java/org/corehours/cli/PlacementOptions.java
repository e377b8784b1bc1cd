package org.corehours.cli;

import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.run.Placement;
import org.corehours.core.run.RunPlan;
import org.corehours.hardware.HardwareCatalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a run takes place: whose grid, which facility, what price. */
final class PlacementOptions {

    private static final String CHOSEN = "chosen by the user";

    @Option(
            names = "--region",
            paramLabel = "R",
            defaultValue = "world",
            description = "Whose grid and facility: world, a country such as country/fra, or a cloud's region such as"
                    + " gcp/us-central1; world if not given.")
    private String region = "world";

    @Option(
            names = "--price",
            paramLabel = "USD",
            description = "Dollars per hour of a device; the list price of the hardware if not given.")
    private @Nullable Double price;

    @Option(
            names = "--pue",
            paramLabel = "X",
            description = "Energy of the facility per energy of the computers; the region's if not given.")
    private @Nullable Double pue;

    @Option(
            names = "--grid",
            paramLabel = "G",
            description = "Grams of CO2 per kWh of electricity; the region's if not given.")
    private @Nullable Double grid;

    /**
     * The same run where the options say.
     *
     * @throws UsageException if there is no such region or a value is out of range
     */
    RunPlan at(RunPlan plan) {
        return Lookups.checked(() -> plan.toBuilder().placement(placement()).build());
    }

    private Placement placement() {
        Region known = HardwareCatalog.builtIn().region(region);
        Region place = pue == null && grid == null
                ? known
                : new Region(
                        known.id(),
                        known.name(),
                        grid == null ? known.gramsCo2PerKilowattHour() : chosen(grid),
                        known.year(),
                        pue == null ? known.powerUsageEffectiveness() : chosen(pue));
        Price paid = price == null
                ? null
                : new Price(price, CHOSEN, "a device", String.valueOf(known.year()), Provenance.ASSUMED, CHOSEN);
        return new Placement(place, paid, Placement.PriceUnit.DEVICE);
    }

    private static Sourced<Double> chosen(double value) {
        return new Sourced<>(value, Provenance.ASSUMED, CHOSEN);
    }
}
