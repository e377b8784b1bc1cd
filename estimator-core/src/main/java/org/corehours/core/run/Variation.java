package org.corehours.core.run;

import org.corehours.core.simulate.StepFactors;

/**
 * One sample of how wrong the laws may be: factors, all 1 for the nominal estimate.
 *
 * @param matrix on the time of kernels held up by arithmetic
 * @param memory on the time of kernels held up by memory traffic
 * @param host on the time the host takes to issue a kernel and on fixed costs on the device
 * @param communication on the time of collectives
 * @param input on the time a core takes per sample
 * @param inputCores on the number of cores that feed a device
 * @param overhead on the time besides training steps
 */
public record Variation(
        double matrix,
        double memory,
        double host,
        double communication,
        double input,
        double inputCores,
        double overhead) {

    /** The laws as they are. */
    public static final Variation NOMINAL = new Variation(1, 1, 1, 1, 1, 1, 1);

    /** @throws IllegalArgumentException if a factor is not finite and above zero */
    public Variation {
        check("matrix", matrix);
        check("memory", memory);
        check("host", host);
        check("communication", communication);
        check("input", input);
        check("inputCores", inputCores);
        check("overhead", overhead);
    }

    /** Whether the laws are as they are. */
    boolean isNominal() {
        return matrix == 1
                && memory == 1
                && host == 1
                && communication == 1
                && input == 1
                && inputCores == 1
                && overhead == 1;
    }

    /** {@return the factors on the times of one step} */
    StepFactors stepFactors() {
        return new StepFactors(matrix, memory, host, communication, input, inputCores);
    }

    private static void check(String name, double factor) {
        if (!(factor > 0) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException(
                    "The factor " + name + " of a variation must be finite and above zero, not " + factor + ".");
        }
    }
}
