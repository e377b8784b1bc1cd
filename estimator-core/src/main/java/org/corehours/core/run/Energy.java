package org.corehours.core.run;

/**
 * The energy of a run and the carbon it emits.
 *
 * @param deviceWatts mean power of one device
 * @param hostWatts mean power of the rest of the machine, per device
 * @param powerUsageEffectiveness facility energy per energy of the computers
 * @param kilowattHours energy of the facility
 * @param co2Kilograms carbon at the region's grid intensity
 */
public record Energy(
        double deviceWatts,
        double hostWatts,
        double powerUsageEffectiveness,
        double kilowattHours,
        double co2Kilograms) {}
