package org.corehours.core.simulate;

import org.corehours.core.hardware.Accelerator;
import org.corehours.core.hardware.ChannelRings;
import org.corehours.core.hardware.Cluster;
import org.corehours.core.hardware.ComputeUnits;
import org.corehours.core.hardware.Machine;
import org.corehours.core.hardware.NodeFabric;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;

/**
 * How a framework runs kernels: whether the host launches them, how gradients are exchanged, and what it keeps of the
 * device's memory for itself.
 *
 * @param id its id, such as {@code pytorch-1.7}
 * @param issuesKernels whether the host issues every kernel, else a compiled program runs by itself
 * @param synchronizesBeforeUpdate whether the host waits for the device before the update, as a loss scaler does when
 *     it reads whether a gradient overflowed
 * @param copiesInputOnStream whether the batch is copied to the device on the stream that computes
 * @param exchange how gradients leave
 * @param contextBytes the driver's context with the loaded kernels, without what multiprocessors need for themselves; or
 *     what the runtime reserves
 * @param workspaceBytes scratch memory of matrix-product libraries, counted by the framework's allocator
 * @param communicationBytes buffers of the communication library per device, if there is more than one device and its
 *     channels are not known
 * @param cachesMemory whether tensors come from PyTorch's caching allocator, else a compiler places every buffer
 * @param startSeconds starting processes, importing the framework and joining the process group
 * @param compileSecondsPerKernel compiling the step's program, once per program and run, by the kernels it ends up with;
 *     zero where nothing is compiled
 */
