package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.StepMemory;
import org.corehours.core.memory.CachingAllocator;
import org.corehours.core.memory.MemoryCurve;
import org.corehours.core.memory.MemoryKind;

/**
 * What one step needs of a device's memory at its peak, by what it is for.
 *
 * @param bytesByPart bytes of every part; parts without any are absent
 * @param capacityBytes the memory of the device
 * @param waysOut what would make it fit; empty if it fits
 */
public record MemoryUse(Map<Part, Long> bytesByPart, long capacityBytes, List<WayOut> waysOut) {

    /** What memory is used for. */
    public enum Part {
        /** Weights of every model in the step, teachers included. */
        PARAMETERS(true, "parameters"),
        /** Gradients of the trained weights. */
        GRADIENTS(true, "gradients"),
        /** Moments of the optimizer and master weights. */
        OPTIMIZER_STATE(true, "optimizer state"),
        /** The batch. */
        INPUTS(true, "input batch"),
        /** What the forward passes keep for the backward computation. */
        SAVED_ACTIVATIONS(true, "saved activations"),
        /** Weights cast to the compute format. */
        WEIGHT_COPIES(true, "cast weights"),
        /** The largest working set of a kernel. */
        TEMPORARIES(true, "temporaries"),
        /** Parameters of other devices' shares, gathered while blocks run, and the gradients of the block that runs. */
        GATHERED_BLOCKS(true, "gathered blocks"),
        /** Copies of gradients in the buckets of the exchange. */
        GRADIENT_BUCKETS(true, "gradient buckets"),
        /** Scratch memory of matrix-product libraries, where the framework allocates it. */
        WORKSPACE(true, "library workspace"),
        /** What the caching allocator holds beyond what is asked of it: rounding, blocks that nothing fits into. */
        ALLOCATOR_SLACK(false, "allocator slack"),
        /** Buffers of the communication library. */
        COMMUNICATION_BUFFERS(false, "communication buffers"),
        /** The driver's context with the loaded kernels, or what the runtime reserves. */
        CONTEXT(false, "device context");

        private final boolean allocated;
        private final String label;

        Part(boolean allocated, String label) {
            this.allocated = allocated;
            this.label = label;
        }

        /** {@return whether a framework's own figure of allocated memory counts it} */
        public boolean allocated() {
            return allocated;
        }

        /** {@return what it is, for readers} */
        public String label() {
            return label;
        }

        /** {@return the name used in JSON, in lower case} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A change that makes a step fit.
     *
     * @param kind what to change
     * @param value what to change it to: samples, steps or bytes
     */
    public record WayOut(Kind kind, long value) {

        /** What can be changed. */
        public enum Kind {
            /** A micro-batch of that many samples, on more devices or with a smaller global batch. */
            MICRO_BATCH,
            /** That many accumulation steps on the same devices, with the same global batch. */
            ACCUMULATION_STEPS,
            /** Activation checkpointing, which leaves at least that many bytes: all but the saved activations. */
            ACTIVATION_CHECKPOINTING,
            /**
             * A compiler that computes activations again by itself where a program does not fit, as XLA's pass for
             * rematerialization does, down to at most that many bytes. It costs up to another forward pass.
             */
            COMPILER_RECOMPUTATION,
            /** A device with at least that many bytes. */
            DEVICE_BYTES
        }
    }

    /** Copies its collections. */
    public MemoryUse {
        Map<Part, Long> copy = new EnumMap<>(Part.class);
        bytesByPart.forEach((part, bytes) -> {
            if (bytes < 0) {
                throw new IllegalArgumentException("The " + part.label() + " cannot take " + bytes + " bytes.");
            }
            if (bytes > 0) {
                copy.put(part, bytes);
            }
        });
        bytesByPart = Collections.unmodifiableMap(copy);
        waysOut = List.copyOf(new ArrayList<>(waysOut));
    }

    /**
     * The memory of a step.
     *
     * @param step what the step keeps
     * @param runtime what the framework adds
     * @param cluster the devices
     * @param microBatch samples of one device at a time
     * @param accumulationSteps micro-batches of a step
     * @return the memory of one device
     */
    public static MemoryUse of(
            StepMemory step, FrameworkRuntime runtime, Cluster cluster, long microBatch, int accumulationSteps) {
        return of(step, 0, runtime, cluster, microBatch, accumulationSteps);
    }

