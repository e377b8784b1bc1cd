package org.corehours.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.simulate.MemoryUse;
import org.junit.jupiter.api.Test;

/** Money, energy and carbon by hand. */
class PlaceTest {

    private static final Offset<Double> CLOSELY = within(1e-9);

    private static Price price(double usd, String provider) {
        return new Price(usd, provider, "on demand", "2024", Provenance.ASSUMED, "test");
    }

    private static Region region(String id, double grams, double pue) {
        return new Region(id, id, sourced(grams), 2024, sourced(pue));
    }

    private static Sourced<Double> sourced(double value) {
        return new Sourced<>(value, Provenance.ASSUMED, "test");
    }

    private static RunEstimate at(Placement placement) {
        Accelerator known = MadeUpPlan.CORE;
        Accelerator sold = new Accelerator(
                known.id(),
                known.name(),
                known.vendor(),
                known.kind(),
                known.announced(),
                known.chip(),
                known.units(),
                known.clockHertz(),
                known.matrixFlopsPerSecond(),
                known.vectorFlopsPerSecond(),
                known.memory(),
                known.hostLinkBytesPerSecond(),
                known.power(),
                List.of(price(2, "AWS"), price(3, "Google Cloud")),
                null,
                known.laws());
        return new RunEstimator()
                .estimate(
                        MadeUpPlan.plan(8, 64, 0, Schedule.ofSteps(1000)).toBuilder()
                                .cluster(Cluster.of(sold, MadeUpPlan.HOST, 8))
                                .placement(placement)
                                .build(),
                        Variation.NOMINAL);
    }

    @Test
    void theRegionsProviderSetsThePrice() {
        RunEstimate anywhere = at(Placement.in(region("world", 400, 1.1)));
        assertThat(anywhere.cost().usd()).isCloseTo(anywhere.hours() * 8 * 2, CLOSELY);
        RunEstimate google = at(Placement.in(region("gcp/us-central1", 400, 1.1)));
        assertThat(google.cost().usd()).isCloseTo(google.hours() * 8 * 3, CLOSELY);
        RunEstimate elsewhere = at(Placement.in(region("azure/somewhere", 400, 1.1)));
        assertThat(elsewhere.cost().usd()).as("nobody there sells it").isCloseTo(elsewhere.hours() * 8 * 2, CLOSELY);
    }

    @Test
    void aPriceThatIsSaidTakesTheListPricesPlace() {
        Region there = region("gcp/us-central1", 400, 1.1);
        RunEstimate device = at(new Placement(there, price(5, "me"), Placement.PriceUnit.DEVICE));
        assertThat(device.cost().usd()).isCloseTo(device.hours() * 8 * 5, CLOSELY);
        RunEstimate machine = at(new Placement(there, price(5, "me"), Placement.PriceUnit.MACHINE));
        assertThat(machine.cost().usd()).isCloseTo(machine.hours() * 5, CLOSELY);
    }

    /** Energy is proportional to PUE, carbon to the grid besides. */
    @Test
    void energyAndCarbonFollowFacilityAndGrid() {
        RunEstimate clean = at(Placement.in(region("a", 50, 1.1)));
        RunEstimate dirty = at(Placement.in(region("b", 800, 1.65)));
        assertThat(dirty.energy().kilowattHours())
                .isCloseTo(1.5 * clean.energy().kilowattHours(), CLOSELY);
        assertThat(dirty.energy().co2Kilograms()).isCloseTo(24 * clean.energy().co2Kilograms(), CLOSELY);
        assertThat(clean.energy().co2Kilograms()).isCloseTo(clean.energy().kilowattHours() * 0.05, CLOSELY);
    }

    /** 2 of 8 saved bytes do not fit: a quarter of the forward pass again. */
    @Test
    void recomputationTakesTheShareThatDoesNotFit() {
        PhaseEstimate phase = at(Placement.in(region("a", 50, 1.1))).main();
        PhaseEstimate full = with(phase, new MemoryUse(Map.of(MemoryUse.Part.SAVED_ACTIVATIONS, 8L), 6, List.of()));
        assertThat(full.recomputationSeconds().getAsDouble())
                .isCloseTo(PhaseEstimate.forwardSeconds(phase.timeline()) / 4, CLOSELY);
        assertThat(phase.recomputationSeconds()).as("it fits").isEmpty();
        assertThat(with(phase, new MemoryUse(Map.of(MemoryUse.Part.PARAMETERS, 8L), 6, List.of()))
                        .recomputationSeconds())
                .as("nothing to compute again")
                .isEmpty();
    }

    private static PhaseEstimate with(PhaseEstimate phase, MemoryUse memory) {
        return new PhaseEstimate(
                phase.phase(),
                phase.steps(),
                phase.timeline(),
                memory,
                phase.trainingFlopsPerSample(),
                phase.mfu(),
                phase.hfu());
    }
}
