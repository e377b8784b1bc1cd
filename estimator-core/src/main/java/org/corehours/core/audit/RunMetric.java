package org.corehours.core.audit;

import java.util.Locale;
import org.corehours.core.run.RunEstimate;

/** A figure of a run that uncertainty is propagated to. */
public enum RunMetric {
    /** Elapsed hours. */
    HOURS(1, 0),
    /** Hours times devices. */
    DEVICE_HOURS(1, 0),
    /** Hours times cores. */
    CORE_HOURS(1, 0),
    /** Seconds of one optimizer step. */
    STEP_SECONDS(1, 0),
    /** Samples per second of all devices. */
    SAMPLES_PER_SECOND(-1, 0),
    /** Model FLOPs utilisation. */
    MFU(-1, 0),
    /** Hardware FLOPs utilisation. */
    HFU(-1, 0),
    /** US dollars at list price; NaN where no price is known. */
    COST_USD(1, 0),
    /** Energy of the facility. */
    ENERGY_KWH(1, 0),
    /** Carbon at the region's grid intensity. */
    CO2_KG(1, 0),
    /** Samples trained on per US dollar; NaN where no price is known. */
    SAMPLES_PER_USD(-1, 0),
    /** Samples trained on per kWh of the facility. */
    SAMPLES_PER_KWH(-1, 0),
    /** Bytes of a device's memory at the step's peak. */
    PEAK_MEMORY_BYTES(0, 1),
    /** The part of them that the framework's allocator hands out and reports. */
    ALLOCATED_MEMORY_BYTES(0, 1),
    /** Parameters of the model. */
    PARAMETERS(0, 0),
    /** FLOPs of products per sample, forward and backward. */
    TRAINING_FLOPS_PER_SAMPLE(0, 0),
    /** Devices of the run. */
    DEVICES(0, 0),
    /** Samples of one optimizer step. */
    GLOBAL_BATCH(0, 0),
    /** Optimizer steps of the run. */
    STEPS(0, 0);

    private final int timePower;
    private final int memoryPower;

    RunMetric(int timePower, int memoryPower) {
        this.timePower = timePower;
        this.memoryPower = memoryPower;
    }

    /** {@return the name used in JSON, in lower case} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The figure of an estimate.
     *
     * @param estimate the estimate
     * @return its value, in the unit of the name; NaN where nothing is known of it
     */
    public double of(RunEstimate estimate) {
        return switch (this) {
            case HOURS -> estimate.hours();
            case DEVICE_HOURS -> estimate.deviceHours();
            case CORE_HOURS -> estimate.coreHours();
            case STEP_SECONDS -> estimate.stepSeconds();
            case SAMPLES_PER_SECOND -> estimate.samplesPerSecond();
            case MFU -> estimate.mfu();
            case HFU -> estimate.hfu();
            case COST_USD -> estimate.cost().known() ? estimate.cost().usd() : Double.NaN;
            case ENERGY_KWH -> estimate.energy().kilowattHours();
            case CO2_KG -> estimate.energy().co2Kilograms();
            case SAMPLES_PER_USD ->
                estimate.cost().known() ? samples(estimate) / estimate.cost().usd() : Double.NaN;
            case SAMPLES_PER_KWH -> samples(estimate) / estimate.energy().kilowattHours();
            case PEAK_MEMORY_BYTES -> estimate.peakMemoryBytes();
            case ALLOCATED_MEMORY_BYTES -> estimate.memory().allocatorPeakBytes();
            case PARAMETERS -> estimate.plan().parameters();
            case TRAINING_FLOPS_PER_SAMPLE -> estimate.trainingFlopsPerSample();
            case DEVICES -> estimate.devices();
            case GLOBAL_BATCH -> estimate.plan().globalBatch();
            case STEPS -> estimate.steps();
        };
    }

    private static double samples(RunEstimate estimate) {
        return estimate.phases().stream()
                .mapToDouble(phase -> (double) phase.steps() * phase.phase().globalBatch())
                .sum();
    }

    /** Whether the figure depends on the errors of the laws, else on the reading alone. */
    boolean dependsOnLaws() {
        return timePower != 0;
    }

    /** A figure where times and memory are wrong by factors that no law carries. */
    double vary(double nominal, double timeFactor, double memoryFactor) {
        if (memoryPower == 1) {
            return nominal * memoryFactor;
        }
        return switch (timePower) {
            case 1 -> nominal * timeFactor;
            case -1 -> nominal / timeFactor;
            default -> nominal;
        };
    }
}
