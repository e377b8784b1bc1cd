package org.corehours.core.run;

import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/**
 * What a run takes. All figures are of the whole run unless the name says otherwise.
 *
 * @param plan what was estimated
 * @param trainingFlopsPerSample FLOPs of products, forward and backward, per sample; forward alone for inference
 * @param steps optimizer steps
 * @param timeline one step
 * @param memory the memory of one device at the step's peak
 * @param time the hours and what they are made of
 * @param mfu model FLOPs utilisation of a step: {@link #trainingFlopsPerSample} at the achieved rate over the peak
 * @param hfu hardware FLOPs utilisation of a step: the same with what is computed again counted
 * @param energy energy and carbon
 * @param cost money
 */
public record RunEstimate(
        RunPlan plan,
        double trainingFlopsPerSample,
        long steps,
        Timeline timeline,
        MemoryUse memory,
        RunTime time,
        double mfu,
        double hfu,
        Energy energy,
        Cost cost) {

    /** {@return the id of the run} */
    public String id() {
        return plan.id();
    }

    /** {@return devices of the run} */
    public int devices() {
        return plan.cluster().devices();
    }

    /** {@return seconds of one optimizer step} */
    public double stepSeconds() {
        return timeline.stepSeconds();
    }

    /** {@return samples of all devices per second of training steps} */
    public double samplesPerSecond() {
        return plan.globalBatch() / timeline.stepSeconds();
    }

    /** {@return what bounds a step} */
    public Bottleneck boundBy() {
        return timeline.boundBy();
    }

    /** {@return bytes of a device's memory at the step's peak} */
    public long peakMemoryBytes() {
        return memory.deviceBytes();
    }

    /** {@return hours from start to end} */
    public double hours() {
        return time.hours();
    }

    /** {@return hours times devices} */
    public double deviceHours() {
        return time.hours() * devices();
    }

    /** {@return hours times cores, as the vendor counts cores: TensorCores on a TPU} */
    public double coreHours() {
        return time.hours() * plan.cluster().accelerator().chip().coresOfDevices(devices());
    }

    /** {@return hours times chips, which cloud prices of TPUs count} */
    public double chipHours() {
        return time.hours() * plan.cluster().chips();
    }
}
