package org.corehours.core.timing;

import java.util.Set;
import org.corehours.core.hardware.Accelerator;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.quantity.Sourced;

/**
 * The kernels of serving libraries that give each row to a block of at most 1024 threads, which walks along it one element
 * per thread and step: {@code rms_norm} and {@code silu_and_mul} of vLLM ({@code layernorm_kernels.cu},
 * {@code activation_kernels.cu}).
 *
 * <p>A step lasts as long as its loads do, so the rate follows from the rows that the multiprocessors hold at a time
 * rather than from the bandwidth. A step is shorter while the rows are in the cache, and for a block that has its
 * multiprocessor to itself. The steps of A40, A100 and H100 and the shares below were fitted together to half of the rows
 * of microsoft/vidur; {@code docs/laws.md} has the errors on the others.
 */
final class RowBlockLaw {

    private static final Set<String> OPERATORS = Set.of("vllm::rms_norm", "vllm::silu_and_mul");

    private static final int MOST_THREADS = 1024;

    /** Threads that a multiprocessor of a data-centre chip holds (CUDA C++ Programming Guide, compute capabilities). */
    private static final int RESIDENT_THREADS = 2048;

    /** A step of devices that nothing was measured on, in cycles: 1750 on an A100, 1530 on an H100, 1330 on an A40. */
    private static final double STEP_CYCLES = 1530;

    /** A step of a block that has its multiprocessor to itself, of one among others. */
    private static final double ALONE = 0.575;

    /** A step on rows in the cache, of one on rows in memory. */
    private static final double CACHED = 0.8;

    /** The part of the cache that a kernel's input may fill before its rows come from memory. */
    private static final double CACHE_SHARE = 0.35;

    /** How sharply rows cease to be in the cache, and how little streams and steps delay each other. */
    private static final double SHARPNESS = 6;

    /** The sum over the threads of a block. */
    private static final double SUM_SECONDS = 0.35e-6;

    private final MemoryLaw memory;
    private final int multiprocessors;
    private final double residentThreads;
    private final double stepSeconds;
    private final double cacheBytes;

    /** The law of a device. */
    RowBlockLaw(Accelerator accelerator, int multiprocessors, MemoryLaw memory) {
        this.memory = memory;
        this.multiprocessors = multiprocessors;
        this.residentThreads = optional(accelerator, "row_block.resident_threads", RESIDENT_THREADS);
        this.stepSeconds = optional(
                accelerator,
                "row_block.step_seconds",
                STEP_CYCLES / accelerator.clockHertz().value());
        this.cacheBytes = CACHE_SHARE * MemoryLaw.onChipBytes(accelerator);
    }

    private static double optional(Accelerator accelerator, String law, double otherwise) {
        Sourced<Double> value = accelerator.laws().get(law);
        return value == null ? otherwise : value.value();
    }

    /** Whether a kernel is of this kind. */
    static boolean times(Kernel kernel) {
        return OPERATORS.contains(kernel.operator());
    }

    /** The time of a kernel but for its launch. */
    double seconds(Kernel kernel) {
        var values = kernel.outputs().get(0);
        double columns = values.dimension(values.rank() - 1);
        double rows = values.elements() / columns;
        double steps = Math.ceil(columns / MOST_THREADS);
        double sum = kernel.operator().equals("vllm::rms_norm") ? SUM_SECONDS : 0;
        double fill = Math.pow(kernel.readBytes() / Math.max(cacheBytes, 1), SHARPNESS);
        double missing = fill / (1 + fill);
        double rowSeconds = (steps * stepSeconds + sum) * (CACHED + (1 - CACHED) * missing);
        double resident = multiprocessors * Math.floor(residentThreads / Math.min(columns, MOST_THREADS));
        double stepping = Math.max(steps * ALONE * stepSeconds + sum, rows / resident * rowSeconds);
        double streaming = memory.streamSeconds(kernel.bytes());
        return Math.pow(Math.pow(stepping, SHARPNESS) + Math.pow(streaming, SHARPNESS), 1 / SHARPNESS);
    }
}
