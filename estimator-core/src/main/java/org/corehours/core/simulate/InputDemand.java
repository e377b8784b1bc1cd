package org.corehours.core.simulate;

/**
 * What one sample costs to load and augment before it reaches a device: all its views together.
 *
 * @param recipe the recipe's id, such as {@code dino-2x224+10x96}
 * @param cpuSecondsPerSample time of one physical core of the reference kind
 * @param bytesPerSample bytes read from storage
 * @param source the id of the citation of the rates behind it
 */
public record InputDemand(String recipe, double cpuSecondsPerSample, double bytesPerSample, String source) {

    /** Data that is already on the device: the input never holds a step up. */
    public static final InputDemand NONE = new InputDemand("none", 0, 0, "nothing is loaded");

    /** @throws IllegalArgumentException if a cost is negative or not finite, or a text is blank */
    public InputDemand {
        if (recipe.isBlank() || source.isBlank()) {
            throw new IllegalArgumentException("An input demand names its recipe and its source.");
        }
        if (!(cpuSecondsPerSample >= 0 && bytesPerSample >= 0)
                || Double.isInfinite(cpuSecondsPerSample)
                || Double.isInfinite(bytesPerSample)) {
            throw new IllegalArgumentException("The input " + recipe + " cannot cost " + cpuSecondsPerSample
                    + " core seconds and " + bytesPerSample + " bytes per sample.");
        }
    }
}
