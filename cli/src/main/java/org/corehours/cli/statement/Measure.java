package org.corehours.cli.statement;

import java.util.Locale;

/** What a number in a statement of compute measures, in the unit stated here. */
public enum Measure {
    /** How many devices, cores, chips or machines. */
    DEVICES("count", ""),
    /** Elapsed time. */
    HOURS("elapsed time", "h"),
    /** Devices, cores, chips or machines times hours. */
    DEVICE_HOURS("device time", "h"),
    /** Dataset samples per second. */
    SAMPLES_PER_SECOND("throughput", "samples/s"),
    /** FLOPs of the whole training. */
    FLOPS("training compute", "FLOPs"),
    /** FLOPs per sample. */
    FLOPS_PER_SAMPLE("compute per sample", "FLOPs"),
    /** FLOP/s that one device reaches. */
    FLOPS_PER_SECOND("rate per device", "FLOP/s"),
    /** Share of the device's peak that is reached. */
    UTILISATION("utilisation", ""),
    /** Passes over the dataset. */
    EPOCHS("epochs", ""),
    /** Passes over the dataset, each view of an image counted by its pixels: iBOT counts 3.84 for a pass with crops. */
    EFFECTIVE_EPOCHS("effective epochs", ""),
    /** Trainings that a total covers: seeds, learning rates, models. */
    RUNS("runs", ""),
    /** Optimizer steps. */
    STEPS("steps", ""),
    /** Samples of one optimizer step. */
    GLOBAL_BATCH("global batch", "samples"),
    /** Samples of one step on one device. */
    DEVICE_BATCH("batch per device", "samples"),
    /** Trainable numbers of the model. */
    PARAMETERS("parameters", ""),
    /** Peak memory of one device. */
    MEMORY_BYTES("memory", "bytes"),
    /** Energy of the whole training. */
    ENERGY_KWH("energy", "kWh"),
    /** Cost of the whole training. */
    COST_USD("cost", "USD");

    private final String label;
    private final String unit;

    Measure(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    /** {@return the name used in JSON} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the name in a sentence} */
    public String label() {
        return label;
    }

    /** {@return the unit of its values; empty where it counts something} */
    public String unit() {
        return unit;
    }
}
