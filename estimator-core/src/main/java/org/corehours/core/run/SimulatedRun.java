package org.corehours.core.run;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.Price;
import org.corehours.core.hardware.Region;
import org.corehours.core.quantity.Sourced;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Timeline;
import org.corehours.core.step.StepProgram;
import org.jspecify.annotations.Nullable;

/** A run that is estimated by simulating one step of each phase and projecting it over the schedule. Immutable. */
final class SimulatedRun implements CompiledRun {

    private static final double SECONDS_PER_HOUR = 3600;

    private final RunPlan plan;
    private final List<SimulatedPhase> phases;
    private final RunConstants constants;

    /** What compiling the kernels of each phase takes; phases of one step are compiled once. */
    private final double[] compileSeconds;

    private final @Nullable UnitPrice price;

    SimulatedRun(RunPlan plan, List<SimulatedPhase> phases, RunConstants constants) {
        this.plan = plan;
        this.phases = List.copyOf(phases);
        this.constants = constants;
        compileSeconds = new double[phases.size()];
        Set<StepProgram> compiled = new HashSet<>();
        for (int i = 0; i < compileSeconds.length; i++) {
            if (compileSeconds.length == 1 || compiled.add(phases.get(i).phase().step())) {
                compileSeconds[i] =
                        plan.stack().runtime().compileSecondsPerKernel().value()
                                * phases.get(i).kernels();
            }
        }
        price = price(plan);
    }

    @Override
    public RunPlan plan() {
        return plan;
    }

    @Override
    public RunEstimate estimate(Variation variation) {
        List<PhaseEstimate> estimates =
                phases.stream().map(phase -> phase.estimate(variation)).toList();
        RunTime time = time(estimates, variation);
        return new RunEstimate(plan, estimates, time, energy(estimates, time.hours()), cost(time.hours()));
    }

    @Override
    public CompiledRun with(Schedule schedule) {
        RunPlan changed = plan.toBuilder().schedule(schedule).build();
        return new SimulatedRun(changed, List.of(phases.get(0).with(changed.main())), constants);
    }

    private RunTime time(List<PhaseEstimate> estimates, Variation variation) {
        FrameworkRuntime runtime = plan.stack().runtime();
        double training = 0;
        double evaluation = 0;
        double start = runtime.startSeconds().value();
        double extraHours = 0;
        long checkpoints = 0;
        for (int i = 0; i < phases.size(); i++) {
            SimulatedPhase phase = phases.get(i);
            Schedule schedule = phase.phase().schedule();
            training += estimates.get(i).steps() * estimates.get(i).timeline().stepSeconds();
            evaluation += phase.evaluationSeconds(estimates.get(i).timeline());
            start += phase.epochs() * epochStartSeconds(phase, variation);
            start += compileSeconds[i];
            extraHours += schedule.extraHours();
            checkpoints = Math.addExact(checkpoints, schedule.checkpoints());
        }
        boolean trains = plan.step().trains();
        double write = trains ? checkpointSeconds() : 0;
        int machines = plan.cluster().machines();
        Reliability reliability = constants.reliability();
        double interval = checkpoints == 0
                ? Math.min(training, reliability.dalyIntervalSeconds(write, machines))
                : training / checkpoints;
        double checkpoint = write * (checkpoints == 0 && interval > 0 ? Math.floor(training / interval) : checkpoints);
        double failures = trains ? reliability.lostSeconds(training, interval, machines) : 0;
        return new RunTime(
                training / SECONDS_PER_HOUR,
                variation.overhead() * evaluation / SECONDS_PER_HOUR,
                variation.overhead() * checkpoint / SECONDS_PER_HOUR,
                variation.overhead() * start / SECONDS_PER_HOUR,
                variation.overhead() * failures / SECONDS_PER_HOUR,
                extraHours);
    }

