package org.corehours.core.audit;

import java.util.Locale;

/** What a claim is a figure of. Each is a property of one run, in the unit stated here. */
public enum Quantity {
    /** Devices times hours, a device being what the framework lists. */
    DEVICE_HOURS("device-hours", "device-hours"),
    /** Cores times hours; a TPU chip may have more than one core. */
    CORE_HOURS("core-hours", "core-hours"),
    /** Elapsed time of the whole run. */
    HOURS("time", "h"),
    /** Elapsed time of one optimizer step. */
    STEP_SECONDS("time per step", "s"),
    /** Dataset samples per second, of all devices together. */
    SAMPLES_PER_SECOND("throughput", "samples/s"),
    /** FLOPs of the model, nothing recomputed, over the peak of the devices in the time taken. */
    MFU("model FLOPs utilisation", "1"),
    /** Trainable numbers of the model that is kept: no teacher, no head that is thrown away. */
    PARAMETERS("parameters", "parameters"),
    /** Peak memory of one device, as a paper prints it: what is allocated, or what the driver shows. */
    PEAK_MEMORY_BYTES("peak memory per device", "bytes"),
    /** The part of a device's peak memory that the framework's allocator hands out and reports. */
    ALLOCATED_MEMORY_BYTES("peak allocated memory per device", "bytes"),
    /** FLOPs of one sample, forward and backward, two per multiply-add. */
    TRAINING_FLOPS_PER_SAMPLE("FLOPs per sample", "FLOPs"),
    /** Bytes that one step's kernels read and write. */
    STEP_BYTES("bytes moved per step", "bytes");

    private final String label;
    private final String unit;

    Quantity(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    /** {@return the name used in data files and JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the name in a sentence} */
    public String label() {
        return label;
    }

    /** {@return the unit of its values} */
    public String unit() {
        return unit;
    }
}
