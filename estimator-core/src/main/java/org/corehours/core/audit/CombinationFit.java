package org.corehours.core.audit;

import java.util.List;
import org.corehours.core.quantity.Interval;

/**
 * A claim under all readings that agree on the assumptions that matter most for it.
 *
 * @param choices the alternatives they share
 * @param hardware the hardware they have
 * @param prior their weight before the claim is looked at
 * @param posterior their weight once the claim is taken to be true; 0 for all combinations if no reading could bring it
 *     about
 * @param estimate the estimate under them
 * @param impliedMfu the utilisation that follows from the claim under them, or the estimated one where none does
 * @param fitting the share of their weight that fits the claim, from 0 to 1
 * @param fitsMemory the share of their weight under which the run fits the memory of its device, from 0 to 1
 */
public record CombinationFit(
        Assignment choices,
        List<String> hardware,
        double prior,
        double posterior,
        Interval estimate,
        Interval impliedMfu,
        double fitting,
        double fitsMemory) {

    public CombinationFit {
        hardware = List.copyOf(hardware);
    }
}
