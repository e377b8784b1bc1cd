package org.corehours.core.run;

import java.util.function.LongFunction;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.Collective;
import org.corehours.core.hardware.Precision;
import org.corehours.core.lowering.Checkpointing;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.simulate.ExchangePlan;
import org.corehours.core.simulate.FrameworkRuntime;
import org.corehours.core.simulate.MemoryUse;
import org.corehours.core.simulate.Parallelism;
import org.corehours.core.step.StepProgram;

/**
 * How many samples a device can work on at a time before its memory is full.
 *
 * @param steps the step of a number of samples
 * @param stack the software
 * @param precision the format of products
 * @param checkpointing what is computed again instead of kept
 * @param cluster the devices
 * @param parallelism how they divide a step
 * @param accumulationSteps micro-batches of a step
 */
public record BatchFit(
        LongFunction<StepProgram> steps,
        SoftwareStack stack,
        Precision precision,
        Checkpointing checkpointing,
        Cluster cluster,
        Parallelism parallelism,
        int accumulationSteps) {

    /** More samples than this are not looked at. */
    public static final long MOST = 1L << 20;

    /**
     * The largest batch.
     *
     * @param batch samples of one device at a time; 0 if not even one fits
     * @param memory the memory at that batch, or of one sample if none fits
     * @param curve what is alive when
     */
    public record Largest(long batch, MemoryUse memory, MemoryCurve curve) {

        /** {@return when most of it is in use} */
        public MemoryCurve.Peak peak() {
            return curve.peak();
        }
    }

    /**
     * Looks for the largest batch. Memory grows nearly in proportion to the batch, so the search goes where a straight
     * line through what is known reaches the capacity, and halves what is left if that does not help.
     *
     * @return the largest batch of at most {@link #MOST} samples
     */
    public Largest largest() {
        long fits = 0;
        long fitsBytes = 0;
        long tooLarge = MOST + 1;
        long tooLargeBytes = 0;
        long next = 1;
        Largest found = null;
        for (int tries = 0; fits + 1 < tooLarge; tries++) {
            KernelProgram program = program(next);
            StepMemory step = program.memory();
            MemoryUse use = use(program, next);
            if (use.fits()) {
                fits = next;
                fitsBytes = use.deviceBytes();
                found = new Largest(next, use, curve(step));
            } else {
                tooLarge = next;
                tooLargeBytes = use.deviceBytes();
                if (found == null) {
                    found = new Largest(0, use, curve(step));
                }
            }
            long middle = fits + (tooLarge - fits) / 2;
            if (tooLargeBytes == 0) {
                next = Math.min(MOST, Math.max(4 * fits, fits + 1));
            } else if (tries % 2 == 0 || fits == 0) {
                next = middle;
            } else {
                double perSample = (double) (tooLargeBytes - fitsBytes) / (tooLarge - fits);
                double line = fits + (use.capacityBytes() - fitsBytes) / perSample;
                next = Math.max(fits + 1, Math.min(tooLarge - 1, Math.round(Math.floor(line))));
            }
        }
        if (found == null) {
            throw new IllegalStateException("No batch was looked at.");
        }
        return found;
    }

    private KernelProgram program(long batch) {
        return checkpointing.around(stack.lowering()).lower(steps.apply(batch));
    }

    private MemoryUse use(KernelProgram program, long batch) {
        return memory(program, stack.runtime(), parallelism, precision, cluster, batch, accumulationSteps);
    }

    private MemoryCurve curve(StepMemory step) {
        return step.curve(step.keepsGradients() || accumulationSteps > 1);
    }

    /** What a device keeps of a step, and what its framework adds. */
    static MemoryUse memory(
            KernelProgram program,
            FrameworkRuntime runtime,
            Parallelism parallelism,
            Precision precision,
            Cluster cluster,
            long microBatch,
            int accumulationSteps) {
        ExchangePlan exchange =
                parallelism.exchange(runtime.exchange(), precision != Precision.FP32 && precision != Precision.TF32);
        return MemoryUse.of(
                parallelism.share(program.memory(), cluster.devices()),
                MemoryUse.gatheredBytes(program, exchange, cluster.devices()),
                exchange.gradients() == Collective.ALL_REDUCE ? runtime : runtime.withoutBuckets(),
                cluster,
                microBatch,
                accumulationSteps);
    }
}
