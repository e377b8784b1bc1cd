package org.corehours.core.simulate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.lowering.KernelKind;
import org.corehours.core.lowering.Segment;
import org.corehours.core.timing.KernelTime;

/**
 * A segment of kernels as seen by the streams: its sums, and how it delays a device that waits for the host.
 *
 * <p>The host issues kernel after kernel and runs ahead; the device starts a kernel once it is issued and the one
 * before has ended. If the host starts the segment at {@code h} and the device is free at {@code d}, the device ends it
 * at {@code max(d + device, h + lag)}, where {@code device} is the sum of its kernels' times, and {@code lag} the
 * largest, over its kernels, of the time to issue up to that kernel plus the time of that kernel and all after it.
 */
final class StreamSegment {

    /** Factors on the host's time under which the kernel that decides the lag is looked for. */
    private static final double[] HOST_FACTORS = {0.2, 0.35, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 3, 5};

    final Segment segment;
    /** Whether it belongs to the update. */
    final boolean updates;

    final double matrixSeconds;
    final double memorySeconds;
    final double launchSeconds;
    final double hostSeconds;
    /** What the host takes to issue the first of its kernels. */
    final double firstIssueSeconds;
    /** Matrix, memory and launch seconds of each kind of kernel. */
    final Map<KernelKind, double[]> byKind = new EnumMap<>(KernelKind.class);
    /** Of each kernel that may decide the lag: time to issue up to it, and matrix, memory, launch seconds from it on. */
    private final double[] lags;

    StreamSegment(Segment segment, Function<Kernel, KernelTime> timer, ToDoubleFunction<Kernel> issueSeconds) {
        this.segment = segment;
        this.updates = TimedProgram.updates(segment);
        List<Kernel> kernels = segment.kernels();
        int count = kernels.size();
        double[][] parts = new double[count][];
        double[] issued = new double[count];
        double host = 0;
        for (int i = 0; i < count; i++) {
            Kernel kernel = kernels.get(i);
            parts[i] = parts(kernel, timer.apply(kernel));
            host += issueSeconds.applyAsDouble(kernel);
            issued[i] = host;
            double[] sum = byKind.computeIfAbsent(kernel.kind(), kind -> new double[3]);
            for (int part = 0; part < 3; part++) {
                sum[part] += parts[i][part];
            }
        }
        hostSeconds = host;
        firstIssueSeconds = count == 0 ? 0 : issued[0];
        double[][] onwards = new double[count + 1][3];
        for (int i = count - 1; i >= 0; i--) {
            for (int part = 0; part < 3; part++) {
                onwards[i][part] = onwards[i + 1][part] + parts[i][part];
            }
        }
        matrixSeconds = onwards[0][0];
        memorySeconds = onwards[0][1];
        launchSeconds = onwards[0][2];
        lags = host == 0 ? new double[0] : decisive(issued, onwards);
    }

    /** Splits a kernel's time by the law that holds it up: arithmetic of products, memory, fixed cost. */
    private static double[] parts(Kernel kernel, KernelTime time) {
        double work = time.seconds() - time.launchSeconds();
        double compute = time.computeSeconds();
        double memory = time.memorySeconds();
        double matrix;
        if (kernel.products().isEmpty()) {
            matrix = 0;
        } else if (work > Math.max(compute, memory) * (1 + 1e-9)) {
            matrix = Math.min(work, compute);
        } else {
            matrix = compute >= memory ? work : 0;
        }
        return new double[] {matrix, work - matrix, time.launchSeconds()};
    }

    private static double[] decisive(double[] issued, double[][] onwards) {
        List<Integer> kernels = new ArrayList<>();
        for (double factor : HOST_FACTORS) {
            int best = -1;
            double longest = -1;
            for (int i = 0; i < issued.length; i++) {
                double lag = factor * (issued[i] + onwards[i][2]) + onwards[i][0] + onwards[i][1];
                if (lag > longest) {
                    longest = lag;
                    best = i;
                }
            }
            if (best >= 0 && !kernels.contains(best)) {
                kernels.add(best);
            }
        }
        double[] lags = new double[4 * kernels.size()];
        for (int i = 0; i < kernels.size(); i++) {
            int kernel = kernels.get(i);
            lags[4 * i] = issued[kernel];
            System.arraycopy(onwards[kernel], 0, lags, 4 * i + 1, 3);
        }
        return lags;
    }

    /** Matrix, memory and launch seconds of one run of the segment. */
    double[] parts() {
        return new double[] {matrixSeconds, memorySeconds, launchSeconds};
    }

    double deviceSeconds(StepFactors factors) {
        return factors.matrix() * matrixSeconds + factors.memory() * memorySeconds + factors.host() * launchSeconds;
    }

    /** The time of matrix, memory and launch seconds under factors. */
    static double seconds(double[] parts, StepFactors factors) {
        return factors.matrix() * parts[0] + factors.memory() * parts[1] + factors.host() * parts[2];
    }

    double lagSeconds(StepFactors factors) {
        double longest = 0;
        for (int i = 0; i < lags.length; i += 4) {
            double lag = factors.host() * (lags[i] + lags[i + 3])
                    + factors.matrix() * lags[i + 1]
                    + factors.memory() * lags[i + 2];
            longest = Math.max(longest, lag);
        }
        return longest;
    }

    /** The part of the lag after the kernel that decides it is issued: that kernel and all after it. */
    double tailSeconds(StepFactors factors) {
        double longest = 0;
        double tail = 0;
        for (int i = 0; i < lags.length; i += 4) {
            double onwards =
                    factors.host() * lags[i + 3] + factors.matrix() * lags[i + 1] + factors.memory() * lags[i + 2];
            if (factors.host() * lags[i] + onwards > longest) {
                longest = factors.host() * lags[i] + onwards;
                tail = onwards;
            }
        }
        return tail;
    }
}