    /**
     * The memory of a step whose devices divide the parameters.
     *
     * @param step what the step keeps on one device
     * @param gatheredBytes what is gathered besides while blocks run, see {@link #gatheredBytes}
     * @param runtime what the framework adds
     * @param cluster the devices
     * @param microBatch samples of one device at a time
     * @param accumulationSteps micro-batches of a step
     * @return the memory of one device
     */
    public static MemoryUse of(
            StepMemory step,
            long gatheredBytes,
            FrameworkRuntime runtime,
            Cluster cluster,
            long microBatch,
            int accumulationSteps) {
        boolean exchanges = cluster.devices() > 1 && step.gradients() > 0;
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        parts.put(Part.PARAMETERS, step.parameters());
        boolean gradientsPresent = step.keepsGradients() || accumulationSteps > 1;
        MemoryCurve.Peak peak = step.curve(gradientsPresent).peak();
        parts.put(
                Part.GRADIENTS,
                Math.addExact(gradientsPresent ? step.gradients() : 0, peak.bytes(MemoryKind.GRADIENTS)));
        parts.put(Part.OPTIMIZER_STATE, step.optimizerState());
        parts.put(Part.INPUTS, step.inputs());
        parts.put(Part.SAVED_ACTIVATIONS, peak.bytes(MemoryKind.SAVED_ACTIVATIONS));
        parts.put(Part.WEIGHT_COPIES, peak.bytes(MemoryKind.WEIGHT_COPIES));
        parts.put(Part.TEMPORARIES, peak.bytes(MemoryKind.TEMPORARIES));
        boolean buckets = exchanges
                && runtime.exchange() instanceof GradientExchange.Bucketed bucketed
                && bucketed.copiesGradients();
        parts.put(Part.GRADIENT_BUCKETS, buckets ? step.gradients() : 0L);
        parts.put(Part.GATHERED_BLOCKS, peak.phase().equals(KernelProgram.OPTIMIZER) ? 0L : gatheredBytes);
        parts.put(Part.WORKSPACE, runtime.workspaceBytes(cluster.accelerator()));
        parts.put(Part.COMMUNICATION_BUFFERS, exchanges ? runtime.communicationBytes(cluster) : 0L);
        parts.put(Part.CONTEXT, runtime.contextBytes(cluster.accelerator()));
        long capacity = cluster.accelerator().memory().capacityBytes().value();
        if (runtime.cachesMemory()) {
            long asked = peak.bytes();
            long others = parts.values().stream().reduce(0L, Math::addExact) - asked;
            long reserved = CachingAllocator.reservedBytes(
                    step.allocations(), gradientsPresent, Math.max(0, capacity - others));
            parts.put(Part.ALLOCATOR_SLACK, Math.max(0, reserved - asked));
        }
        MemoryUse use = new MemoryUse(parts, capacity, List.of());
        return use.fits() ? use : new MemoryUse(parts, capacity, use.waysOut(runtime, microBatch, accumulationSteps));
    }

    /**
     * What a device holds of parameters that it gathers from others while the blocks of a step run: the block that runs,
     * the next one, and what belongs to no block; with the gradients of the block that runs.
     *
     * @param program the kernels of the step
     * @param plan what the devices exchange
     * @param devices how many devices there are
     * @return bytes; 0 where every device keeps all parameters
     */
    public static long gatheredBytes(KernelProgram program, ExchangePlan plan, int devices) {
        return Gathers.heldBytes(program, plan, devices);
    }

    private List<WayOut> waysOut(FrameworkRuntime runtime, long microBatch, int accumulationSteps) {
        double made = bytes(Part.INPUTS) + bytes(Part.SAVED_ACTIVATIONS) + bytes(Part.TEMPORARIES);
        double slack = made > 0 ? 1 + bytes(Part.ALLOCATOR_SLACK) / made : 1;
        double ofBatch = slack * made;
        double free = capacityBytes - (deviceBytes() - ofBatch);
        List<WayOut> ways = new ArrayList<>();
        for (long parts = 2; parts <= microBatch; parts++) {
            if (microBatch % parts == 0 && ofBatch / parts <= free) {
                ways.add(new WayOut(WayOut.Kind.ACCUMULATION_STEPS, Math.multiplyExact(parts, accumulationSteps)));
                ways.add(new WayOut(WayOut.Kind.MICRO_BATCH, microBatch / parts));
                break;
            }
        }
        long checkpointed = deviceBytes() - Math.round(slack * bytes(Part.SAVED_ACTIVATIONS));
        if (bytes(Part.SAVED_ACTIVATIONS) > 0 && checkpointed <= capacityBytes) {
            WayOut.Kind again =
                    runtime.cachesMemory() ? WayOut.Kind.ACTIVATION_CHECKPOINTING : WayOut.Kind.COMPILER_RECOMPUTATION;
            ways.add(new WayOut(again, checkpointed));
        }
        ways.add(new WayOut(WayOut.Kind.DEVICE_BYTES, deviceBytes()));
        return ways;
    }

    /**
     * The bytes of one part.
     *
     * @param part the part
     * @return its bytes
     */
    public long bytes(Part part) {
        return bytesByPart.getOrDefault(part, 0L);
    }

    /** {@return all bytes of the device that the step needs, as the driver's tools show} */
    public long deviceBytes() {
        return bytesByPart.values().stream().reduce(0L, Math::addExact);
    }

    /**
     * The peak of what the framework's allocator hands out, without context, communication library and slack. It is
     * what {@code torch.cuda.max_memory_allocated} returns, which papers print as memory.
     *
     * @return bytes
     */
    public long allocatorPeakBytes() {
        return bytesByPart.entrySet().stream()
                .filter(entry -> entry.getKey().allocated())
                .mapToLong(Map.Entry::getValue)
                .reduce(0L, Math::addExact);
    }

    /** {@return whether the step fits the device} */
    public boolean fits() {
        return deviceBytes() <= capacityBytes;
    }

    /** {@return bytes that are left; negative by as many as are missing} */
    public long freeBytes() {
        return capacityBytes - deviceBytes();
    }

    /**
     * Whether the step would fit another device.
     *
     * @param accelerator the device
     * @return true if its memory holds the step
     */
    public boolean fits(Accelerator accelerator) {
        return deviceBytes() <= accelerator.memory().capacityBytes().value();
    }
}
