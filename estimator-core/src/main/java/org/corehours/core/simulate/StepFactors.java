package org.corehours.core.simulate;

/**
 * Factors on the times of one step, all 1 for the nominal one.
 *
 * @param matrix on kernels held up by the arithmetic of products
 * @param memory on kernels held up by memory traffic
 * @param host on the host's time to issue kernels and the device's fixed cost of each
 * @param communication on collectives
 * @param inputCost on the time a core takes to load a sample
 * @param inputCores on the number of cores that feed a device
 */
public record StepFactors(
        double matrix, double memory, double host, double communication, double inputCost, double inputCores) {

    /** The times as they are. */
    public static final StepFactors NOMINAL = new StepFactors(1, 1, 1, 1, 1, 1);
}
