package org.corehours.core.audit;

import org.corehours.core.quantity.Interval;

/**
 * A claim under all readings that choose one alternative.
 *
 * @param assumption the id of the assumption
 * @param alternative the alternative
 * @param prior the weight of the readings before the claim is looked at
 * @param posterior their weight once the claim is taken to be true; 0 for all alternatives if no reading could bring it
 *     about
 * @param estimate the estimate under those readings
 * @param fitting the share of their weight that fits the claim, from 0 to 1
 */
public record AlternativeFit(
        String assumption,
        Alternative alternative,
        double prior,
        double posterior,
        Interval estimate,
        double fitting) {}
