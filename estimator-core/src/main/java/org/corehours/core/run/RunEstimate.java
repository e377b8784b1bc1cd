package org.corehours.core.run;

import java.util.List;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;

/**
 * What a run takes. Hours, energy and money are of the whole run; figures of a step are of the {@linkplain
 * RunPlan#main() phase with most steps}, and memory is that of the phase that needs most.
 *
 * @param plan what was estimated
 * @param phases what each of its phases takes, in their order
 * @param time the hours and what they are made of
 * @param energy energy and carbon
 * @param cost money
 */
public record RunEstimate(RunPlan plan, List<PhaseEstimate> phases, RunTime time, Energy energy, Cost cost) {

    /** @throws IllegalArgumentException if the phases are not those of the plan */
    public RunEstimate {
        phases = List.copyOf(phases);
        if (phases.size() != plan.phases().size()) {
            throw new IllegalArgumentException("The run " + plan.id() + " has "
                    + plan.phases().size() + " phases, not the " + phases.size() + " that are estimated.");
        }
    }

    /** {@return the phase with most steps} */
    public PhaseEstimate main() {
        return phases.get(plan.mainIndex());
    }

    /** {@return one step of the main phase} */
    public Timeline timeline() {
        return main().timeline();
    }

    /** {@return the phase that needs most memory} */
    public PhaseEstimate largest() {
        PhaseEstimate largest = phases.get(0);
        for (PhaseEstimate phase : phases) {
            if (phase.memory().deviceBytes() > largest.memory().deviceBytes()) {
                largest = phase;
            }
        }
        return largest;
    }

    /** {@return the memory of one device at the peak of the phase that needs most} */
    public MemoryUse memory() {
        return largest().memory();
    }

    /** {@return optimizer steps of all phases} */
    public long steps() {
        return phases.stream().mapToLong(PhaseEstimate::steps).reduce(0, Math::addExact);
    }

    /** {@return FLOPs of products per sample of the main phase, as in {@link PhaseEstimate}} */
    public double trainingFlopsPerSample() {
        return main().trainingFlopsPerSample();
    }

    /** {@return model FLOPs utilisation of a step of the main phase} */
    public double mfu() {
        return main().mfu();
    }

    /** {@return hardware FLOPs utilisation of a step of the main phase} */
    public double hfu() {
        return main().hfu();
    }

    /** {@return the id of the run} */
    public String id() {
        return plan.id();
    }

    /** {@return devices of the run} */
    public int devices() {
        return plan.cluster().devices();
    }

    /** {@return seconds of one optimizer step of the main phase} */
    public double stepSeconds() {
        return timeline().stepSeconds();
    }

    /** {@return samples of all devices per second of the main phase's steps} */
    public double samplesPerSecond() {
        return main().samplesPerSecond();
    }

    /** {@return what bounds a step of the main phase} */
    public Bottleneck boundBy() {
        return timeline().boundBy();
    }

    /** {@return bytes of a device's memory at the highest peak of any phase} */
    public long peakMemoryBytes() {
        return memory().deviceBytes();
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
