package org.corehours.core.simulate;

/**
 * What one sample costs to load and augment before it reaches a device, all its views together, and what is known of
 * who does so.
 *
 * @param recipe the recipe's id, such as {@code dino-2x224+10x96}
 * @param cpuSecondsPerSample time of one physical core of the reference kind
 * @param bytesPerSample bytes read from storage
 * @param deviceSecondsPerSample time of the device itself, which kernels of the step then lack
 * @param decoderSecondsPerSample time of the device's own decoder, which runs beside the step's kernels
 * @param source the id of the citation of the rates behind it
 * @param supply what is known of cores, workers and storage
 */
public record InputDemand(
        String recipe,
        double cpuSecondsPerSample,
        double bytesPerSample,
        double deviceSecondsPerSample,
        double decoderSecondsPerSample,
        String source,
        InputSupply supply) {

    /** Data that is already on the device: the input never holds a step up. */
    public static final InputDemand NONE = new InputDemand("none", 0, 0, "nothing is loaded");

    /** @throws IllegalArgumentException if a cost is negative or not finite, or a text is blank */
    public InputDemand {
        if (recipe.isBlank() || source.isBlank()) {
            throw new IllegalArgumentException("An input demand names its recipe and its source.");
        }
        double all = cpuSecondsPerSample + bytesPerSample + deviceSecondsPerSample + decoderSecondsPerSample;
        if (!(cpuSecondsPerSample >= 0
                && bytesPerSample >= 0
                && deviceSecondsPerSample >= 0
                && decoderSecondsPerSample >= 0
                && Double.isFinite(all))) {
            throw new IllegalArgumentException("The input " + recipe + " cannot cost " + cpuSecondsPerSample
                    + " core seconds, " + bytesPerSample + " bytes, " + deviceSecondsPerSample
                    + " seconds of the device and " + decoderSecondsPerSample + " of its decoder per sample.");
        }
    }

    /** A sample that the host alone loads, with what the machine has. */
    public InputDemand(String recipe, double cpuSecondsPerSample, double bytesPerSample, String source) {
        this(recipe, cpuSecondsPerSample, bytesPerSample, 0, 0, source, InputSupply.OF_MACHINE);
    }

    /**
     * The same sample loaded by others.
     *
     * @param other what is known of cores, workers and storage
     * @return the demand
     */
    public InputDemand with(InputSupply other) {
        return new InputDemand(
                recipe,
                cpuSecondsPerSample,
                bytesPerSample,
                deviceSecondsPerSample,
                decoderSecondsPerSample,
                source,
                other);
    }
}
