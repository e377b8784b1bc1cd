package org.corehours.papers;

import java.util.Optional;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.run.Schedule;
import org.corehours.core.run.SoftwareStack;
import org.corehours.core.run.SoftwareStacks;
import org.corehours.core.simulate.DataParallel;
import org.corehours.core.simulate.InputDemand;
import org.corehours.core.simulate.InputRecipe;
import org.corehours.core.simulate.InputSupply;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.simulate.Parallelisms;
import org.corehours.models.TrainingMethod;
import org.corehours.models.method.SynchronizedTraining;

/**
 * The values of a run with nothing left open, as its file names them.
 *
 * @param method how the model is trained or run
 * @param hardware the id of an accelerator or a machine
 * @param devices how many devices, as frameworks list them; exactly one of devices, cores and chips is given
 * @param cores how many cores
 * @param chips how many chips
 * @param globalBatch samples of one optimizer step over all devices
 * @param accumulation micro-batches of one optimizer step on each device; 1 if not given
 * @param parallelism how devices divide a step, {@code ddp} if not given
 * @param checkpointing what blocks compute again in the backward pass, {@code none} if not given
 * @param precision the format of matrix products
 * @param stack the software
 * @param memoryFormat how images lie in memory, {@code contiguous} (channel by channel) if not given
 * @param syncBatchNorm whether batch normalizations look at the samples of all devices; false if not given
 * @param input the input recipe
 * @param coresPerDevice physical cores that load samples for a device; the machine's if not given
 * @param workers processes that load samples for a device; as many as keep its cores busy if not given
 * @param storageGbPerS what storage delivers to a machine, in GB/s; the machine's if not given
 * @param dataset the data set; it or the number of samples is given
 * @param samples samples of one epoch, where they are not those of the data set
 * @param epochs passes over the data set; exactly one of epochs and steps is given
 * @param steps optimizer steps
 * @param share of a phase the share it has of the run's epochs or steps and of what else they hold; 1 if not given
 * @param dropLast whether an epoch's last, partial batch is dropped; true if not given
 * @param evaluationSamples samples evaluated in all over the run; 0 if not given
 * @param checkpoints checkpoints written over the run; 0 if not given
 * @param extraHours what else takes time; 0 if not given
 * @param repetitions how often the whole is done; 1 if not given
 */
record RunValues(
        TrainingMethod method,
        String hardware,
        Optional<Integer> devices,
        Optional<Integer> cores,
        Optional<Integer> chips,
        long globalBatch,
        Optional<Integer> accumulation,
        Optional<String> parallelism,
        Optional<String> checkpointing,
        Precision precision,
        String stack,
        Optional<MemoryFormat> memoryFormat,
        Optional<Boolean> syncBatchNorm,
        String input,
        Optional<Double> coresPerDevice,
        Optional<Integer> workers,
        Optional<Double> storageGbPerS,
        Optional<Dataset> dataset,
        Optional<Long> samples,
        Optional<Double> epochs,
        Optional<Long> steps,
        Optional<Double> share,
        Optional<Boolean> dropLast,
        Optional<Long> evaluationSamples,
        Optional<Long> checkpoints,
        Optional<Double> extraHours,
        Optional<Integer> repetitions) {

    private static final double BYTES_PER_GB = 1e9;

    /** How images lie in memory, by PyTorch's names. */
    enum MemoryFormat {
        /** Channel by channel. */
        CONTIGUOUS,
        /** Pixel by pixel, all channels of a pixel together. */
        CHANNELS_LAST
    }

    RunValues {
        if (count(devices) + count(cores) + count(chips) != 1) {
            throw new IllegalArgumentException("needs exactly one of devices, cores and chips");
        }
        if (count(epochs) + count(steps) != 1) {
            throw new IllegalArgumentException("needs exactly one of epochs and steps");
        }
        if (share.isPresent() && !(share.get() > 0 && share.get() <= 1)) {
            throw new IllegalArgumentException("has a share of " + share.get() + "; it is above 0 and at most 1");
        }
        if (epochs.isPresent() && dataset.isEmpty() && samples.isEmpty()) {
            throw new IllegalArgumentException("has epochs, so it needs a dataset or the samples of an epoch");
        }
    }

    /** How the model is trained, its batch normalizations included. */
    TrainingMethod training() {
        return syncBatchNorm.orElse(false) ? new SynchronizedTraining(method) : method;
    }

    /** What a sample costs to load, and what is known of who does so. */
    InputDemand demand() {
        return InputRecipe.demand(input)
                .with(new InputSupply(
                        coresPerDevice.orElse(null),
                        workers.orElse(null),
                        storageGbPerS.map(each -> each * BYTES_PER_GB).orElse(null)));
    }

    private static int count(Optional<?> value) {
        return value.isPresent() ? 1 : 0;
    }

    /** The devices, as frameworks list them. */
    int devicesOf(Accelerator accelerator) {
        return devices.or(() -> cores.map(accelerator.chip()::devicesOfCores))
                .or(() -> chips.map(accelerator.chip()::devicesOfChips))
                .orElseThrow();
    }

    /** How the devices divide a step. */
    Parallelism dividing() {
        return parallelism.map(Parallelisms::of).orElse(DataParallel.INSTANCE);
    }

    /** The stack in the run's precision, with its checkpointing. */
    SoftwareStack softwareStack() {
        SoftwareStack plain = SoftwareStacks.of(stack, precision);
        return (memoryFormat.equals(Optional.of(MemoryFormat.CHANNELS_LAST)) ? plain.withChannelsLast() : plain)
                .with(checkpointing.map(Checkpointing::of).orElse(Checkpointing.NONE));
    }

    Schedule schedule() {
        long epoch =
                samples.or(() -> dataset.map(each -> each.samples().value())).orElse(0L);
        int times = repetitions.orElse(1);
        double part = share.orElse(1.0);
        Schedule.Length length = epochs.<Schedule.Length>map(
                        each -> new Schedule.Epochs(epoch, each * times * part, dropLast.orElse(true)))
                .orElseGet(() -> new Schedule.Steps(Math.max(1, share(steps.orElseThrow(), times)), epoch));
        return new Schedule(
                length,
                share(evaluationSamples.orElse(0L), times),
                share(checkpoints.orElse(0L), times),
                extraHours.orElse(0.0) * times * part);
    }

    private long share(long whole, int times) {
        long all = Math.multiplyExact(whole, (long) times);
        return share.isPresent() ? Math.round(all * share.get()) : all;
    }
}
