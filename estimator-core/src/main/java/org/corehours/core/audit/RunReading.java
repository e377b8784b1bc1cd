package org.corehours.core.audit;

import org.corehours.core.run.RunEstimate;

/**
 * A run under one reading, estimated with the laws as they are.
 *
 * @param reading the chosen alternatives
 * @param weight the reading's share of the samples, which is its prior weight
 * @param estimate the estimate
 */
public record RunReading(Assignment reading, double weight, RunEstimate estimate) {}
