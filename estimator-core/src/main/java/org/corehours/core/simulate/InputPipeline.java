package org.corehours.core.simulate;

import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Host;
import org.corehours.core.hardware.Machine;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/**
 * What feeds one device: the cores that load and augment its samples, and its share of the machine's storage. Workers
 * prefetch, so that a step waits for its batch only if the pipeline's rate is below the device's.
 *
 * @param demand what a sample costs
 * @param coresPerDevice cores that work for one device, in physical cores of this machine, gains of hyper-threading
 *     included; infinite if nobody describes the host
 * @param coreSpeed the speed of such a core relative to the reference core
 * @param storageBytesPerSecond what storage delivers for one device; infinite if nobody describes it
 * @param coresKnown whether somebody says how many cores a device has, so that their number is no error of the law
 */
public record InputPipeline(
        InputDemand demand, double coresPerDevice, double coreSpeed, double storageBytesPerSecond, boolean coresKnown) {

    /** What two threads of a core decode together, relative to one. */
    public static final Sourced<Double> HYPER_THREADING_GAIN =
            new Sourced<>(1.25, Provenance.ASSUMED, "gains of 1.2 to 1.3 are usual for image decoding");

    /** Cores of each device that its own process keeps busy, which issues kernels or waits for the device. */
    public static final Sourced<Double> CORES_OF_TRAINING_PROCESS =
            new Sourced<>(0.5, Provenance.ASSUMED, "one of the two threads of a core");

    /** @throws IllegalArgumentException if a value is not above zero */
    public InputPipeline {
        if (!(coresPerDevice > 0 && coreSpeed > 0 && storageBytesPerSecond > 0)) {
            throw new IllegalArgumentException("A device needs cores and storage to feed it, not " + coresPerDevice
                    + " cores of speed " + coreSpeed + " and " + storageBytesPerSecond + " bytes per second.");
        }
    }

    /** A pipeline whose number of cores is taken from a description of the machine. */
    public InputPipeline(InputDemand demand, double coresPerDevice, double coreSpeed, double storageBytesPerSecond) {
        this(demand, coresPerDevice, coreSpeed, storageBytesPerSecond, false);
    }

    /**
     * The pipeline of each device of a cluster. A device has its share of the machine even where other devices of it
     * are not used.
     *
     * @param demand what a sample costs
     * @param cluster the devices
     * @return the pipeline; without limit if nobody describes the host
     */
    public static InputPipeline of(InputDemand demand, Cluster cluster) {
        Machine machine = cluster.machine();
        Host host = machine == null ? null : machine.host();
        int devices = machine == null ? 1 : machine.devices();
        InputSupply supply = demand.supply();
        Double own = supply.coresPerDevice();
        double physical = own != null
                ? own
                : host == null
                        ? Double.POSITIVE_INFINITY
                        : (double) host.physicalCores().value() / devices;
        double free =
                Math.max(physical / 2, (physical - CORES_OF_TRAINING_PROCESS.value()) * HYPER_THREADING_GAIN.value());
        Integer workers = supply.workersPerDevice();
        Double storage = supply.storageBytesPerSecond();
        double storagePerMachine = storage != null
                ? storage
                : host == null
                        ? Double.POSITIVE_INFINITY
                        : host.storageBytesPerSecond().value();
        return new InputPipeline(
                demand,
                workers == null ? free : Math.min(free, coresOfWorkers(workers, physical)),
                host == null ? 1 : host.coreSpeed().value(),
                storagePerMachine / devices,
                own != null || workers != null);
    }

    /** Workers have a core each until cores are taken, and then its second thread. */
    private static double coresOfWorkers(int workers, double physical) {
        return workers <= physical
                ? workers
                : physical + (Math.min(workers, 2 * physical) - physical) * (HYPER_THREADING_GAIN.value() - 1);
    }

    /**
     * The time to load and augment samples for one device, once the pipeline is full.
     *
     * @param samples how many
     * @param costFactor on the time a core takes per sample; 1 nominally
     * @param coresFactor on the number of cores, where it is not known; 1 nominally
     * @return seconds
     */
    public double seconds(double samples, double costFactor, double coresFactor) {
        double cores = coresPerDevice * (coresKnown ? 1 : coresFactor);
        double cpu = demand.cpuSecondsPerSample() * costFactor / (cores * coreSpeed);
        double storage = demand.bytesPerSample() / storageBytesPerSecond;
        return samples * Math.max(Math.max(cpu, storage), demand.decoderSecondsPerSample());
    }

    /** {@return samples per second that one device can be given; infinite if nothing is loaded} */
    public double samplesPerSecond() {
        return 1 / seconds(1, 1, 1);
    }

    /**
     * The wait for an epoch's first batch: one worker loads all of it by itself.
     *
     * @param samples the batch of one device
     * @return seconds
     */
    public double firstBatchSeconds(double samples) {
        return samples * demand.cpuSecondsPerSample() / coreSpeed;
    }
}
