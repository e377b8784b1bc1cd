package org.corehours.core.audit;

import org.corehours.core.quantity.Interval;

/**
 * The utilisation that a claim implies on one kind of hardware.
 *
 * @param hardware the id of the hardware
 * @param weight the prior weight of the readings that have it
 * @param mfu model FLOPs utilisation if the claim is true, as a share of the peak
 * @param estimatedMfu the utilisation that is estimated without the claim
 * @param fitting the share of the readings' weight that fits the claim, from 0 to 1
 */
public record Utilisation(String hardware, double weight, Interval mfu, Interval estimatedMfu, double fitting) {}
