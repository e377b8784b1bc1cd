package org.corehours.core.run;

import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.InputPipeline;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.StepSimulator;
import org.corehours.core.simulate.Timeline;
import org.jspecify.annotations.Nullable;

/**
 * A run that is estimated by simulating one step and projecting it over the schedule. Immutable but for the timeline
 * under the laws as they are, which is kept once it is asked for.
 */
final class SimulatedRun implements CompiledRun {

    private static final double SECONDS_PER_HOUR = 3600;

    private final RunPlan plan;
    private final StepSimulator simulator;
    private final MemoryUse memory;
    private final InputPipeline input;
    private final double modelFlopsPerSample;
    private final double launchedFlopsPerSample;
    private final double peakFlopsPerSecond;
    private final RunConstants constants;
    private volatile @Nullable Timeline nominal;

    SimulatedRun(
            RunPlan plan,
            StepSimulator simulator,
            MemoryUse memory,
            InputPipeline input,
            double modelFlopsPerSample,
            double launchedFlopsPerSample,
            double peakFlopsPerSecond,
            RunConstants constants) {
        this.plan = plan;
        this.simulator = simulator;
        this.memory = memory;
        this.input = input;
        this.modelFlopsPerSample = modelFlopsPerSample;
        this.launchedFlopsPerSample = launchedFlopsPerSample;
        this.peakFlopsPerSecond = peakFlopsPerSecond;
        this.constants = constants;
    }

    @Override
    public RunPlan plan() {
        return plan;
    }

    @Override
    public RunEstimate estimate(Variation variation) {
        Timeline timeline =
                variation.equals(Variation.NOMINAL) ? nominal() : simulator.simulate(variation.stepFactors());
        long steps = plan.schedule().length().steps(plan.globalBatch());
        RunTime time = time(timeline, steps, variation);
        double samplesPerDeviceSecond =
                (double) plan.globalBatch() / plan.cluster().devices() / timeline.stepSeconds();
        double hfu = launchedFlopsPerSample * samplesPerDeviceSecond / peakFlopsPerSecond;
        return new RunEstimate(
                plan,
                modelFlopsPerSample,
                steps,
                timeline,
                memory,
                time,
                modelFlopsPerSample * samplesPerDeviceSecond / peakFlopsPerSecond,
                hfu,
                energy(timeline, hfu, time.hours()),
                cost(time.hours()));
    }

    /** Two threads may both simulate it; they get the same. */
    private Timeline nominal() {
        Timeline timeline = nominal;
        if (timeline == null) {
            timeline = simulator.simulate(Variation.NOMINAL.stepFactors());
            nominal = timeline;
        }
        return timeline;
    }

    @Override
    public CompiledRun with(Schedule schedule) {
        SimulatedRun run = new SimulatedRun(
                plan.with(schedule),
                simulator,
                memory,
                input,
                modelFlopsPerSample,
                launchedFlopsPerSample,
                peakFlopsPerSecond,
                constants);
        run.nominal = nominal();
        return run;
    }

    private RunTime time(Timeline timeline, long steps, Variation variation) {
        Schedule schedule = plan.schedule();
        FrameworkRuntime runtime = plan.stack().runtime();
        double evaluation = schedule.evaluationSamples()
                * forwardSeconds(timeline)
                / plan.accumulationSteps()
                / plan.microBatch()
                / plan.cluster().devices();
        double training = steps * timeline.stepSeconds();
        double write = plan.step().trains() ? checkpointSeconds() : 0;
        int machines = plan.cluster().machines();
        Reliability reliability = constants.reliability();
        double interval = schedule.checkpoints() == 0
                ? Math.min(training, reliability.dalyIntervalSeconds(write, machines))
                : training / schedule.checkpoints();
        double checkpoint = write
                * (schedule.checkpoints() == 0 && interval > 0
                        ? Math.floor(training / interval)
                        : schedule.checkpoints());
        double failures = plan.step().trains() ? reliability.lostSeconds(training, interval, machines) : 0;
        double start = runtime.startSeconds().value()
                + runtime.compileSeconds().value()
                + Math.ceil(schedule.length().epochs(plan.globalBatch())) * epochStartSeconds(variation);
        return new RunTime(
                training / SECONDS_PER_HOUR,
                variation.overhead() * evaluation / SECONDS_PER_HOUR,
                variation.overhead() * checkpoint / SECONDS_PER_HOUR,
                variation.overhead() * start / SECONDS_PER_HOUR,
                variation.overhead() * failures / SECONDS_PER_HOUR,
                schedule.extraHours());
    }

