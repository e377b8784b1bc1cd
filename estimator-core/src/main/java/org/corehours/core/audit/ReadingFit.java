package org.corehours.core.audit;

import org.corehours.core.quantity.Interval;

/**
 * A claim under one reading of everything it depends on.
 *
 * @param reading the chosen alternatives
 * @param hardware the id of the hardware under the reading
 * @param prior the reading's weight before the claim is looked at; the weights of all readings sum to 1
 * @param posterior its weight once the claim is taken to be true; 0 for all readings if none could bring it about
 * @param estimate the estimate under the reading
 * @param fits whether the claim fits, in the sense of {@link Verdict}
 * @param fitsMemory whether the run fits the memory of the device under the reading
 */
public record ReadingFit(
        Assignment reading,
        String hardware,
        double prior,
        double posterior,
        Interval estimate,
        boolean fits,
        boolean fitsMemory) {}
