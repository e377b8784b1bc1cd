package org.corehours.core.simulate;

import java.time.LocalDate;
import java.util.Set;
import org.corehours.core.hardware.Accelerator;

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

    /** The first GPU with a decoder of JPEGs, A100 (developer.nvidia.com/nvjpeg). */
    private static final LocalDate FIRST_DECODER = LocalDate.of(2020, 5, 14);

    /** Chips for graphics since then, GA102 and its kin, have none (recalled). */
    private static final Set<String> WITHOUT_DECODER = Set.of("rtx", "gtx", "titan", "a2", "a10", "a10g", "a16", "a40");

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

    /**
     * Whether a device can do its part.
     *
     * @param accelerator the device
     * @throws IllegalArgumentException if it decodes images by what it does not have
     */
    public void check(Accelerator accelerator) {
        if (deviceSecondsPerSample + decoderSecondsPerSample == 0) {
            return;
        }
        if (accelerator.kind() != Accelerator.Kind.GPU) {
            throw new IllegalArgumentException("The input " + recipe + " is decoded by an NVIDIA GPU, which "
                    + accelerator.id() + " is not. Choose supervised or native.");
        }
        String chip = accelerator.id().split("-", 2)[0];
        if (decoderSecondsPerSample > 0
                && (accelerator.announced().value().isBefore(FIRST_DECODER) || WITHOUT_DECODER.contains(chip))) {
            throw new IllegalArgumentException("The input " + recipe + " needs a decoder of JPEGs beside the"
                    + " multiprocessors, as A100 and H100 have one and " + accelerator.id()
                    + " has none. Choose dali.");
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