    private static double forwardSeconds(Timeline timeline) {
        double seconds = 0;
        for (Map.Entry<String, Double> phase : timeline.secondsByPhase().entrySet()) {
            String name = phase.getKey();
            if (!name.equals(KernelProgram.BACKWARD) && !name.equals(KernelProgram.OPTIMIZER)) {
                seconds += phase.getValue();
            }
        }
        return seconds;
    }

    /** One process writes parameters and optimizer state, the others wait. */
    private double checkpointSeconds() {
        Machine machine = plan.cluster().machine();
        double bytes = memory.bytes(MemoryUse.Part.PARAMETERS) + memory.bytes(MemoryUse.Part.OPTIMIZER_STATE);
        return machine == null
                ? 0
                : bytes / machine.host().storageBytesPerSecond().value();
    }

    /** At the start of an epoch, frameworks that issue kernels start new workers and wait for their first batch. */
    private double epochStartSeconds(Variation variation) {
        return plan.stack().runtime().issuesKernels() && plan.input().cpuSecondsPerSample() > 0
                ? constants.workerStartSeconds().value()
                        + variation.input() * input.firstBatchSeconds(plan.microBatch())
                : 0;
    }

    /** Products draw by their rate, memory traffic by its time. */
    private Energy energy(Timeline timeline, double utilisation, double hours) {
        Cluster cluster = plan.cluster();
        Accelerator accelerator = cluster.accelerator();
        double idle = accelerator.power().idleWatts().value();
        double range = accelerator.power().maxWatts().value() - idle;
        double streaming = timeline.memorySeconds() / timeline.stepSeconds();
        double load = utilisation * constants.matrixPowerShare().value()
                + streaming * constants.memoryPowerShare().value()
                + (1 - timeline.busySeconds() / timeline.stepSeconds())
                        * constants.waitingPowerShare().value();
        double deviceWatts = idle + range * Math.min(1, load);
        double hostWatts = hostWatts(cluster);
        Region region = plan.placement().region();
        double pue = region.powerUsageEffectiveness().value();
        double kilowattHours = (deviceWatts + hostWatts) * cluster.devices() * hours * pue / 1000;
        return new Energy(
                deviceWatts,
                hostWatts,
                pue,
                kilowattHours,
                kilowattHours * region.gramsCo2PerKilowattHour().value() / 1000);
    }

    private double hostWatts(Cluster cluster) {
        double deviceMax = cluster.accelerator().power().maxWatts().value();
        Machine machine = cluster.machine();
        Sourced<Double> max = machine == null ? null : machine.maxWatts();
        if (machine == null || max == null) {
            return deviceMax * constants.unpublishedHostShare().value();
        }
        double beyondDevices = max.value() / machine.devices() - deviceMax;
        return Math.max(0, beyondDevices) * constants.hostPowerShare().value();
    }

    private Cost cost(double hours) {
        Cluster cluster = plan.cluster();
        Placement placement = plan.placement();
        if (placement.price() != null) {
            return cost(hours, placement.price(), placement.priceUnit());
        }
        Machine machine = cluster.machine();
        if (machine != null && !machine.prices().isEmpty()) {
            return cost(hours, machine.prices().get(0), Placement.PriceUnit.MACHINE);
        }
        List<Price> prices = cluster.accelerator().prices();
        return prices.isEmpty() ? new Cost(0, null) : cost(hours, prices.get(0), Placement.PriceUnit.DEVICE);
    }

    /** A machine that is used in part is paid for in part: clouds sell smaller ones at the same price per device. */
    private Cost cost(double hours, Price price, Placement.PriceUnit unit) {
        Cluster cluster = plan.cluster();
        Machine machine = cluster.machine();
        int devicesPerUnit = unit == Placement.PriceUnit.MACHINE && machine != null ? machine.devices() : 1;
        return new Cost(hours * price.usdPerHour() * cluster.devices() / devicesPerUnit, price);
    }
}
