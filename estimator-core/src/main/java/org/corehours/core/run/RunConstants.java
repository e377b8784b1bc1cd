package org.corehours.core.run;

import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/**
 * What projecting a step over a run takes for granted.
 *
 * @param matrixPowerShare the share of the power between idle and the maximum that products at the peak of their
 *     precision draw; below it, in proportion
 * @param memoryPowerShare the same in kernels held up by memory traffic
 * @param waitingPowerShare the same while nothing runs but clocks are up
 * @param hostPowerShare the power of the rest of the machine, as a share of what the machine may draw at most beyond
 *     its devices
 * @param unpublishedHostShare the same as a share of the devices' maximum power, for machines whose power nobody
 *     publishes
 * @param reliability how often machines fail
 * @param workerStartSeconds starting the processes that load data, at every epoch, where a framework does so
 */
public record RunConstants(
        Sourced<Double> matrixPowerShare,
        Sourced<Double> memoryPowerShare,
        Sourced<Double> waitingPowerShare,
        Sourced<Double> hostPowerShare,
        Sourced<Double> unpublishedHostShare,
        Reliability reliability,
        Sourced<Double> workerStartSeconds) {

    /**
     * The values to use unless there are better ones. A V100 of 250 W drew 124 to 138 W streaming memory, 0.43 of the way
     * from its 40 W when idle, and 223 to 243 W with 8 FLOPs per byte besides, 6.3 of its 14 TFLOP/s: 16 pJ per FLOP,
     * 1.08 of the range at the peak (te42kyfo/gpu-benches). A P100 of 250 W training BERT in fp32 drew 142 to 180 W: 0.80
     * of the range at the peak, fitted on half of the batch sizes (ml-energy/zeus). Training ShuffleNet in large batches, memory traffic nearly all the time, it drew 171 to 196 W, or 0.69;
     * in batches of 8 and 16, waiting for the host nearly all the time, 39 to 42 W, what it draws when idle
     * (ml-energy/zeus). Memory traffic takes the mean of its two figures.
     */
    public static final RunConstants DEFAULT = new RunConstants(
            new Sourced<>(0.92, Provenance.DERIVED, "mean of V100 (GPUBENCH) and P100 (ml-energy/zeus)"),
            new Sourced<>(0.56, Provenance.DERIVED, "GPUBENCH and ml-energy/zeus"),
            new Sourced<>(0.0, Provenance.MEASURED, "ml-energy/zeus"),
            new Sourced<>(0.5, Provenance.ASSUMED, "half of the maximum, as CODECARBON takes for processors"),
            new Sourced<>(
                    0.25, Provenance.ASSUMED, "TPU v3: 283 W with the host's share, 220 W without (MLCO2, GCPTPU)"),
            Reliability.DEFAULT,
            new Sourced<>(2.0, Provenance.ASSUMED, "a few tenths of a second for each of about ten workers"));

    /** @throws IllegalArgumentException if a value is negative or not finite */
    public RunConstants {
        notNegative("share of power in products", matrixPowerShare);
        notNegative("share of power in memory traffic", memoryPowerShare);
        notNegative("share of power while waiting", waitingPowerShare);
        notNegative("share of the host's power", hostPowerShare);
        notNegative("host's share where unpublished", unpublishedHostShare);
        notNegative("start of the workers", workerStartSeconds);
    }

    private static void notNegative(String what, Sourced<Double> value) {
        if (!(value.value() >= 0) || Double.isInfinite(value.value())) {
            throw new IllegalArgumentException(
                    "The " + what + " must be finite and not negative, not " + value.value() + ".");
        }
    }
}