public record FrameworkRuntime(
        String id,
        boolean issuesKernels,
        boolean synchronizesBeforeUpdate,
        boolean copiesInputOnStream,
        GradientExchange exchange,
        Sourced<Long> contextBytes,
        Sourced<Long> workspaceBytes,
        Sourced<Long> communicationBytes,
        boolean cachesMemory,
        Sourced<Double> startSeconds,
        Sourced<Double> compileSecondsPerKernel) {

    private static final long MIB = 1L << 20;

    /**
     * What the driver's context takes apart from multiprocessors' stacks: 319 MiB on a Titan V with 80 of them leave 175
     * MB (pytorch/pytorch#28394), 426 MiB on an RTX 6000 Ada with 142 leave 163 MB (unslothai/unsloth-zoo#1053).
     */
    private static final long BARE_CONTEXT = 170_000_000L;

    /** Stacks of a multiprocessor's threads: 216 MB for the 108 of an A100 (arcs-skku/EMDC_llvm#13). */
    private static final long STACKS_OF_A_MULTIPROCESSOR = 2_000_000L;

    /** The law of a device that tells its workspace, if that is not the one of the framework. */
    private static final String WORKSPACE_LAW = "library.workspace_bytes";

    /**
     * NCCL's buffers of one connection: 4 MiB for the simple protocol, 120 words of 8 bytes for 640 threads in 8 steps for
     * LL128, 8 lines of 16 bytes for 512 threads in 8 steps for LL (src/include/device.h, src/init.cc); about 10 MiB, as
     * NVIDIA/nccl#1685 says.
     */
    private static final long BUFFERS_OF_A_CONNECTION = 4 * MIB + 120 * 640 * 8 * 8 + 8 * 512 * 8 * 16;

    /** @throws IllegalArgumentException if a value is negative or not finite */
    public FrameworkRuntime {
        notNegative(id, "context", contextBytes.value());
        notNegative(id, "workspace", workspaceBytes.value());
        notNegative(id, "communication buffers", communicationBytes.value());
        notNegative(id, "start-up time", startSeconds.value());
        notNegative(id, "compile time", compileSecondsPerKernel.value());
    }

    /**
     * Bytes that the driver, or what runs the program, takes of a device before the first tensor.
     *
     * @param accelerator the device
     * @return bytes
     */
    public long contextBytes(Accelerator accelerator) {
        long stacks = accelerator.units() instanceof ComputeUnits.Multiprocessors units
                ? Math.multiplyExact(
                        STACKS_OF_A_MULTIPROCESSOR, (long) units.count().value())
                : 0;
        return Math.addExact(contextBytes.value(), stacks);
    }

    /**
     * Scratch memory of matrix-product libraries on a device: libraries of Hopper and later ask for more.
     *
     * @param accelerator the device
     * @return bytes; 0 where the framework's allocator does not count it
     */
    public long workspaceBytes(Accelerator accelerator) {
        Sourced<Double> own = accelerator.laws().get(WORKSPACE_LAW);
        return workspaceBytes.value() == 0 || own == null ? workspaceBytes.value() : Math.round(own.value());
    }

    /**
     * Buffers of the communication library on one device: those of its protocols for every connection, of which each
     * channel has one with the device before and one with the device after. Where the channels are not known it is what
     * is assumed otherwise.
     *
     * @param cluster the devices
     * @return bytes; 0 where collectives work on the program's own buffers
     */
    public long communicationBytes(Cluster cluster) {
        int channels = channels(cluster);
        long connections = (long) channels * (cluster.devices() > 2 ? 2 : 1);
        return communicationBytes.value() == 0 || channels == 0
                ? communicationBytes.value()
                : Math.multiplyExact(connections, BUFFERS_OF_A_CONNECTION);
    }

    private static int channels(Cluster cluster) {
        Machine machine = cluster.machine();
        return machine != null
                        && cluster.devicesPerMachine() > 1
                        && machine.fabric() instanceof NodeFabric fabric
                        && fabric.links(cluster.devicesPerMachine()) instanceof ChannelRings rings
                ? rings.channels()
                : 0;
    }

    /** {@return the same without buckets beside the gradients, as where devices reduce each block's by itself} */
    public FrameworkRuntime withoutBuckets() {
        return new FrameworkRuntime(
                id,
                issuesKernels,
                synchronizesBeforeUpdate,
                copiesInputOnStream,
                new GradientExchange.AfterBackward(),
                contextBytes,
                workspaceBytes,
                communicationBytes,
                cachesMemory,
                startSeconds,
                compileSecondsPerKernel);
    }

    private static void notNegative(String id, String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "The " + what + " of the runtime " + id + " must be finite and not negative, not " + value + ".");
        }
    }

    /**
     * PyTorch in eager mode, with DistributedDataParallel, before its release 1.13: CUDA loads every kernel of the
     * library into the context.
     *
     * @param lossScaling whether a loss scaler is used, as fp16 needs
     * @return the runtime
     */
    public static FrameworkRuntime pytorchBeforeLazyLoading(boolean lossScaling) {
        return beforeLazyLoading(
                "pytorch-before-1.13",
                lossScaling,
                // 1644 MiB on an RTX 3090, release 1.7.1 on CUDA 11.0, 156 of them a tensor and 164 MB stacks.
                new Sourced<>(1_396_000_000L, Provenance.MEASURED, "pytorch/pytorch#49877"));
    }

    /**
     * The same on CUDA 10, whose libraries hold kernels for fewer generations of devices.
     *
     * @param lossScaling whether a loss scaler is used, as fp16 needs
     * @return the runtime
     */
    public static FrameworkRuntime pytorchOnCuda10(boolean lossScaling) {
        return beforeLazyLoading(
                "pytorch-cuda-10",
                lossScaling,
                // 1008 MiB on a Titan V, release 1.3, 2 of them the allocator's and 160 MB stacks; 785 by the same
                // count on an RTX 2080 Ti (pytorch/pytorch#49877).
                new Sourced<>(895_000_000L, Provenance.MEASURED, "pytorch/pytorch#28394"));
    }

    private static FrameworkRuntime beforeLazyLoading(String id, boolean lossScaling, Sourced<Long> context) {
        return pytorch(
                id,
                lossScaling,
                context,
                new Sourced<>(0L, Provenance.RECALLED, "cuBLAS allocates its own workspace, inside the context"));
    }

    /**
     * PyTorch in eager mode, with DistributedDataParallel, from its release 1.13 on: CUDA 11.7 loads kernels as they
     * are used.
     *
     * @param lossScaling whether a loss scaler is used, as fp16 needs
     * @return the runtime
     */
    public static FrameworkRuntime pytorch(boolean lossScaling) {
        return pytorch(
                "pytorch",
                lossScaling,
                new Sourced<>(BARE_CONTEXT, Provenance.MEASURED, "pytorch/pytorch#28394"),
                new Sourced<>(
                        8 * MIB + 128 * 1024,
                        Provenance.RECALLED,
                        "CUBLAS_WORKSPACE_CONFIG=:4096:2:16:8, 8519680 bytes"));
    }

    private static FrameworkRuntime pytorch(
            String id, boolean lossScaling, Sourced<Long> context, Sourced<Long> workspace) {
        return new FrameworkRuntime(
                id,
                true,
                lossScaling,
                true,
                new GradientExchange.Bucketed(
                        new Sourced<>(MIB, Provenance.CODE, "TORCH"),
                        new Sourced<>(25 * MIB, Provenance.CODE, "TORCH"),
                        true),
                context,
                workspace,
                new Sourced<>(300_000_000L, Provenance.ASSUMED, "200-400 MB per GPU at 8-16 GPUs"),
                true,
                new Sourced<>(60.0, Provenance.ASSUMED, "process start, imports, NCCL set-up and data set listing"),
                new Sourced<>(0.0, Provenance.CODE, "nothing is compiled"));
    }

    /** The same with a step that is compiled before the first one runs, as {@code torch.compile} does. */
    public FrameworkRuntime compiled() {
        return new FrameworkRuntime(
                id + "-compiled",
                issuesKernels,
                synchronizesBeforeUpdate,
                copiesInputOnStream,
                exchange,
                contextBytes,
                workspaceBytes,
                communicationBytes,
                cachesMemory,
                startSeconds,
                // The training step of a ResNet-50, 668 kernels, takes twice 27.9 s where nothing is cached; most timm
                // and
                // Hugging Face models take 20 to 150 s, the slowest 250 s (pytorch/pytorch#96191).
                new Sourced<>(0.084, Provenance.DERIVED, "pytorch/benchmark#1547, 56 s for 668 kernels"));
    }

    /** The same with a step that is recorded once as a CUDA graph, which the device then runs by itself. */
    public FrameworkRuntime withCudaGraphs() {
        return new FrameworkRuntime(
                id + "-cudagraphs",
                false,
                synchronizesBeforeUpdate,
                copiesInputOnStream,
                exchange,
                contextBytes,
                workspaceBytes,
                communicationBytes,
                cachesMemory,
                startSeconds,
                compileSecondsPerKernel);
    }

    /**
     * JAX or TensorFlow on XLA: one compiled program per step, which averages gradients in combined all-reduces and waits
     * for each where it stands.
     *
     * <p>What XLA's all-reduce combiner merges at most is 30 MiB and 256 operands on GPUs; the figure for TPUs, a flag of
     * libtpu, is not published and taken to be the same. A TPU's program runs an all-reduce beside other work only if
     * flags ask for it, {@code xla_enable_async_all_reduce} and
     * {@code xla_tpu_enable_async_collective_fusion_fuse_all_reduce}, which MaxText sets by hand for that purpose.
     *
     * @return the runtime
     */
    public static FrameworkRuntime xla() {
        return xla("xla", false);
    }

    /**
     * The same with these flags: a latency-hiding scheduler splits every all-reduce and lets kernels run in between.
     *
     * @return the runtime
     */
    public static FrameworkRuntime xlaWithLatencyHiding() {
        return xla("xla-latency-hiding", true);
    }

    private static FrameworkRuntime xla(String id, boolean asynchronous) {
        return new FrameworkRuntime(
                id,
                false,
                false,
                false,
                new GradientExchange.Combined(
                        new Sourced<>(
                                30 * MIB,
                                Provenance.CODE,
                                "openxla/xla, xla/debug_options_flags.cc, xla_gpu_all_reduce_combine_threshold_bytes"),
                        asynchronous),
                // "Used 30.21G of 15.48G hbm", "reserved 530.00M"; 528 MiB on TPU v2 and v3, 1.25 GiB of a v4's 32.
                new Sourced<>(530 * MIB, Provenance.MEASURED, "erfanzar/EasyDeL#142, google/flax#1733"),
                new Sourced<>(0L, Provenance.RECALLED, "the compiled program contains its scratch memory"),
                new Sourced<>(0L, Provenance.RECALLED, "collectives work on the program's own buffers"),
                false,
                new Sourced<>(120.0, Provenance.ASSUMED, "start of the hosts, imports and joining the slice"),
                new Sourced<>(
                        0.28, Provenance.ASSUMED, "a minute and a half for the training step of a ViT-B, 324 kernels"));
    }
}
