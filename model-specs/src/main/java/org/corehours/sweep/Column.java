package org.corehours.sweep;

import java.util.Locale;
import org.corehours.core.audit.RunMetric;
import org.corehours.core.run.RunEstimate;
import org.jspecify.annotations.Nullable;

/** A figure of a row, in the order of the columns. Names carry the unit; times, memory and money are of the laws as they are. */
public enum Column {
    /** Devices of the run. */
    DEVICES(RunMetric.DEVICES, false),
    /** Samples of one optimizer step over all devices. */
    GLOBAL_BATCH(RunMetric.GLOBAL_BATCH, true),
    /** Samples that one device works on at a time. */
    MICRO_BATCH(null, true),
    /** Parameters of the model. */
    PARAMETERS(RunMetric.PARAMETERS, false),
    /** FLOPs of products per sample, forward and backward. */
    TRAINING_FLOPS_PER_SAMPLE(RunMetric.TRAINING_FLOPS_PER_SAMPLE, false),
    /** Optimizer steps. */
    STEPS(RunMetric.STEPS, false),
    /** Seconds of one optimizer step. */
    STEP_SECONDS(RunMetric.STEP_SECONDS, false),
    /** Samples of all devices per second of training steps. */
    SAMPLES_PER_SECOND(RunMetric.SAMPLES_PER_SECOND, true),
    /** What a step waits for most: compute, memory, launch, communication or input. */
    BOUND_BY(null, false),
    /** Model FLOPs utilisation. */
    MFU(RunMetric.MFU, true),
    /** Hardware FLOPs utilisation. */
    HFU(RunMetric.HFU, true),
    /** Bytes of a device's memory at the step's peak. */
    PEAK_MEMORY_BYTES(RunMetric.PEAK_MEMORY_BYTES, false),
    /** Whether they are there. */
    FITS(null, false),
    /** Hours from start to end. */
    HOURS(RunMetric.HOURS, false),
    /** Hours times devices. */
    DEVICE_HOURS(RunMetric.DEVICE_HOURS, false),
    /** Hours times cores, as the vendor counts them. */
    CORE_HOURS(RunMetric.CORE_HOURS, false),
    /** US dollars at list price; empty where no price is known. */
    COST_USD(RunMetric.COST_USD, false),
    /** Energy of the facility. */
    ENERGY_KWH(RunMetric.ENERGY_KWH, false),
    /** Carbon at the region's grid intensity. */
    CO2_KG(RunMetric.CO2_KG, false);

    private final @Nullable RunMetric metric;
    private final boolean moreIsBetter;
    private final String id;

    Column(@Nullable RunMetric metric, boolean moreIsBetter) {
        this.metric = metric;
        this.moreIsBetter = moreIsBetter;
        this.id = name().toLowerCase(Locale.ROOT);
    }

    /** {@return the name in files, in lower case} */
    public String id() {
        return id;
    }

    /** {@return whether it has numbers} */
    public boolean isNumber() {
        return this != BOUND_BY && this != FITS;
    }

    /** {@return whether people want more of it, not less} */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /**
     * The number of an estimate.
     *
     * @param estimate the estimate
     * @return its value in the unit of the name; NaN where nothing is known of it
     */
    public double of(RunEstimate estimate) {
        if (this == MICRO_BATCH) {
            return estimate.plan().microBatch();
        }
        if (metric == null) {
            throw new IllegalStateException("The column " + id + " has no numbers.");
        }
        return metric.of(estimate);
    }

    /**
     * The word of an estimate, for columns without numbers.
     *
     * @param estimate the estimate
     * @return the word
     */
    public String word(RunEstimate estimate) {
        return switch (this) {
            case BOUND_BY -> estimate.boundBy().id();
            case FITS -> String.valueOf(estimate.memory().fits());
            default -> throw new IllegalStateException("The column " + id + " has no words.");
        };
    }

    /**
     * The column of a name.
     *
     * @param name the name
     * @return the column; null if there is none
     */
    public static @Nullable Column called(String name) {
        for (Column column : values()) {
            if (column.id.equals(name)) {
                return column;
            }
        }
        return null;
    }
}