    /** One process writes parameters and optimizer state, the others wait. */
    private double checkpointSeconds() {
        Machine machine = plan.cluster().machine();
        double bytes = phases.stream()
                .mapToDouble(phase -> phase.memory().bytes(MemoryUse.Part.PARAMETERS)
                        + phase.memory().bytes(MemoryUse.Part.OPTIMIZER_STATE))
                .max()
                .orElse(0);
        return machine == null
                ? 0
                : bytes / machine.host().storageBytesPerSecond().value();
    }

    /** At the start of an epoch, frameworks that issue kernels start new workers and wait for their first batch. */
    private double epochStartSeconds(SimulatedPhase phase, Variation variation) {
        return plan.stack().runtime().issuesKernels() && phase.phase().input().cpuSecondsPerSample() > 0
                ? constants.workerStartSeconds().value() + variation.input() * phase.firstBatchSeconds()
                : 0;
    }

    /** What a device draws while it trains, the mean of the phases by their time, is taken for the whole run. */
    private Energy energy(List<PhaseEstimate> estimates, double hours) {
        Cluster cluster = plan.cluster();
        double wattHours = 0;
        double trainingHours = 0;
        for (PhaseEstimate estimate : estimates) {
            wattHours += deviceWatts(estimate.timeline(), estimate.hfu()) * estimate.trainingHours();
            trainingHours += estimate.trainingHours();
        }
        double deviceWatts = wattHours / trainingHours;
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

    /** Products draw by their rate, memory traffic by its time. */
    private double deviceWatts(Timeline timeline, double utilisation) {
        Accelerator accelerator = plan.cluster().accelerator();
        double idle = accelerator.power().idleWatts().value();
        double range = accelerator.power().maxWatts().value() - idle;
        double streaming = timeline.memorySeconds() / timeline.stepSeconds();
        double load = utilisation * constants.matrixPowerShare().value()
                + streaming * constants.memoryPowerShare().value()
                + (1 - timeline.busySeconds() / timeline.stepSeconds())
                        * constants.waitingPowerShare().value();
        return idle + range * Math.min(1, load);
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
        return price == null ? new Cost(0, null) : cost(hours, price.price(), price.unit());
    }

    /** A price, and what it is of. */
    private record UnitPrice(Price price, Placement.PriceUnit unit) {}

    /** The price that was asked for, or else one of the region, or else any. */
    private static @Nullable UnitPrice price(RunPlan plan) {
        Placement placement = plan.placement();
        if (placement.price() != null) {
            return new UnitPrice(placement.price(), placement.priceUnit());
        }
        Machine machine = plan.cluster().machine();
        List<Price> ofMachine = machine == null ? List.of() : machine.prices();
        List<Price> ofDevice = plan.cluster().accelerator().prices();
        Region region = placement.region();
        Optional<Price> here = ofMachine.stream().filter(region::isOf).findFirst();
        if (here.isPresent()) {
            return new UnitPrice(here.get(), Placement.PriceUnit.MACHINE);
        }
        here = ofDevice.stream().filter(region::isOf).findFirst();
        if (here.isPresent()) {
            return new UnitPrice(here.get(), Placement.PriceUnit.DEVICE);
        }
        if (!ofMachine.isEmpty()) {
            return new UnitPrice(ofMachine.get(0), Placement.PriceUnit.MACHINE);
        }
        return ofDevice.isEmpty() ? null : new UnitPrice(ofDevice.get(0), Placement.PriceUnit.DEVICE);
    }

    /** A machine that is used in part is paid for in part: clouds sell smaller ones at the same price per device. */
    private Cost cost(double hours, Price price, Placement.PriceUnit unit) {
        Cluster cluster = plan.cluster();
        Machine machine = cluster.machine();
        int devicesPerUnit = unit == Placement.PriceUnit.MACHINE && machine != null ? machine.devices() : 1;
        return new Cost(hours * price.usdPerHour() * cluster.devices() / devicesPerUnit, price);
    }
}
