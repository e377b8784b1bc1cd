package org.corehours.core.simulate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corehours.core.hardware.Collective;
import org.corehours.core.lowering.KernelProgram;
import org.corehours.core.lowering.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that a step gathers: of every block that repeats, before each run of it, and of all the rest once.
 * Sizes are those of their gradients in fp32, which the backward computation of a block completes.
 */
final class Gathers {

    /** Nothing is gathered. */
    static final Gathers NONE = new Gathers(new long[0], new double[0], 0, 0, 0, 0);

    private final long[] bytes;
    private final double[] seconds;
    private final long rootBytes;
    private final double rootSeconds;
    private final long allBytes;
    private final double allSeconds;

    private Gathers(
            long[] bytes, double[] seconds, long rootBytes, double rootSeconds, long allBytes, double allSeconds) {
        this.bytes = bytes;
        this.seconds = seconds;
        this.rootBytes = rootBytes;
        this.rootSeconds = rootSeconds;
        this.allBytes = allBytes;
        this.allSeconds = allSeconds;
    }

    static Gathers of(KernelProgram program, ExchangePlan plan, @Nullable Collectives collectives) {
        if (plan.gather() == ExchangePlan.Gather.NEVER) {
            return NONE;
        }
        List<Segment> segments = program.segments();
        long all = 0;
        for (Segment segment : segments) {
            all = Math.addExact(all, Math.multiplyExact(segment.gradientBytes(), (long) segment.times()));
        }
        long[] bytes = new long[segments.size()];
        long root = 0;
        if (plan.gather() == ExchangePlan.Gather.BEFORE_USE) {
            Map<String, Long> byBlock = new HashMap<>();
            root = all;
            for (Segment segment : segments) {
                if (segment.times() > 1 && segment.gradientBytes() > 0) {
                    byBlock.merge(segment.block(), segment.gradientBytes(), Math::addExact);
                    root -= segment.gradientBytes() * segment.times();
                }
            }
            for (int i = 0; i < bytes.length; i++) {
                Segment segment = segments.get(i);
                bytes[i] = segment.times() > 1 && !segment.phase().equals(KernelProgram.OPTIMIZER)
                        ? byBlock.getOrDefault(segment.block(), 0L)
                        : 0;
            }
        }
        double[] seconds = new double[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            seconds[i] = seconds(bytes[i], plan, collectives);
        }
        return new Gathers(
                bytes, seconds, root, seconds(root, plan, collectives), all, seconds(all, plan, collectives));
    }

    /**
     * What a device holds of gathered parameters while the passes of a step run: those that belong to no block, the block
     * that runs and the next one, which is gathered beside it; and the gradients of the block that runs, before they are
     * reduced and scattered.
     *
     * @param program the kernels of a step
     * @param plan what is exchanged
     * @param devices how many devices divide the parameters
     * @return bytes of one device; 0 where nothing is gathered before its use
     */
    static long heldBytes(KernelProgram program, ExchangePlan plan, int devices) {
        if (plan.gather() != ExchangePlan.Gather.BEFORE_USE || devices == 1) {
            return 0;
        }
        Gathers gathers = of(program, plan, null);
        long largest = 0;
        for (long each : gathers.bytes) {
            largest = Math.max(largest, each);
        }
        return Math.round(
                plan.parameterWidth() * Math.addExact(gathers.rootBytes, 2 * largest) + plan.gradientWidth() * largest);
    }

    private static double seconds(long bytes, ExchangePlan plan, @Nullable Collectives collectives) {
        return bytes == 0 || collectives == null
                ? 0
                : collectives.seconds(Collective.ALL_GATHER, bytes * plan.parameterWidth());
    }

    /** What one run of a segment waits for, in bytes of fp32. */
    long bytes(int segment) {
        return segment < bytes.length ? bytes[segment] : 0;
    }

    double seconds(int segment) {
        return seconds[segment];
    }

    /** What belongs to no block, gathered where blocks are. */
    long rootBytes() {
        return rootBytes;
    }

    double rootSeconds() {
        return rootSeconds;
    }

    /** All parameters that are trained. */
    long allBytes() {
        return allBytes;
    }

    double allSeconds() {
        return allSeconds;
    }
}
